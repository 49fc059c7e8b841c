import { PEOPLE } from './stage'

type Who = keyof typeof PEOPLE | null

/** Every page that is reached by an address of its own, and whose it is. */
export const PAGES: { path: string; who: Who }[] = [
  ...[
    '/',
    '/search',
    '/search?category=none-such',
    '/login',
    '/register',
    '/forgot-password',
    '/nowhere',
  ].map((path) => ({ path, who: null })),
  ...[
    '/bookings',
    '/account',
    '/account/security',
    '/account/activity',
    '/account/notifications',
    '/account/privacy',
    '/notifications',
  ].map((path) => ({ path, who: 'customer' as const })),
  ...[
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
  ].map((path) => ({ path, who: 'provider' as const })),
  ...['', '/approvals', '/users', '/categories', '/ratings', '/metrics', '/events', '/audit'].map((path) => ({
    path: `/admin${path}`,
    who: 'admin' as const,
  })),
]
