import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import type { components } from './generated/bookings'
import { bookingsApi, data } from './client'

type Schemas = components['schemas']
export type Booking = Schemas['BookingDetail']
export type BookingSummary = Schemas['BookingSummary']
export type BookingAction = Schemas['BookingAction']
export type BookingStatus = Schemas['Status']
export type ActionRequest = Schemas['ActionRequest']
export type Availability = Schemas['Availability']
export type Slot = Schemas['Span']

export const bookingKeys = {
  all: ['bookings'] as const,
  lists: ['bookings', 'list'] as const,
  list: (filter: object) => ['bookings', 'list', filter] as const,
  one: (id: string) => ['bookings', 'one', id] as const,
  availability: (filter: object) => ['bookings', 'availability', filter] as const,
}

/** `key` is the secret of a guest's link; it opens this one booking without a login. */
const asGuest = (key?: string) => (key ? { 'Booking-Key': key } : undefined)

export const bookingQuery = (id: string, key?: string) =>
  queryOptions({
    queryKey: bookingKeys.one(id),
    queryFn: ({ signal }) =>
      data(
        bookingsApi.GET('/bookings/{booking_id}', {
          params: { path: { booking_id: id }, header: asGuest(key) },
          signal,
        }),
      ),
  })

export interface BookingFilter {
  role?: 'customer' | 'provider' | 'admin'
  status?: BookingStatus[]
  from?: string
  to?: string
  q?: string
  sort?: '-created_at' | 'starts_at' | '-starts_at'
}

export const bookingListQuery = (filter: BookingFilter) =>
  infiniteQueryOptions({
    queryKey: bookingKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      data(bookingsApi.GET('/bookings', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

/** Slots of a service, or, for `bookingId`, the times that this booking can be moved to. */
export const availabilityQuery = (
  what: { serviceId: string } | { bookingId: string; key?: string },
  from: string,
  to: string,
) =>
  queryOptions({
    queryKey: bookingKeys.availability({ ...what, from, to }),
    queryFn: async ({ signal }) => {
      const some = (begin: string) =>
        data(
          bookingsApi.GET('/bookings/availability', {
            params: {
              query:
                'serviceId' in what
                  ? { service_id: what.serviceId, from: begin, to }
                  : { booking_id: what.bookingId, from: begin, to },
              header: 'key' in what ? asGuest(what.key) : undefined,
            },
            signal,
          }),
        )
      // One answer holds some days at least; where there are very many times the rest is asked for.
      const found = await some(from)
      while (found.next_from) {
        const more = await some(found.next_from)
        found.items.push(...more.items)
        found.next_from = more.next_from
      }
      return found
    },
    staleTime: 15_000,
  })

export function takeAction(
  booking: { id: string; version: number },
  action: string,
  request: Omit<ActionRequest, 'version'>,
  options: { key?: string; attempt: string },
): Promise<Booking> {
  return data(
    bookingsApi.POST('/bookings/{booking_id}/actions/{action_name}', {
      params: {
        // The backend may have learned of an action after this app was built: its name is whatever it says.
        path: { booking_id: booking.id, action_name: action as Schemas['ActionName'] },
        header: { 'Idempotency-Key': options.attempt, ...asGuest(options.key) },
      },
      body: { version: booking.version, ...request },
    }),
  )
}

export const policyQuery = (providerId: string) =>
  queryOptions({
    queryKey: ['bookings', 'policy', providerId] as const,
    queryFn: ({ signal }) =>
      data(
        bookingsApi.GET('/bookings/policies/{provider_id}', {
          params: { path: { provider_id: providerId } },
          signal,
        }),
      ),
    staleTime: 5 * 60_000,
  })

/** A service may offer to be booked at once; whether it is, its provider's terms decide. */
export const isInstant = (
  service: { instant_book: boolean } | undefined,
  policy: { instant_booking?: boolean } | undefined,
): boolean => service?.instant_book === true && policy?.instant_booking !== false

/** `attempt` names this wish, so that a second tap does not book twice. */
export const createBooking = (body: Schemas['BookingRequest'], attempt: string) =>
  data(bookingsApi.POST('/bookings', { body, params: { header: { 'Idempotency-Key': attempt } } }))

export const createGuestBooking = (body: Schemas['GuestBookingRequest'], attempt: string) =>
  data(bookingsApi.POST('/bookings/guest', { body, params: { header: { 'Idempotency-Key': attempt } } }))

export type MailLinkOffer = Schemas['MailLinkOffer']

/** What the link of a mail would do; `token` stands behind its `#`. It changes nothing. */
export const lookAtMailLink = (token: string) =>
  data(bookingsApi.GET('/bookings/mail-link', { params: { header: { 'Mail-Link': token } } }))

export const takeMailLink = (token: string, reason: string | null) =>
  data(
    bookingsApi.POST('/bookings/mail-link', {
      params: { header: { 'Mail-Link': token } },
      body: reason === null ? {} : { reason },
    }),
  )

/** The calendar file needs the token, so it cannot be a plain link. */
export async function calendarFile(id: string, key?: string): Promise<Blob> {
  const answer = await bookingsApi.GET('/bookings/{booking_id}/calendar.ics', {
    params: { path: { booking_id: id }, header: asGuest(key) },
    parseAs: 'blob',
  })
  return answer.data as unknown as Blob
}
