import type { RouteRecordRaw } from 'vue-router'

const words = ['seeker', 'bookings', 'ratings'] as const

export default [
  {
    path: '/search',
    component: () => import('./SearchPage.vue'),
    meta: { title: 'seeker.searchTitle', words, beforeChoice: true, wide: true },
  },
  {
    path: '/services/:id',
    component: () => import('./ServicePage.vue'),
    props: true,
    meta: { title: 'seeker.serviceTitle', words, beforeChoice: true },
  },
  {
    path: '/services/:id/book',
    component: () => import('./BookPage.vue'),
    props: ({ params: { id }, query: { starts_at } }) => ({
      id,
      startsAt: typeof starts_at === 'string' ? starts_at : undefined,
    }),
    meta: { title: 'seeker.bookTitle', words, beforeChoice: true },
  },
  {
    path: '/providers/:id',
    component: () => import('./ProviderPage.vue'),
    props: true,
    meta: { title: 'seeker.providerTitle', words, beforeChoice: true },
  },
] satisfies RouteRecordRaw[]
