import { clientsClaim } from 'workbox-core'
import { enable } from 'workbox-navigation-preload'
import { precacheAndRoute, type PrecacheEntry, PrecacheFallbackPlugin } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { CacheFirst, NetworkOnly } from 'workbox-strategies'

/**
 * The service worker. It keeps files of the app, which are the same for everybody, and nothing that the API answers: no
 * data of anybody lies about on a device. Decision record 28 says why it is made like this.
 */
declare const self: {
  /** Written in by the build; see `vite.config.ts`. */
  __PRECACHE: PrecacheEntry[]
  addEventListener(
    kind: 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
}

const VISITED = 'gigsta-assets'

precacheAndRoute(self.__PRECACHE)

// Pages are always asked for anew, so that nobody is kept on an old version; without a connection there is one that says so.
enable()
registerRoute(
  new NavigationRoute(
    new NetworkOnly({ plugins: [new PrecacheFallbackPlugin({ fallbackURL: '/offline.html' })] }),
    { denylist: [/^\/(api|dev)\//] },
  ),
)

// The names of these say what is in them: once here, they need not be asked for again.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/assets/'),
  new CacheFirst({ cacheName: VISITED }),
)
// With another version come other names.
self.addEventListener('activate', (event) => event.waitUntil(caches.delete(VISITED)))

// A page that was open before the worker has it as well. A newer one waits until nobody uses the older any more.
clientsClaim()
