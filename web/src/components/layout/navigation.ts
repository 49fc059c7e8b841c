import {
  CalendarDays,
  ChartColumn,
  Compass,
  Inbox,
  LayoutDashboard,
  LogIn,
  Search,
  ShieldCheck,
  Store,
  User,
} from '@lucide/vue'
import { computed, type Component } from 'vue'
import type { MessageKey } from '@/i18n/keys'
import { useSession } from '@/session/store'

export interface Place {
  to: string
  label: MessageKey
  icon: Component
}

/** A page below a place is still that place. */
export const isWithin = (path: string, to: string): boolean => path === to || path.startsWith(`${to}/`)

const EXPLORE: Place = { to: '/', label: 'common.navHome', icon: Compass }
const SEARCH: Place = { to: '/search', label: 'common.navSearch', icon: Search }
const BOOKINGS: Place = { to: '/bookings', label: 'common.navBookings', icon: CalendarDays }
const ACCOUNT: Place = { to: '/account', label: 'common.navAccount', icon: User }
const REQUESTS: Place = { to: '/provider/requests', label: 'common.navRequests', icon: Inbox }
const WORKSPACE: Place = { to: '/provider', label: 'common.navWorkspace', icon: LayoutDashboard }
const LOGIN: Place = { to: '/login', label: 'common.login', icon: LogIn }
const OFFER: Place = { to: '/provider/onboarding', label: 'common.navOffer', icon: Store }
const ADMIN: Place = { to: '/admin', label: 'common.navAdmin', icon: ShieldCheck }
const METRICS: Place = { to: '/admin/metrics', label: 'common.navMetrics', icon: ChartColumn }

/** Where somebody can go from everywhere: in the header, in the menu, and at the bottom of a phone. */
export function useNavigation() {
  const session = useSession()
  const has = (role: 'user' | 'provider' | 'admin') => session.roles.includes(role)
  const isProvider = computed(() => has('provider'))
  const approved = computed(() => isProvider.value && session.user?.provider_status === 'approved')

  const main = computed<Place[]>(() => [
    SEARCH,
    ...(session.isLoggedIn ? [BOOKINGS] : []),
    ...(approved.value ? [WORKSPACE] : []),
    ...(has('admin') ? [ADMIN] : []),
  ])
  const menu = computed<Place[]>(() => [
    BOOKINGS,
    ...(approved.value ? [WORKSPACE, REQUESTS] : [OFFER]),
    ...(has('admin') ? [ADMIN, METRICS] : []),
    ACCOUNT,
  ])
  const bottom = computed<Place[]>(() => {
    if (!session.isLoggedIn) return [EXPLORE, SEARCH, LOGIN]
    return [EXPLORE, SEARCH, BOOKINGS, approved.value ? WORKSPACE : has('admin') ? ADMIN : ACCOUNT]
  })
  return { main, menu, bottom }
}
