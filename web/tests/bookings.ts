import type { Booking, BookingAction } from '@/api/bookings'

export function anAction(changes: Partial<BookingAction> = {}): BookingAction {
  return {
    action_name: 'accept',
    button_label: 'Accept',
    note: 'Accepted by provider',
    is_critical: false,
    enabled: true,
    disabled_reason: null,
    requires_reason: false,
    requires_time: false,
    about_proposal: false,
    available_until: null,
    consequence: null,
    ...changes,
  }
}

export function aBooking(changes: Partial<Booking> = {}): Booking {
  return {
    id: 'b1',
    status: 'pending',
    version: 3,
    customer: { id: 'c1', name: 'Aroha Ngata' },
    provider: { id: 'p1', name: 'Harbour Home Services' },
    service: { id: 's1', title: 'Flat-pack assembly' },
    price: { amount: 8500, currency: 'NZD' },
    starts_at: '2026-12-01T21:00:00Z',
    ends_at: '2026-12-01T22:30:00Z',
    timezone: 'Pacific/Auckland',
    created_at: '2026-11-29T00:00:00Z',
    updated_at: '2026-11-29T00:00:00Z',
    next_automatic: null,
    roles: ['provider'],
    note: null,
    address: null,
    location: null,
    service_location: null,
    guest: null,
    policy: {
      cancellation: [{ hours_before: 0, refund_percent: 0 }],
      response_hours: 24,
      instant_booking: false,
      version: 1,
      minimum_notice_minutes: 0,
    },
    proposal: null,
    no_show: null,
    cancellation: null,
    available_actions: [],
    history: [],
    ...changes,
  }
}
