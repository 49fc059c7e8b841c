import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { bookingListQuery } from './bookings'
import { authApi, bookingsApi, catalogApi, data, geoApi, notificationsApi, ratingsApi } from './client'
import type { components as Auth, operations as AuthOperations } from './generated/auth'
import type { components as Bookings } from './generated/bookings'
import type { components as Ratings } from './generated/ratings'

export type Account = Auth['schemas']['AdminUserAccount']
export type AdminAction = Auth['schemas']['AdminAction']
export type Metrics = Bookings['schemas']['Metrics']
export type ModeratedRating = Ratings['schemas']['ModeratedRating']
export type ParkedEvent = Auth['schemas']['ParkedEventSeen']
export type AccountFilter = Omit<
  NonNullable<AuthOperations['list_users']['parameters']['query']>,
  'cursor' | 'limit'
>
export type Moderation = 'hide' | 'restore' | 'dismiss'

export const adminKeys = {
  accounts: ['admin', 'accounts'] as const,
  audit: ['admin', 'audit'] as const,
  ratings: ['admin', 'ratings'] as const,
  metrics: (from: string) => ['admin', 'metrics', from] as const,
  parked: ['admin', 'parked'] as const,
}

/** What waits for a decision is asked for whenever it is looked at: nobody tells of it. */
const ANEW = { staleTime: 0 }

export const accountsQuery = (filter: AccountFilter) =>
  infiniteQueryOptions({
    queryKey: [...adminKeys.accounts, filter],
    queryFn: ({ pageParam, signal }) =>
      data(authApi.GET('/auth/admin/users', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    ...ANEW,
  })

export const auditQuery = () =>
  infiniteQueryOptions({
    queryKey: adminKeys.audit,
    queryFn: ({ pageParam, signal }) =>
      data(authApi.GET('/auth/admin/audit', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

/** Decides the application that was read, and no later one. */
export const approve = (account: Account) =>
  data(
    authApi.POST('/auth/admin/providers/{user_id}/approve', {
      params: { path: { user_id: account.id } },
      body: { applied_at: account.application?.applied_at },
    }),
  )

export const reject = (account: Account, reason: string) =>
  data(
    authApi.POST('/auth/admin/providers/{user_id}/reject', {
      params: { path: { user_id: account.id } },
      body: { reason, applied_at: account.application?.applied_at },
    }),
  )

export const suspend = (userId: string, reason: string) =>
  data(
    authApi.POST('/auth/admin/users/{user_id}/suspend', {
      params: { path: { user_id: userId } },
      body: { reason },
    }),
  )

export const reinstate = (userId: string, reason: string) =>
  data(
    authApi.POST('/auth/admin/users/{user_id}/reinstate', {
      params: { path: { user_id: userId } },
      body: { reason },
    }),
  )

/** Everybody's; those of the earliest work first, as they have waited the longest. */
export const disputesQuery = () => ({
  ...bookingListQuery({ role: 'admin', status: ['disputed'], sort: 'starts_at' }),
  ...ANEW,
})

export const moderationQuery = (status: 'reported' | 'hidden') =>
  infiniteQueryOptions({
    queryKey: [...adminKeys.ratings, status],
    queryFn: ({ pageParam, signal }) =>
      data(
        ratingsApi.GET('/ratings/admin/reports', {
          params: { query: { status, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    ...ANEW,
  })

export const moderate = (ratingId: string, decision: Moderation, reason: string) =>
  data(
    ratingsApi.POST('/ratings/admin/{rating_id}/{decision}', {
      params: { path: { rating_id: ratingId, decision } },
      body: { reason },
    }),
  )

/** Of the bookings made since `from`, a date. */
export const metricsQuery = (from: string) =>
  queryOptions({
    queryKey: adminKeys.metrics(from),
    queryFn: ({ signal }) =>
      data(bookingsApi.GET('/bookings/admin/metrics', { params: { query: { from } }, signal })),
  })

export const SERVICES = ['auth', 'bookings', 'catalog', 'geo', 'notifications', 'ratings'] as const
export type ServiceName = (typeof SERVICES)[number]

/** Each service answers for its own queue, so one that is away hides nobody else's. */
const parked: Record<ServiceName, (signal: AbortSignal) => Promise<{ items: ParkedEvent[] }>> = {
  auth: (signal) => data(authApi.GET('/auth/admin/parked-events', { signal })),
  bookings: (signal) => data(bookingsApi.GET('/bookings/admin/parked-events', { signal })),
  catalog: (signal) => data(catalogApi.GET('/catalog/admin/parked-events', { signal })),
  geo: (signal) => data(geoApi.GET('/geo/admin/parked-events', { signal })),
  notifications: (signal) => data(notificationsApi.GET('/notifications/admin/parked-events', { signal })),
  ratings: (signal) => data(ratingsApi.GET('/ratings/admin/parked-events', { signal })),
}

export const parkedQuery = (service: ServiceName) =>
  queryOptions({
    queryKey: [...adminKeys.parked, service],
    queryFn: async ({ signal }) => (await parked[service](signal)).items,
  })

/** `eventId` null: everything that the service has parked. */
export function decideParked(service: ServiceName, decision: 'replay' | 'drop', eventId: string | null) {
  const request = { params: { path: { decision } }, body: { event_id: eventId } }
  const calls: Record<ServiceName, () => Promise<{ count: number }>> = {
    auth: () => data(authApi.POST('/auth/admin/parked-events/{decision}', request)),
    bookings: () => data(bookingsApi.POST('/bookings/admin/parked-events/{decision}', request)),
    catalog: () => data(catalogApi.POST('/catalog/admin/parked-events/{decision}', request)),
    geo: () => data(geoApi.POST('/geo/admin/parked-events/{decision}', request)),
    notifications: () =>
      data(notificationsApi.POST('/notifications/admin/parked-events/{decision}', request)),
    ratings: () => data(ratingsApi.POST('/ratings/admin/parked-events/{decision}', request)),
  }
  return calls[service]()
}

/** `position` says where it stands among the others. */
export const addCategory = (name: string, position: number) =>
  data(catalogApi.POST('/catalog/categories', { body: { name, position } }))

export const renameCategory = (id: string, name: string) =>
  data(
    catalogApi.PATCH('/catalog/categories/{category_id}', {
      params: { path: { category_id: id } },
      body: { name },
    }),
  )

export const removeCategory = (id: string) =>
  catalogApi.DELETE('/catalog/categories/{category_id}', { params: { path: { category_id: id } } })

export const addSubcategory = (categoryId: string, name: string) =>
  data(
    catalogApi.POST('/catalog/categories/{category_id}/subcategories', {
      params: { path: { category_id: categoryId } },
      body: { name },
    }),
  )

export const renameSubcategory = (categoryId: string, id: string, name: string) =>
  data(
    catalogApi.PATCH('/catalog/categories/{category_id}/subcategories/{subcategory_id}', {
      params: { path: { category_id: categoryId, subcategory_id: id } },
      body: { name },
    }),
  )

export const removeSubcategory = (categoryId: string, id: string) =>
  catalogApi.DELETE('/catalog/categories/{category_id}/subcategories/{subcategory_id}', {
    params: { path: { category_id: categoryId, subcategory_id: id } },
  })

/** `reason` is kept, and the provider reads it. */
export const takeImageOff = (serviceId: string, imageId: string, reason: string) =>
  catalogApi.DELETE('/catalog/services/{service_id}/media/{media_id}', {
    params: { path: { service_id: serviceId, media_id: imageId }, query: { reason } },
  })
