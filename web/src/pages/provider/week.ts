import type { BookingSummary } from '@/api/bookings'
import { DAY_MS, noonFrom } from '@/bookings/slots'
import type { Schedule } from '@/api/workspace'
import { dayOf } from '@/lib/format'
import { windowsOn } from './plan'

const DAY = 24 * 60
const MINUTE_MS = 60_000

/** Minutes by the clock of a day, from its midnight. */
export interface Stretch {
  from: number
  to: number
}

/** A booking in the column of its day; those that overlap share its width in lanes. */
export interface Placed extends Stretch {
  booking: BookingSummary
  lane: number
  lanes: number
}

export interface CalendarDay {
  /** YYYY-MM-DD in the provider's zone. */
  key: string
  noon: Date
  isToday: boolean
  open: Stretch[]
  /** What of the open hours nothing is booked in. */
  free: Stretch[]
  placed: Placed[]
}

const onClock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

const clocks = new Map<string, Intl.DateTimeFormat>()
/** What the clock in a zone shows, in minutes from midnight. */
function minuteOf(at: string, timeZone: string): number {
  let clock = clocks.get(timeZone)
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    clocks.set(timeZone, clock)
  }
  return onClock(clock.format(new Date(at)))
}

/** What of a booking lies on a day: one across midnight is on both. */
function partOn(booking: BookingSummary, day: string, timeZone: string): Stretch | null {
  const [first, last] = [dayOf(booking.starts_at, timeZone), dayOf(booking.ends_at, timeZone)]
  if (day < first || day > last) return null
  const from = first === day ? minuteOf(booking.starts_at, timeZone) : 0
  const to = last === day ? minuteOf(booking.ends_at, timeZone) : DAY
  if (to > from) return { from, to }
  if (first !== last) return null
  // The clock is turned back meanwhile: it is as long as it takes.
  const length = (Date.parse(booking.ends_at) - Date.parse(booking.starts_at)) / MINUTE_MS
  return { from, to: Math.min(from + length, DAY) }
}

/** Side by side where they overlap, and as wide as there is room. */
export function inLanes(parts: (Stretch & { booking: BookingSummary })[]): Placed[] {
  const ordered = [...parts].sort((one, other) => one.from - other.from || other.to - one.to)
  const placed: Placed[] = []
  let group: Placed[] = []
  let until = -1
  for (const part of ordered) {
    if (part.from >= until) group = []
    const ends = group.reduce<number[]>((lanes, { lane, to }) => {
      lanes[lane] = Math.max(lanes[lane] ?? 0, to)
      return lanes
    }, [])
    const open = ends.findIndex((end) => end <= part.from)
    const one = { ...part, lane: open === -1 ? ends.length : open, lanes: 1 }
    group.push(one)
    placed.push(one)
    until = Math.max(until, part.to)
    const lanes = Math.max(...group.map(({ lane }) => lane)) + 1
    for (const each of group) each.lanes = lanes
  }
  return placed
}

/** The open hours without what is booked. */
export function freeOf(open: readonly Stretch[], busy: readonly Stretch[]): Stretch[] {
  return busy.reduce<Stretch[]>(
    (left, { from, to }) =>
      left.flatMap((one) =>
        [
          { from: one.from, to: Math.min(one.to, from) },
          { from: Math.max(one.from, to), to: one.to },
        ].filter((rest) => rest.to > rest.from && rest.from >= one.from && rest.to <= one.to),
      ),
    [...open],
  )
}

/** How many days it is from today to the Monday of the week that lies so many weeks ahead. */
export function mondayOf(weeks: number, timeZone: string, now = new Date()): number {
  const today = new Date(`${dayOf(now, timeZone)}T12:00:00Z`)
  return weeks * 7 - ((today.getUTCDay() + 6) % 7)
}

/** So many days, the first of them `offset` days from today, in the provider's zone. */
export function calendarOf(
  offset: number,
  count: number,
  bookings: readonly BookingSummary[],
  schedule: Schedule,
  now = new Date(),
): CalendarDay[] {
  const zone = schedule.timezone
  const today = dayOf(now, zone)
  return Array.from({ length: count }, (_, index) => {
    const noon = noonFrom(offset + index, zone, now)
    const key = dayOf(noon, zone)
    const open = windowsOn(schedule, key).map(({ start, end }) => ({
      from: onClock(start),
      to: onClock(end),
    }))
    const parts = bookings.flatMap((booking) => {
      const part = partOn(booking, key, zone)
      return part ? [{ ...part, booking }] : []
    })
    return { key, noon, isToday: key === today, open, free: freeOf(open, parts), placed: inLanes(parts) }
  })
}

/** The hours that a calendar has to show: those that are open or booked, and an ordinary day at least. */
export function hoursOf(days: readonly CalendarDay[]): { first: number; last: number } {
  const stretches = days.flatMap(({ open, placed }) => [...open, ...placed])
  return {
    first: Math.floor(Math.min(8 * 60, ...stretches.map(({ from }) => from)) / 60),
    last: Math.ceil(Math.max(18 * 60, ...stretches.map(({ to }) => to)) / 60),
  }
}

/** From when until when bookings are asked for: a day more on each side, for what lasts over midnight. */
export function rangeOf(offset: number, count: number, timeZone: string, now = new Date()) {
  return {
    from: new Date(noonFrom(offset, timeZone, now).getTime() - 1.5 * DAY_MS).toISOString(),
    to: new Date(noonFrom(offset + count, timeZone, now).getTime() + DAY_MS / 2).toISOString(),
  }
}
