import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { data, ratingsApi } from './client'
import type { components } from './generated/ratings'

type Schemas = components['schemas']
export type Rating = Schemas['PublishedRating']
export type OwnRating = Schemas['OwnRating']
/** What both sides of a booking have said, as far as whoever asks may see it, and whether they may still rate it. */
export interface BookingRatings {
  mine: OwnRating | null
  theirs: Rating | null
  invitation: Schemas['PendingRating'] | null
}

type Of = { service_id: string } | { provider_id: string }

export const ratingKeys = {
  all: ['ratings'] as const,
  list: (of: object) => ['ratings', 'list', of] as const,
  summary: (of: object) => ['ratings', 'summary', of] as const,
  booking: (id: string) => ['ratings', 'booking', id] as const,
}

export const ratingsQuery = (of: Of) =>
  infiniteQueryOptions({
    queryKey: ratingKeys.list(of),
    queryFn: ({ pageParam, signal }) =>
      data(ratingsApi.GET('/ratings', { params: { query: { ...of, cursor: pageParam, limit: 5 } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const ratingSummaryQuery = (of: Of) =>
  queryOptions({
    queryKey: ratingKeys.summary(of),
    queryFn: ({ signal }) => data(ratingsApi.GET('/ratings/summary', { params: { query: of }, signal })),
  })

export const bookingRatingsQuery = (bookingId: string) =>
  queryOptions({
    queryKey: ratingKeys.booking(bookingId),
    queryFn: async ({ signal }): Promise<BookingRatings> => {
      const query = { booking_id: bookingId }
      const [mine, theirs, pending] = await Promise.all([
        data(ratingsApi.GET('/ratings/mine', { params: { query }, signal })),
        data(ratingsApi.GET('/ratings/received', { params: { query }, signal })),
        // Nobody has more than a hundred to give within two weeks.
        data(ratingsApi.GET('/ratings/pending', { params: { query: { limit: 100 } }, signal })),
      ])
      return {
        mine: mine.items[0] ?? null,
        theirs: theirs.items[0] ?? null,
        invitation: pending.items.find((one) => one.booking_id === bookingId) ?? null,
      }
    },
  })

/** `attempt` names this wish, so that a second tap does not rate twice. */
export const rate = (body: Schemas['NewRating'], attempt: string) =>
  data(ratingsApi.POST('/ratings', { body, params: { header: { 'Idempotency-Key': attempt } } }))

export const changeRating = (id: string, body: Schemas['RatingChange']) =>
  data(ratingsApi.PATCH('/ratings/{rating_id}', { params: { path: { rating_id: id } }, body }))

export const reply = (id: string, comment: string) =>
  data(
    ratingsApi.POST('/ratings/{rating_id}/reply', { params: { path: { rating_id: id } }, body: { comment } }),
  )

export const report = (id: string, reason: string) =>
  data(
    ratingsApi.POST('/ratings/{rating_id}/report', { params: { path: { rating_id: id } }, body: { reason } }),
  )
