import type { RouteRecordRaw } from 'vue-router'

const words = ['auth'] as const

export default [
  {
    path: '/login',
    component: () => import('./LoginPage.vue'),
    meta: { title: 'auth.loginTitle', words, strangers: true },
  },
  {
    path: '/register',
    component: () => import('./RegisterPage.vue'),
    meta: { title: 'auth.registerTitle', words, strangers: true },
  },
  {
    path: '/verify-email',
    component: () => import('./LinkPage.vue'),
    props: { kind: 'verify' },
    meta: { title: 'auth.verifyTitle', words, beforeChoice: true, entry: true },
  },
  {
    path: '/confirm-email',
    component: () => import('./LinkPage.vue'),
    props: { kind: 'confirm' },
    meta: { title: 'auth.confirmTitle', words, beforeChoice: true },
  },
  {
    path: '/forgot-password',
    component: () => import('./ForgotPage.vue'),
    meta: { title: 'auth.forgotTitle', words, strangers: true },
  },
  {
    path: '/reset-password',
    component: () => import('./ResetPage.vue'),
    meta: { title: 'auth.resetTitle', words, beforeChoice: true, entry: true },
  },
  {
    path: '/oauth/:provider(google|facebook)/callback',
    component: () => import('./OAuthReturnPage.vue'),
    meta: { title: 'auth.returning', words: ['auth', 'account'], beforeChoice: true, entry: true },
  },
  {
    path: '/welcome',
    component: () => import('./WelcomePage.vue'),
    meta: { title: 'auth.welcome', words, auth: true },
  },
] satisfies RouteRecordRaw[]
