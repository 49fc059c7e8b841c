import type { RouteRecordRaw } from 'vue-router'

const meta = { title: 'account.title', words: ['account', 'auth'], auth: true } as const

export default [
  { path: '/account', component: () => import('./ProfilePage.vue'), meta },
  {
    path: '/account/security',
    component: () => import('./SecurityPage.vue'),
    meta: { ...meta, title: 'account.security' },
  },
  {
    path: '/account/activity',
    component: () => import('./ActivityPage.vue'),
    meta: { ...meta, title: 'account.activity' },
  },
  {
    path: '/account/notifications',
    component: () => import('./MailPage.vue'),
    meta: { ...meta, title: 'account.mail' },
  },
  {
    path: '/account/privacy',
    component: () => import('./PrivacyPage.vue'),
    meta: { ...meta, title: 'account.privacy' },
  },
] satisfies RouteRecordRaw[]
