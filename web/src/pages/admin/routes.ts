import type { RouteRecordRaw } from 'vue-router'

const meta = { title: 'admin.title', words: ['admin'], auth: true, roles: ['admin'] } as const

export default [
  { path: '/admin', component: () => import('./OverviewPage.vue'), meta },
  { path: '/admin/approvals', component: () => import('./ApprovalsPage.vue'), meta },
  {
    path: '/admin/disputes',
    component: () => import('./DisputesPage.vue'),
    meta: { ...meta, words: ['admin', 'bookings'] },
  },
  { path: '/admin/users', component: () => import('./UsersPage.vue'), meta },
  { path: '/admin/categories', component: () => import('./CategoriesPage.vue'), meta },
  { path: '/admin/ratings', component: () => import('./ModerationPage.vue'), meta },
  { path: '/admin/metrics', component: () => import('./MetricsPage.vue'), meta },
  { path: '/admin/events', component: () => import('./EventsPage.vue'), meta },
  { path: '/admin/audit', component: () => import('./AuditPage.vue'), meta },
] satisfies RouteRecordRaw[]
