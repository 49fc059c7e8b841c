import type { RouteRecordRaw } from 'vue-router'
import type { MessageKey } from '@/i18n/keys'

const page = (title: MessageKey) =>
  ({
    title,
    words: ['provider', 'bookings', 'actions', 'seeker', 'onboarding'] as const,
    auth: true,
    workspace: true,
    roles: ['provider'] as const,
  }) as const

export default [
  { path: '/provider', component: () => import('./DashboardPage.vue'), meta: page('provider.overview') },
  {
    path: '/provider/requests',
    component: () => import('./RequestsPage.vue'),
    meta: page('provider.requests'),
  },
  {
    path: '/provider/services',
    component: () => import('./ServicesPage.vue'),
    meta: page('provider.services'),
  },
  {
    path: '/provider/services/new',
    component: () => import('./ServiceEditPage.vue'),
    meta: page('provider.newService'),
  },
  {
    path: '/provider/services/:id',
    component: () => import('./ServiceEditPage.vue'),
    props: true,
    meta: page('provider.editService'),
  },
  {
    path: '/provider/schedule',
    component: () => import('./SchedulePage.vue'),
    meta: page('provider.schedule'),
  },
  {
    path: '/provider/policies',
    component: () => import('./PoliciesPage.vue'),
    meta: page('provider.policies'),
  },
  {
    path: '/provider/calendar',
    component: () => import('./CalendarPage.vue'),
    meta: page('provider.calendar'),
  },
  {
    path: '/provider/earnings',
    component: () => import('./EarningsPage.vue'),
    meta: page('provider.earnings'),
  },
  { path: '/provider/ratings', component: () => import('./RatingsPage.vue'), meta: page('provider.ratings') },
  {
    path: '/provider/profile',
    component: () => import('./ProfilePage.vue'),
    meta: page('provider.profile'),
  },
] satisfies RouteRecordRaw[]
