import { expect, it } from 'vitest'
import { daysOf, noonFrom } from './slots'

const slot = (starts_at: string) => ({ starts_at, ends_at: starts_at })

it('sorts slots into the days of the zone asked for', () => {
  // 10:30 in the evening of the 30th in UTC is the morning of the 1st in Auckland.
  const slots = [slot('2026-11-30T22:30:00Z'), slot('2026-12-01T10:00:00Z'), slot('2026-12-01T11:30:00Z')]
  const days = daysOf(new Date('2026-11-30T23:00:00Z'), slots, 'Pacific/Auckland')
  expect(days.map(({ key, slots: found }) => [key, found.length])).toEqual([
    ['2026-12-01', 2],
    ['2026-12-02', 1],
    ['2026-12-03', 0],
    ['2026-12-04', 0],
    ['2026-12-05', 0],
    ['2026-12-06', 0],
    ['2026-12-07', 0],
  ])
})

it.each([
  ['Pacific/Auckland', 0, '2026-09-26T00:00:00.000Z'],
  ['Pacific/Auckland', 1, '2026-09-26T23:00:00.000Z'], // summer time begins on the 27th
  ['Australia/Adelaide', 0, '2026-09-26T02:30:00.000Z'],
  ['UTC', 0, '2026-09-26T12:00:00.000Z'],
])('knows noon in %s, %i days on', (zone, days, noon) => {
  expect(noonFrom(days, zone, new Date('2026-09-26T03:00:00Z')).toISOString()).toBe(noon)
})
