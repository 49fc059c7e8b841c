import { queryOptions } from '@tanstack/vue-query'
import { bookingKeys, type BookingStatus, type BookingSummary } from './bookings'
import type { Service } from './catalog'
import { authApi, bookingsApi, catalogApi, data, ratingsApi } from './client'
import type { components as Auth } from './generated/auth'
import type { components as Bookings } from './generated/bookings'
import type { components as Catalog } from './generated/catalog'

/** What a provider reads and changes of their own, whichever service keeps it. */
export type Schedule = Bookings['schemas']['Schedule']
export type ScheduleChoice = Bookings['schemas']['ScheduleChoice']
export type WeeklyPlan = Bookings['schemas']['WeeklyPlan']
export type DateException = Bookings['schemas']['DateException']
export type TimeWindow = Bookings['schemas']['Window']
export type OwnPolicy = Bookings['schemas']['ProviderPolicy']
export type PolicyChoice = Bookings['schemas']['PolicyChoice']
export type Tier = Bookings['schemas']['TierChoice']
export type NewService = Catalog['schemas']['NewService']
export type ServicePatch = Catalog['schemas']['ServicePatch']
export type NewUpload = Catalog['schemas']['NewUpload']
export type Upload = Catalog['schemas']['UploadView']
export type ProviderApplication = Auth['schemas']['ProviderApplication']

export const workspaceKeys = {
  services: ['catalog', 'services', 'mine'] as const,
  schedule: ['bookings', 'schedule'] as const,
  policy: ['bookings', 'policy', 'mine'] as const,
  feed: ['bookings', 'feed'] as const,
  /** Within the lists, so that whatever moves a booking makes these anew as well. */
  period: (filter: object) => [...bookingKeys.lists, 'all', filter] as const,
  reliability: (providerId: string) => ['ratings', 'reliability', providerId] as const,
}

const PAGE = 100

/** Every page of a list, up to `most` pages; `complete` says whether that was all of it. */
export async function everyPage<T>(
  page: (cursor: string | null) => Promise<{ items: T[]; next_cursor: string | null }>,
  most = 10,
): Promise<{ items: T[]; complete: boolean }> {
  const items: T[] = []
  let cursor: string | null = null
  for (let n = 0; n < most; n += 1) {
    const found: { items: T[]; next_cursor: string | null } = await page(cursor)
    items.push(...found.items)
    cursor = found.next_cursor
    if (cursor === null) return { items, complete: true }
  }
  return { items, complete: false }
}

export interface Period {
  status: BookingStatus[]
  from?: string
  to?: string
}

/** All bookings that a provider has in a period, the earliest first. */
export const ownBookingsQuery = (period: Period) =>
  queryOptions({
    queryKey: workspaceKeys.period(period),
    queryFn: ({ signal }): Promise<{ items: BookingSummary[]; complete: boolean }> =>
      everyPage((cursor) =>
        data(
          bookingsApi.GET('/bookings', {
            params: { query: { ...period, role: 'provider', sort: 'starts_at', limit: PAGE, cursor } },
            signal,
          }),
        ),
      ),
  })

export const ownServicesQuery = () =>
  queryOptions({
    queryKey: workspaceKeys.services,
    queryFn: async ({ signal }): Promise<Service[]> =>
      (
        await everyPage((cursor) =>
          data(
            catalogApi.GET('/catalog/services', {
              params: { query: { mine: true, sort: 'newest', limit: PAGE, cursor } },
              signal,
            }),
          ),
        )
      ).items,
  })

export const scheduleQuery = () =>
  queryOptions({
    queryKey: workspaceKeys.schedule,
    queryFn: ({ signal }) => data(bookingsApi.GET('/bookings/schedule', { signal })),
  })

export const saveSchedule = (body: ScheduleChoice) => data(bookingsApi.PUT('/bookings/schedule', { body }))

export const ownPolicyQuery = () =>
  queryOptions({
    queryKey: workspaceKeys.policy,
    queryFn: ({ signal }) => data(bookingsApi.GET('/bookings/policy', { signal })),
  })

export const savePolicy = (body: PolicyChoice) => data(bookingsApi.PUT('/bookings/policy', { body }))

export const feedQuery = () =>
  queryOptions({
    queryKey: workspaceKeys.feed,
    queryFn: ({ signal }) => data(bookingsApi.GET('/bookings/feed', { signal })),
  })

/** The address is told this once; the one before ends. */
export const renewFeed = () => data(bookingsApi.POST('/bookings/feed'))
export const endFeed = () => bookingsApi.DELETE('/bookings/feed')

const ofService = (id: string) => ({ params: { path: { service_id: id } } })
const ofImage = (id: string, mediaId: string) => ({ params: { path: { service_id: id, media_id: mediaId } } })

export const createService = (body: NewService, attempt: string) =>
  data(catalogApi.POST('/catalog/services', { body, params: { header: { 'Idempotency-Key': attempt } } }))

export const updateService = (id: string, body: ServicePatch) =>
  data(catalogApi.PATCH('/catalog/services/{service_id}', { ...ofService(id), body }))

export const publishService = (id: string) =>
  data(catalogApi.POST('/catalog/services/{service_id}/publish', ofService(id)))

export const archiveService = (id: string) =>
  data(catalogApi.POST('/catalog/services/{service_id}/archive', ofService(id)))

export const deleteService = (id: string) =>
  catalogApi.DELETE('/catalog/services/{service_id}', ofService(id))

export const askUpload = (id: string, body: NewUpload) =>
  data(catalogApi.POST('/catalog/services/{service_id}/media', { ...ofService(id), body }))

export const completeUpload = (id: string, mediaId: string) =>
  data(catalogApi.POST('/catalog/services/{service_id}/media/{media_id}/complete', ofImage(id, mediaId)))

export const orderImages = (id: string, mediaIds: string[]) =>
  data(
    catalogApi.PUT('/catalog/services/{service_id}/media', {
      ...ofService(id),
      body: { media_ids: mediaIds },
    }),
  )

export const describeImage = (id: string, mediaId: string, altText: string) =>
  data(
    catalogApi.PATCH('/catalog/services/{service_id}/media/{media_id}', {
      ...ofImage(id, mediaId),
      body: { alt_text: altText },
    }),
  )

export const removeImage = (id: string, mediaId: string) =>
  catalogApi.DELETE('/catalog/services/{service_id}/media/{media_id}', ofImage(id, mediaId))

export const applyAsProvider = (body: ProviderApplication) =>
  data(authApi.POST('/auth/providers/apply', { body }))

export const readAccount = () => data(authApi.GET('/auth/me'))

export const reliabilityQuery = (providerId: string) =>
  queryOptions({
    queryKey: workspaceKeys.reliability(providerId),
    queryFn: ({ signal }) =>
      data(
        ratingsApi.GET('/ratings/reliability', { params: { query: { provider_id: providerId } }, signal }),
      ),
  })

export const replyToRating = (ratingId: string, comment: string) =>
  data(
    ratingsApi.POST('/ratings/{rating_id}/reply', {
      params: { path: { rating_id: ratingId } },
      body: { comment },
    }),
  )
