import type { RouteRecordRaw } from 'vue-router'

const words = ['onboarding', 'provider'] as const

export default [
  {
    path: '/welcome/profile',
    component: () => import('./BasicProfilePage.vue'),
    meta: { title: 'onboarding.profileTitle', words, auth: true },
  },
  {
    path: '/provider/onboarding',
    component: () => import('./OnboardingPage.vue'),
    meta: { title: 'onboarding.title', words, auth: true },
  },
] satisfies RouteRecordRaw[]
