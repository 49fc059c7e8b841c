import { t } from '@/i18n'

const LOCALE = 'en-NZ'

/** Formatters are dear to make, so each is made once. */
const made = new Map<string, Intl.DateTimeFormat>()

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify(options)
  let found = made.get(name)
  if (found === undefined) {
    found = new Intl.DateTimeFormat(LOCALE, options)
    made.set(name, found)
  }
  return found
}

/** The viewer's own IANA zone. */
export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** $85, or $85.50: cents only where there are some. The currency is named where it is not the viewer's own. */
export function money(value: { amount: number; currency: string }): string {
  const digits = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: value.currency,
  }).resolvedOptions().maximumFractionDigits
  const amount = value.amount / 10 ** (digits ?? 2)
  return new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: value.currency,
    minimumFractionDigits: Number.isInteger(amount) ? 0 : digits,
  }).format(amount)
}

export function date(at: string | Date, timeZone?: string): string {
  return formatter({ weekday: 'short', day: 'numeric', month: 'short', timeZone }).format(new Date(at))
}

/** "Mon". */
export function weekday(at: string | Date, timeZone?: string): string {
  return formatter({ weekday: 'short', timeZone }).format(new Date(at))
}

export function longDate(at: string | Date, timeZone?: string): string {
  return formatter({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(
    new Date(at),
  )
}

/** What a clock shows; where it is turned back and shows the same twice, with the name of its time: "2:00 am NZDT". */
export function time(at: string | Date, timeZone?: string): string {
  const shown = clock(at, timeZone)
  if (!isShownTwice(new Date(at).getTime(), timeZone)) return shown
  const parts = formatter({ hour: 'numeric', timeZone, timeZoneName: 'short' }).formatToParts(new Date(at))
  return `${shown} ${parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''}`
}

function clock(at: string | Date, timeZone?: string): string {
  return formatter({ hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(at))
}

/** By how much clocks are turned back: an hour, and on Lord Howe Island half of one. */
const TURNS_MS = [60, 30].map((minutes) => minutes * 60_000)

function isShownTwice(at: number, timeZone?: string): boolean {
  const dated = formatter({ day: 'numeric', hour: 'numeric', minute: 'numeric', timeZone })
  const shown = dated.format(at)
  return TURNS_MS.some((turn) => dated.format(at - turn) === shown || dated.format(at + turn) === shown)
}

export function dateTime(at: string | Date, timeZone?: string): string {
  return `${date(at, timeZone)}, ${time(at, timeZone)}`
}

/** "Pacific/Auckland" as people say it: "Auckland time". */
export function zoneName(timeZone: string): string {
  return t('common.zoneTime', { city: timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone })
}

/** The calendar day of a moment in a zone, as YYYY-MM-DD. */
export function dayOf(at: string | Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(new Date(at))
}

/** Whether two zones show the same clock at that moment. */
export function sameClock(at: string | Date, one: string, other: string): boolean {
  return one === other || (clock(at, one) === clock(at, other) && dayOf(at, one) === dayOf(at, other))
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "in 3 hours", "2 days ago". */
export function relative(at: string | Date, now: number = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const words = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' })
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit)
  }
  return words.format(0, 'minute')
}

export function duration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ')
}

export function distance(metres: number): string {
  return metres < 950
    ? `${Math.round(metres / 50) * 50} m`
    : `${(metres / 1000).toFixed(metres < 9500 ? 1 : 0)} km`
}
