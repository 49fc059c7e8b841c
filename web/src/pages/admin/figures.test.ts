import { expect, test } from 'vitest'
import { daysAgo, daysBetween, percent, waited } from './figures'

test('days are counted in UTC, over the end of a month', () => {
  expect(daysAgo(30, new Date('2026-03-01T00:30:00Z'))).toBe('2026-01-30')
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
    '2026-03-02',
  ])
})

test('a share of nothing is not zero', () => {
  expect(percent(null)).toBe('–')
  expect(percent(0)).toBe('0 %')
  expect(percent(0.4567)).toBe('46 %')
})

test.each([
  [null, '–'],
  [0, '0 min'],
  [119, '119 min'],
  [120, '2 h'],
  [210, '3.5 h'],
  [4 * 1440, '4 days'],
])('a wait of %s minutes is %s', (minutes, said) => {
  expect(waited(minutes)).toBe(said)
})
