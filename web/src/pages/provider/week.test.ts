import { describe, expect, it } from 'vitest'
import { aBooking } from '../../../tests/bookings'
import { aSchedule } from '../../../tests/services'
import { calendarOf, freeOf, hoursOf, inLanes, mondayOf } from './week'

// It is the morning of Wednesday, the 2nd, in Auckland.
const NOW = new Date('2026-12-01T20:00:00Z')
const at = (id: string, starts_at: string, ends_at: string) => aBooking({ id, starts_at, ends_at })

describe('a day', () => {
  it('has its bookings by the clock of the provider, and what is left of the open hours', () => {
    const [today, next] = calendarOf(
      0,
      2,
      [
        at('ten', '2026-12-01T21:00:00Z', '2026-12-01T22:30:00Z'),
        at('night', '2026-12-02T10:00:00Z', '2026-12-02T12:00:00Z'),
      ],
      aSchedule(),
      NOW,
    )
    expect(today).toMatchObject({ key: '2026-12-02', isToday: true, open: [{ from: 540, to: 1020 }] })
    expect(today?.placed.map(({ booking, from, to }) => [booking.id, from, to])).toEqual([
      ['ten', 600, 690],
      ['night', 1380, 1440],
    ])
    expect(today?.free).toEqual([
      { from: 540, to: 600 },
      { from: 690, to: 1020 },
    ])
    expect(next?.placed.map(({ booking, from, to }) => [booking.id, from, to])).toEqual([['night', 0, 60]])
    expect(hoursOf([today, next].filter((day) => day !== undefined))).toEqual({ first: 0, last: 24 })
  })

  it('has a booking as long as it takes where the clock is turned back during it', () => {
    const twice = at('twice', '2027-04-03T13:30:00Z', '2027-04-03T14:30:00Z') // 2:30 am to 2:30 am
    const noon = new Date('2027-04-04T00:00:00Z')
    const [day] = calendarOf(0, 1, [twice], aSchedule(), noon)
    expect(day?.placed.map(({ from, to }) => [from, to])).toEqual([[150, 210]])
    const until = at('until', '2027-04-03T10:00:00Z', '2027-04-03T11:00:00Z') // to midnight
    expect(calendarOf(0, 1, [until], aSchedule(), noon)[0]?.placed).toEqual([])
  })

  it('shows an ordinary day where nothing happens', () => {
    expect(hoursOf(calendarOf(3, 1, [], aSchedule(), NOW))).toEqual({ first: 8, last: 18 })
  })
})

it('what overlaps shares the width, and only that', () => {
  const part = (id: string, from: number, to: number) => ({ from, to, booking: aBooking({ id }) })
  const placed = inLanes([part('c', 70, 80), part('a', 0, 60), part('b', 30, 90), part('d', 90, 120)])
  expect(placed.map(({ booking, lane, lanes }) => [booking.id, lane, lanes])).toEqual([
    ['a', 0, 2],
    ['b', 1, 2],
    ['c', 0, 2],
    ['d', 0, 1],
  ])
})

it.each([
  [[{ from: 0, to: 10 }], [{ from: 0, to: 100 }], []],
  [[{ from: 0, to: 10 }], [{ from: 20, to: 30 }], [{ from: 0, to: 10 }]],
  [
    [{ from: 0, to: 10 }],
    [{ from: 4, to: 6 }],
    [
      { from: 0, to: 4 },
      { from: 6, to: 10 },
    ],
  ],
])('of %o without %o is left %o', (open, busy, left) => {
  expect(freeOf(open, busy)).toEqual(left)
})

it('a week begins on Monday, also on a Sunday', () => {
  expect(mondayOf(0, 'Pacific/Auckland', NOW)).toBe(-2)
  expect(mondayOf(1, 'Pacific/Auckland', new Date('2026-12-06T00:00:00Z'))).toBe(1)
})
