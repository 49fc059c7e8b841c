import type { RouteRecordRaw } from 'vue-router'

export default [
  {
    path: '/',
    component: () => import('./HomePage.vue'),
    meta: { words: ['home'], landing: true },
  },
] satisfies RouteRecordRaw[]
