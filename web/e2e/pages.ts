import { aService, asked, type PEOPLE } from './stage'

export type Who = keyof typeof PEOPLE | null

/** Of a booking there is a page of its own look for each of these. */
const STATUSES = ['pending', 'confirmed', 'awaiting_confirmation', 'completed', 'disputed'] as const

const EVERYBODYS = [
  '/',
  '/search',
  '/search?category=none-such',
  '/search?place=Ponsonby&lat=-36.85&lng=174.74&view=map',
  '/login',
  '/register',
  '/forgot-password',
  '/reset-password?token=t',
  '/verify-email?token=t',
  '/confirm-email?token=t',
  '/oauth/google/callback',
  '/guest',
  '/bookings/mail-link',
  '/unsubscribe',
  '/forbidden',
  '/nowhere',
]
const CUSTOMERS = [
  '/',
  '/bookings',
  '/bookings?show=past',
  '/account',
  '/account/security',
  '/account/activity',
  '/account/notifications',
  '/account/privacy',
  '/notifications',
  '/welcome/profile',
  '/provider/onboarding',
]
const PROVIDERS = [
  '/provider',
  '/provider/requests',
  '/provider/services',
  '/provider/services/new',
  '/provider/schedule',
  '/provider/policies',
  '/provider/calendar',
  '/provider/earnings',
  '/provider/ratings',
  '/provider/profile',
]
const ADMINS = [
  '',
  '/approvals',
  '/disputes',
  '/users',
  '/categories',
  '/ratings',
  '/metrics',
  '/events',
  '/audit',
].map((path) => `/admin${path}`)

/** Those of their bookings that the pages are looked at with: one of each status that there is. */
async function bookings(who: NonNullable<Who>, role: string, statuses: readonly string[]): Promise<string[]> {
  const ask = await asked(who)
  const found = await Promise.all(
    statuses.map((status) =>
      ask<{ items: { id: string }[] }>(`/bookings?role=${role}&status=${status}&limit=1`),
    ),
  )
  return found.flatMap(({ items }) => items.map(({ id }) => `/bookings/${id}`))
}

/** The addresses of every page that somebody comes to, once for each of its looks. */
export async function pagesOf(who: Who): Promise<string[]> {
  if (who === null) {
    const { service, startsAt } = await aService(() => true)
    const ofService = [`/services/${service.id}`, `/services/${service.id}/book?starts_at=${startsAt}`]
    return [...EVERYBODYS, ...ofService, `/providers/${service.provider_id}`]
  }
  if (who === 'customer') return [...CUSTOMERS, ...(await bookings(who, 'customer', STATUSES))]
  if (who === 'admin') return [...ADMINS, ...(await bookings(who, 'admin', ['disputed']))]
  const { items } = await (await asked(who))<{ items: { id: string }[] }>('/catalog/services?mine=true')
  const services = items.slice(0, 1).map(({ id }) => `/provider/services/${id}`)
  return [...PROVIDERS, ...services, ...(await bookings(who, 'provider', STATUSES))]
}
