import type { BookingSummary } from '@/api/bookings'
import { t } from '@/i18n'

type Sides = Pick<BookingSummary, 'customer' | 'provider'>

/** Whom a booking is with, as its reader says it; whoever is neither side reads of both. */
export function sidesText(booking: Sides, reader: 'customer' | 'provider' | 'neither'): string {
  const customer = booking.customer.name ?? t('bookings.someone')
  const provider = booking.provider.name ?? t('bookings.someone')
  if (reader === 'customer') return t('bookings.with', { name: provider })
  if (reader === 'provider') return t('bookings.for', { name: customer })
  return t('bookings.between', { customer, provider })
}
