import type { RouteRecordRaw } from 'vue-router'

const words = ['bookings', 'actions', 'ratings'] as const

export default [
  {
    path: '/bookings',
    component: () => import('./BookingsPage.vue'),
    meta: { title: 'bookings.mine', words, auth: true, beforeChoice: true },
  },
  {
    path: '/bookings/mail-link',
    component: () => import('./MailLinkPage.vue'),
    meta: { title: 'bookings.one', words, beforeChoice: true },
  },
  {
    path: '/bookings/:id',
    component: () => import('./BookingPage.vue'),
    props: true,
    meta: { title: 'bookings.one', words, auth: true, beforeChoice: true },
  },
  {
    path: '/guest',
    component: () => import('./GuestPage.vue'),
    meta: { title: 'bookings.one', words, beforeChoice: true },
  },
] satisfies RouteRecordRaw[]
