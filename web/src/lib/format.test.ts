import { expect, it } from 'vitest'
import { setLocale, t } from '@/i18n'
import { dateTime, distance, duration, money, relative, sameClock, time, zoneName } from './format'

it('writes money with cents only where there are some', () => {
  expect(money({ amount: 8500, currency: 'NZD' })).toBe('$85')
  expect(money({ amount: 8550, currency: 'NZD' })).toBe('$85.50')
  expect(money({ amount: 8500, currency: 'AUD' })).toBe('A$85')
})

it('writes times in the zone asked for', () => {
  expect(dateTime('2026-12-01T21:00:00Z', 'Pacific/Auckland')).toBe('Wed, 2 Dec, 10:00 am')
  expect(sameClock('2026-12-01T21:00:00Z', 'Pacific/Auckland', 'Antarctica/McMurdo')).toBe(true)
  expect(sameClock('2026-12-01T21:00:00Z', 'Pacific/Auckland', 'Australia/Sydney')).toBe(false)
})

it.each([
  ['Pacific/Auckland', '2027-04-03T12:30:00Z', '1:30 am'],
  ['Pacific/Auckland', '2027-04-03T13:00:00Z', '2:00 am NZDT'],
  ['Pacific/Auckland', '2027-04-03T13:30:00Z', '2:30 am NZDT'],
  ['Pacific/Auckland', '2027-04-03T14:00:00Z', '2:00 am NZST'],
  ['Pacific/Auckland', '2027-04-03T14:30:00Z', '2:30 am NZST'],
  ['Pacific/Auckland', '2027-04-03T15:00:00Z', '3:00 am'],
  ['Pacific/Auckland', '2027-09-25T14:00:00Z', '3:00 am'],
  ['Australia/Brisbane', '2027-04-03T15:30:00Z', '1:30 am'],
])('tells apart what a clock in %s shows twice: %s', (zone, at, shown) => {
  expect(time(at, zone)).toBe(shown)
})

it('tells them apart in Australia, and by half an hour on Lord Howe Island', () => {
  const said = (zone: string, ...at: string[]) => at.map((one) => time(one, zone))
  const [early, late] = said('Australia/Sydney', '2027-04-03T15:15:00Z', '2027-04-03T16:15:00Z')
  expect(early).toMatch(/^2:15 am \S/)
  expect(late).toMatch(/^2:15 am \S/)
  expect(early).not.toBe(late)
  const island = said('Australia/Lord_Howe', '2027-04-03T14:45:00Z', '2027-04-03T15:15:00Z')
  expect(island.map((one) => one.slice(0, 7))).toEqual(['1:45 am', '1:45 am'])
  expect(island[0]).not.toBe(island[1])
})

it('knows clocks that show the same from those that do not, whatever their time is called', () => {
  expect(sameClock('2027-04-03T14:00:00Z', 'Pacific/Auckland', 'Etc/GMT-12')).toBe(true)
})

it('says how far away things are', () => {
  const now = Date.parse('2026-12-01T00:00:00Z')
  expect(relative('2026-12-01T03:30:00Z', now)).toBe('in 3 hours')
  expect(relative('2026-11-29T00:00:00Z', now)).toBe('2 days ago')
  expect([distance(430), distance(2340), distance(23_400)]).toEqual(['450 m', '2.3 km', '23 km'])
  expect([duration(45), duration(60), duration(90)]).toEqual(['45 min', '1 h', '1 h 30 min'])
})

it('names a zone in the language of the page', async () => {
  expect(zoneName('Pacific/Auckland')).toBe('Auckland time')
  await setLocale('mi')
  expect(t('bookings.zone', { zone: zoneName('Pacific/Auckland') })).toBe('Kei te wā o Auckland.')
  await setLocale('en')
})
