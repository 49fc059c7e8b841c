import type { Booking, BookingStatus } from '@/api/bookings'
import { maybe } from '@/i18n'

export const OPEN: BookingStatus[] = [
  'awaiting_verification',
  'pending',
  'confirmed',
  'in_progress',
  'awaiting_confirmation',
  'no_show_reported',
  'disputed',
]
export const CLOSED: BookingStatus[] = ['completed', 'declined', 'cancelled', 'expired', 'failed', 'no_show']

const TONES: Record<string, string> = {
  awaiting_verification: 'bg-warning/12 text-warning',
  pending: 'bg-warning/12 text-warning',
  confirmed: 'bg-info/12 text-info',
  in_progress: 'bg-info/12 text-info',
  awaiting_confirmation: 'bg-warning/12 text-warning',
  no_show_reported: 'bg-error/12 text-error',
  disputed: 'bg-error/12 text-error',
  completed: 'bg-success/12 text-success',
}

export const statusTone = (status: string): string => TONES[status] ?? 'bg-base-200 text-muted'

/** The backend may know statuses and actions that came after this app: those are named as they are. */
export const plain = (name: string): string =>
  name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())

export const statusName = (status: string): string => maybe(`bookings.status_${status}`) ?? plain(status)

/** What it means for somebody on one side of the booking, or for whoever has to decide about it, as it stands now. */
export function statusText(
  { status, starts_at, ends_at }: Pick<Booking, 'status' | 'starts_at' | 'ends_at'>,
  side: 'customer' | 'provider' | 'admin',
  now: number,
): string | undefined {
  const key = `bookings.${side}_${status}`
  const when = now < Date.parse(starts_at) ? '' : now < Date.parse(ends_at) ? '_begun' : '_over'
  return maybe(key + when) ?? maybe(key)
}

/** What happens by itself if nobody does anything. */
export const automaticText = (action: string, when: string): string =>
  maybe(`bookings.next_${action}`, { when }) ?? `${plain(action)} ${when}`
