import { computed, ref, shallowReactive, shallowRef } from 'vue'
import type { MessageKey, PluralKey } from './keys'

export const LOCALES = { en: 'English', mi: 'Te reo Māori' } as const
export type Locale = keyof typeof LOCALES
/** Begun, and filled up by English. */
export const PARTLY: readonly Locale[] = ['mi']

type Messages = Record<string, string>
type Values = Record<string, string | number>

const KEPT = 'gigsta:locale'
const files = import.meta.glob<Messages>('../locales/*/*.json', { import: 'default' })
const loaded = shallowReactive(new Map<string, Messages>())
const loading = new Map<string, Promise<void>>()
const locale = ref<Locale>('en')
/** Areas that pages have asked for, so that they can be had in another language as well. */
const areas = shallowRef(new Set<string>())

function load(language: Locale, area: string): Promise<void> {
  const name = `${language}/${area}`
  const file = files[`../locales/${name}.json`]
  if (loaded.has(name) || file === undefined) return Promise.resolve()
  let under = loading.get(name)
  if (under === undefined) {
    under = file()
      .then((messages) => void loaded.set(name, messages))
      .finally(() => loading.delete(name))
    loading.set(name, under)
  }
  return under
}

/** Have the words of these areas at hand, in the current language and in English, which fills its gaps. */
export async function loadAreas(wanted: readonly string[]): Promise<void> {
  for (const area of wanted) areas.value.add(area)
  // Where those of the language do not come, English does.
  const translated = Promise.allSettled(wanted.map((area) => load(locale.value, area)))
  await Promise.all(wanted.map((area) => load('en', area)))
  await translated
}

export async function setLocale(next: Locale): Promise<void> {
  await Promise.all([...areas.value].map((area) => load(next, area)))
  locale.value = next
  document.documentElement.lang = next
  try {
    localStorage.setItem(KEPT, next)
  } catch {
    // Not kept where storage is forbidden.
  }
}

/** The language chosen here before, or else what the browser asks for. */
export function preferredLocale(languages: readonly string[] = navigator.languages): Locale {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(KEPT)
  } catch {
    // Nothing was kept.
  }
  const wanted = [kept, ...languages].map((language) => language?.split('-')[0])
  return (wanted.find((language) => language !== undefined && language in LOCALES) ?? 'en') as Locale
}

function lookUp(key: string): string | undefined {
  const dot = key.indexOf('.')
  const [area, name] = [key.slice(0, dot), key.slice(dot + 1)]
  const found = loaded.get(`${locale.value}/${area}`)?.[name] ?? loaded.get(`en/${area}`)?.[name]
  // A page that forgot to name the area still gets its words, a moment later.
  if (found === undefined && !loaded.has(`en/${area}`)) void loadAreas([area])
  return found
}

function fill(text: string | undefined, values: Values): string {
  return text?.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) ?? ''
}

export function t(key: MessageKey, values: Values = {}): string {
  return fill(lookUp(key), values)
}

/** `t` for a key that comes from the outside, such as a status: undefined where there are no words for it. */
export function maybe(key: string, values: Values = {}): string | undefined {
  const text = lookUp(key)
  return text === undefined ? undefined : fill(text, values)
}

/** The form for a number: `results_one`, `results_other`; `{count}` is the number itself. */
export function tn(key: PluralKey, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(locale.value === 'mi' ? 'en' : locale.value).select(count)
  const all = { count: new Intl.NumberFormat('en-NZ').format(count), ...values }
  return fill(lookUp(`${key}_${form}`) ?? lookUp(`${key}_other`), all)
}

export function useI18n() {
  return { t, tn, maybe, locale: computed(() => locale.value), setLocale }
}
