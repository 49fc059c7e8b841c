import { afterEach, expect, it, vi } from 'vitest'
import home from '@/locales/en/home.json'
import english from '@/locales/en/provider.json'
import joining from '@/locales/en/onboarding.json'
import maori from '@/locales/mi/provider.json'
import homeInMaori from '@/locales/mi/home.json'
import joiningInMaori from '@/locales/mi/onboarding.json'
import { loadAreas, preferredLocale, setLocale, t, tn } from '.'

vi.mock('@/locales/mi/ratings.json', () => {
  throw new Error('no such chunk')
})

afterEach(() => setLocale('en'))

it('says in te reo Māori what is translated, and the rest in English', async () => {
  await loadAreas(['provider', 'seeker'])
  expect(t('provider.calendar')).toBe('Calendar')
  await setLocale('mi')
  expect(document.documentElement.lang).toBe('mi')
  expect(t('provider.calendar')).toBe('Maramataka')
  expect(t('provider.hello', { name: 'Aroha' })).toBe('Kia ora, Aroha')
  expect(tn('provider.todayCount', 1)).toBe('1 te tāpuinga i te rā nei.')
  expect(tn('provider.todayCount', 3)).toBe('3 ngā tāpuinga i te rā nei.')
  expect(t('seeker.searchTitle')).toBe('Find services')
})

it('has the words of a language for pages that come later', async () => {
  await setLocale('mi')
  await loadAreas(['account'])
  expect(t('account.title')).toBe('Tō pūkete')
})

it('begins in the language of the browser, where there is one of ours', () => {
  localStorage.clear()
  expect(preferredLocale(['de-DE', 'mi-NZ', 'en'])).toBe('mi')
  expect(preferredLocale(['de'])).toBe('en')
})

it('says in English what does not come in the language of the page', async () => {
  await setLocale('mi')
  await loadAreas(['ratings'])
  expect(t('ratings.answer')).toBe('Answer')
})

it('has every word of the home page and of the pages of providers in te reo Māori', () => {
  expect(Object.keys(home).filter((key) => !(key in homeInMaori))).toEqual([])
  expect(Object.keys(english).filter((key) => !(key in maori))).toEqual([])
  expect(Object.keys(joining).filter((key) => !(key in joiningInMaori))).toEqual([])
})
