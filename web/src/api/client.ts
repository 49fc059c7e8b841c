import createClient from 'openapi-fetch'
import type { paths as AuthPaths } from './generated/auth'
import type { paths as BookingsPaths } from './generated/bookings'
import type { paths as CatalogPaths } from './generated/catalog'
import type { paths as GeoPaths } from './generated/geo'
import type { paths as NotificationsPaths } from './generated/notifications'
import type { paths as RatingsPaths } from './generated/ratings'
import { send } from './transport'

const options = { baseUrl: '/api/v1', fetch: send }

/** One typed client per service. Calls throw `ApiError`; wrap them in `data()`. */
export const authApi = createClient<AuthPaths>(options)
export const catalogApi = createClient<CatalogPaths>(options)
export const bookingsApi = createClient<BookingsPaths>(options)
export const ratingsApi = createClient<RatingsPaths>(options)
export const geoApi = createClient<GeoPaths>(options)
export const notificationsApi = createClient<NotificationsPaths>(options)

/** The body of an answer. What is not a success has been thrown by then. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  return (await call).data as NonNullable<T>
}

/** Names one attempt of a person, so that sending it twice does it once. Keep it for retries of the same attempt. */
export function idempotencyKey(): string {
  return crypto.randomUUID()
}
