import type { BookingStatus, BookingSummary } from '@/api/bookings'
import { dayOf } from '@/lib/format'

/** What was earned, by work or by the fee of a late cancellation, and what is agreed and still to come. */
export const EARNED: BookingStatus[] = ['completed', 'cancelled']
export const EXPECTED: BookingStatus[] = ['confirmed', 'in_progress', 'awaiting_confirmation']

export interface Month {
  /** YYYY-MM in the provider's zone. */
  key: string
  earned: number
  expected: number
}

export interface Earnings {
  currency: string
  earned: number
  expected: number
  /** Of what was completed. */
  count: number
  /** Of what was completed, without fees; null where nothing was. */
  average: number | null
  months: Month[]
  /** What was earned by each service, the most first. */
  services: { title: string; earned: number }[]
}

/** The months from the one so many before, to the one in which the last of the bookings is; the present one at least. */
function monthsOf(back: number, last: string, timeZone: string, now: Date): Month[] {
  const [year, month] = dayOf(now, timeZone).split('-').map(Number) as [number, number]
  const months: Month[] = []
  for (let n = -back + 1; ; n += 1) {
    const key = new Date(Date.UTC(year, month - 1 + n, 1)).toISOString().slice(0, 7)
    if (n > 0 && key > last) return months
    months.push({ key, earned: 0, expected: 0 })
  }
}

/** One account for each currency, that with the most bookings first: amounts of two are never added up. */
export function earningsOf(
  bookings: readonly BookingSummary[],
  back: number,
  timeZone: string,
  now = new Date(),
): Earnings[] {
  const counted = bookings.filter((row) => EXPECTED.includes(row.status) || earnedBy(row) > 0)
  const currencies = new Map<string, BookingSummary[]>()
  for (const row of counted)
    currencies.set(row.price.currency, [...(currencies.get(row.price.currency) ?? []), row])
  return [...currencies]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([currency, rows]) => accountOf(currency, rows, back, timeZone, now))
}

/** The price of work that was done, and the fee of what was cancelled too late. */
function earnedBy({ status, price, cancellation }: BookingSummary): number {
  if (status === 'completed') return price.amount
  return status === 'cancelled' ? (cancellation?.fee.amount ?? 0) : 0
}

function accountOf(
  currency: string,
  rows: readonly BookingSummary[],
  back: number,
  timeZone: string,
  now: Date,
): Earnings {
  const monthKey = ({ starts_at }: BookingSummary) => dayOf(starts_at, timeZone).slice(0, 7)
  const months = monthsOf(back, rows.map(monthKey).sort().at(-1) ?? '', timeZone, now)
  const byMonth = new Map(months.map((month) => [month.key, month]))
  const byService = new Map<string, number>()
  let [earned, expected, done, count] = [0, 0, 0, 0]
  for (const row of rows) {
    const month = byMonth.get(monthKey(row))
    if (EXPECTED.includes(row.status)) {
      expected += row.price.amount
      if (month) month.expected += row.price.amount
      continue
    }
    const amount = earnedBy(row)
    earned += amount
    if (month) month.earned += amount
    byService.set(row.service.title, (byService.get(row.service.title) ?? 0) + amount)
    if (row.status === 'completed') {
      done += amount
      count += 1
    }
  }
  return {
    currency,
    earned,
    expected,
    count,
    average: count > 0 ? Math.round(done / count) : null,
    months,
    services: [...byService]
      .map(([title, sum]) => ({ title, earned: sum }))
      .sort((one, other) => other.earned - one.earned),
  }
}
