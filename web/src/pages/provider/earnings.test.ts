import { expect, it } from 'vitest'
import type { BookingStatus } from '@/api/bookings'
import { aBooking } from '../../../tests/bookings'
import { earningsOf } from './earnings'

// It is the 2nd of December in Auckland.
const NOW = new Date('2026-12-01T20:00:00Z')
const job = (status: BookingStatus, starts_at: string, amount: number, title = 'Clean', currency = 'NZD') =>
  aBooking({ status, starts_at, price: { amount, currency }, service: { id: title, title } })

it('tells what was earned from what is still to come, by the months of the provider', () => {
  const [found, ...others] = earningsOf(
    [
      job('completed', '2026-10-10T00:00:00Z', 10_000),
      // Still November in UTC, and December in Auckland.
      job('completed', '2026-11-30T20:00:00Z', 5_000, 'Move'),
      job('completed', '2026-11-20T00:00:00Z', 9_000, 'Move'),
      job('confirmed', '2027-01-05T00:00:00Z', 7_000),
      job('cancelled', '2026-11-20T00:00:00Z', 99_000),
      job('pending', '2026-12-20T00:00:00Z', 99_000),
    ],
    3,
    'Pacific/Auckland',
    NOW,
  )
  expect(others).toEqual([])
  expect(found).toEqual({
    currency: 'NZD',
    earned: 24_000,
    expected: 7_000,
    count: 3,
    average: 8_000,
    months: [
      { key: '2026-10', earned: 10_000, expected: 0 },
      { key: '2026-11', earned: 9_000, expected: 0 },
      { key: '2026-12', earned: 5_000, expected: 0 },
      { key: '2027-01', earned: 0, expected: 7_000 },
    ],
    services: [
      { title: 'Move', earned: 14_000 },
      { title: 'Clean', earned: 10_000 },
    ],
  })
})

it('counts the fee of a late cancellation as earned, and not as a job', () => {
  const cancellation = { refund_percent: 50, fee: { amount: 4_000, currency: 'NZD' } }
  const [found] = earningsOf(
    [
      job('completed', '2026-11-20T00:00:00Z', 10_000),
      { ...job('cancelled', '2026-11-21T00:00:00Z', 8_000), cancellation },
    ],
    2,
    'UTC',
    NOW,
  )
  expect(found).toMatchObject({ earned: 14_000, count: 1, average: 10_000 })
})

it('never adds up two currencies', () => {
  const found = earningsOf(
    [
      job('completed', '2026-11-20T00:00:00Z', 100, 'a', 'AUD'),
      job('completed', '2026-11-20T00:00:00Z', 200),
      job('completed', '2026-11-21T00:00:00Z', 300),
    ],
    1,
    'UTC',
    NOW,
  )
  expect(found.map(({ currency, earned, average }) => [currency, earned, average])).toEqual([
    ['NZD', 500, 250],
    ['AUD', 100, 100],
  ])
})
