import type { RouteRecordRaw } from 'vue-router'

const words = ['notifications'] as const

export default [
  {
    path: '/notifications',
    component: () => import('./InboxPage.vue'),
    meta: { title: 'notifications.title', words, auth: true, beforeChoice: true },
  },
  {
    path: '/unsubscribe',
    component: () => import('./UnsubscribePage.vue'),
    meta: { title: 'notifications.unsubscribe', words, beforeChoice: true },
  },
] satisfies RouteRecordRaw[]
