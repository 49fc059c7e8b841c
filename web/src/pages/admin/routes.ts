import type { RouteRecordRaw } from 'vue-router'
import type { MessageKey } from '@/i18n/keys'

const page = (title: MessageKey) =>
  ({ title, words: ['admin'], auth: true, roles: ['admin'] }) satisfies RouteRecordRaw['meta']

export default [
  { path: '/admin', component: () => import('./OverviewPage.vue'), meta: page('admin.title') },
  { path: '/admin/approvals', component: () => import('./ApprovalsPage.vue'), meta: page('admin.approvals') },
  {
    path: '/admin/disputes',
    component: () => import('./DisputesPage.vue'),
    meta: { ...page('admin.disputes'), words: ['admin', 'bookings'] },
  },
  { path: '/admin/users', component: () => import('./UsersPage.vue'), meta: page('admin.users') },
  {
    path: '/admin/categories',
    component: () => import('./CategoriesPage.vue'),
    meta: page('admin.categories'),
  },
  { path: '/admin/ratings', component: () => import('./ModerationPage.vue'), meta: page('admin.ratings') },
  {
    path: '/admin/metrics',
    component: () => import('./MetricsPage.vue'),
    meta: { ...page('admin.metrics'), words: ['admin', 'bookings'] },
  },
  { path: '/admin/events', component: () => import('./EventsPage.vue'), meta: page('admin.events') },
  { path: '/admin/audit', component: () => import('./AuditPage.vue'), meta: page('admin.audit') },
] satisfies RouteRecordRaw[]
