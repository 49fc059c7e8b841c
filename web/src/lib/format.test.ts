import { expect, it } from 'vitest'
import { dateTime, distance, duration, money, relative, sameClock } from './format'

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

it('says how far away things are', () => {
  const now = Date.parse('2026-12-01T00:00:00Z')
  expect(relative('2026-12-01T03:30:00Z', now)).toBe('in 3 hours')
  expect(relative('2026-11-29T00:00:00Z', now)).toBe('2 days ago')
  expect([distance(430), distance(2340), distance(23_400)]).toEqual(['450 m', '2.3 km', '23 km'])
  expect([duration(45), duration(60), duration(90)]).toEqual(['45 min', '1 h', '1 h 30 min'])
})
