import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { data, ratingsApi } from './client'
import type { components } from './generated/ratings'

export type Rating = components['schemas']['PublishedRating']
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
