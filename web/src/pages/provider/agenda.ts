import type { Booking, BookingStatus, BookingSummary } from '@/api/bookings'
import { noonFrom } from '@/bookings/slots'
import { dayOf } from '@/lib/format'

/** What a provider may have to do something about, or has before them. */
export const LIVE: BookingStatus[] = [
  'pending',
  'confirmed',
  'in_progress',
  'awaiting_confirmation',
  'no_show_reported',
  'disputed',
]

/** What waits for the provider: an answer to a request, to another time, to a report, or word that work is done. */
export type Waiting = 'request' | 'proposal' | 'report' | 'overdue'

const isOver = (booking: { ends_at: string }, now: number) => Date.parse(booking.ends_at) <= now

/** Whether a booking of a list is worth a closer look: the list does not say what may be done with it. */
export function mayWait(booking: BookingSummary, now: number): boolean {
  if (booking.status === 'pending' || booking.status === 'no_show_reported') return true
  if (booking.proposal) return booking.proposal.by === 'customer'
  return (booking.status === 'confirmed' || booking.status === 'in_progress') && isOver(booking, now)
}

/** What a booking waits for, by what the backend lets the provider do now; null where it is for others to act. */
export function waitsFor(booking: Booking, now: number): Waiting | null {
  const open = new Set(
    booking.available_actions.filter(({ enabled }) => enabled).map(({ action_name }) => action_name),
  )
  if (open.has('accept')) return 'request'
  if (open.has('accept_reschedule')) return 'proposal'
  if (open.has('contest_no_show')) return 'report'
  return isOver(booking, now) && (open.has('complete') || open.has('start') || open.has('report_no_show'))
    ? 'overdue'
    : null
}

/** The most urgent first: what lapses by itself, by when it does, and then what is over the longest. */
export function byUrgency(one: Booking, other: Booking): number {
  const until = (booking: Booking) => Date.parse(booking.next_automatic?.at ?? booking.ends_at)
  return until(one) - until(other)
}

export interface AgendaDay {
  /** YYYY-MM-DD in the provider's zone. */
  key: string
  noon: Date
  bookings: BookingSummary[]
}

/** What is agreed for today and the days after it, in the provider's zone; today also where nothing is. */
export function agendaOf(
  bookings: readonly BookingSummary[],
  timeZone: string,
  days: number,
  now = new Date(),
): AgendaDay[] {
  const agreed = bookings.filter(({ status }) => status !== 'pending')
  return Array.from({ length: days }, (_, index) => {
    const noon = noonFrom(index, timeZone, now)
    const key = dayOf(noon, timeZone)
    return { key, noon, bookings: agreed.filter(({ starts_at }) => dayOf(starts_at, timeZone) === key) }
  }).filter((day, index) => index === 0 || day.bookings.length > 0)
}
