import type { Slot } from '@/api/bookings'
import { dayOf } from '@/lib/format'

export const DAY_MS = 24 * 60 * 60 * 1000
export const WEEK = 7

export interface Day {
  /** YYYY-MM-DD in the zone asked for. */
  key: string
  /** Noon of the day, or near it: to name it by. */
  noon: Date
  slots: Slot[]
}

/** The days of a week that begins with `first`, each with the slots that start on it in that zone. */
export function daysOf(first: Date, slots: readonly Slot[], timeZone: string): Day[] {
  const named = slots.map((slot) => ({ slot, key: dayOf(slot.starts_at, timeZone) }))
  return Array.from({ length: WEEK }, (_, index) => {
    const noon = new Date(first.getTime() + index * DAY_MS)
    const key = dayOf(noon, timeZone)
    return { key, noon, slots: named.filter((each) => each.key === key).map(({ slot }) => slot) }
  })
}

/** Noon of a day in a zone, `days` from today there: a safe place to count days from, summer time or not. */
export function noonFrom(days: number, timeZone: string, now = new Date()): Date {
  const [year, month, day] = dayOf(now, timeZone).split('-').map(Number) as [number, number, number]
  const guess = Date.UTC(year, month - 1, day + days, 12)
  return new Date(guess - offsetAt(guess, timeZone))
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at)
  const get = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute')) - at
}
