import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Area, MessageKey } from '@/i18n/keys'
import { loadAreas, t } from '@/i18n'
import { safeReturn } from '@/lib/return'
import { useToasts } from '@/lib/toasts'
import { type Demands, decide, stillMeans, stillWrites } from '@/session/guards'
import { bookingDraft, bookingIntent, funnel, loadedAnewFor } from '@/session/memory'
import { useSession } from '@/session/store'

declare module 'vue-router' {
  interface RouteMeta extends Demands {
    title?: MessageKey
    /** The areas of words the page needs. */
    words?: readonly Area[]
    /** The page has a map beside it, and the header is as wide. */
    wide?: boolean
    /** Without header and footer. */
    bare?: boolean
  }
}

/** Every folder of pages brings its own routes; nothing here has to be edited for a new page. */
const areas = import.meta.glob<RouteRecordRaw[]>('../pages/*/routes.ts', { import: 'default', eager: true })

export const routes: RouteRecordRaw[] = [
  ...Object.values(areas).flat(),
  {
    path: '/forbidden',
    component: () => import('@/pages/ForbiddenPage.vue'),
    meta: { title: 'common.forbidden' },
  },
  {
    path: '/:rest(.*)*',
    component: () => import('@/pages/NotFoundPage.vue'),
    meta: { title: 'common.notFound', beforeChoice: true },
  },
]

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) =>
      saved ?? (to.hash ? { el: to.hash } : to.path === from.path ? false : { top: 0 }),
  })

  router.beforeEach(async (to, from) => {
    const session = useSession()
    await session.restore()
    const next = safeReturn(to.query.next)
    const begun = bookingIntent.read()
    if (begun && !session.user && !stillMeans(begun, { meta: to.meta, next }, from)) bookingIntent.forget()
    const draft = bookingDraft.read()
    if (draft && !session.user && !stillWrites(draft, to)) bookingDraft.forget()
    return decide(
      { path: to.path, fullPath: to.fullPath, meta: to.meta, next },
      { user: session.user, intent: bookingIntent.read(), leftFunnel: funnel.wasLeft() },
    )
  })

  router.beforeResolve((to) => loadAreas(to.meta.words ?? []))

  router.afterEach((to) => {
    loadedAnewFor.forget()
    document.title = to.meta.title ? `${t(to.meta.title)} · GigSta` : 'GigSta'
  })

  // After a deploy, the chunk of a page may be gone: the new version has it. Without a connection nothing has it, and
  // what is shown already stays.
  router.onError((error, to) => {
    if (!/dynamically imported module|module script/i.test(String(error))) return
    // Of the first page, `PageBoundary` says so in its place.
    const say = (words: MessageKey) => {
      if (router.currentRoute.value.matched.length > 0) useToasts().info(t(words))
    }
    if (!navigator.onLine) return say('common.offlinePage')
    if (loadedAnewFor.is(to.fullPath)) return say('common.pageFailed')
    loadedAnewFor.keep(to.fullPath)
    // Behind our own origin: by itself, a path that begins with two slashes would be another site.
    if (loadedAnewFor.is(to.fullPath)) location.assign(location.origin + to.fullPath)
  })
  return router
}
