import '@/styles/main.css'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from '@/App.vue'
import { makeQueryClient } from '@/api/queries'
import { loadAreas, preferredLocale, setLocale } from '@/i18n'
import { makeRouter } from '@/router'
import { applicationDraft, bookingDraft, bookingIntent } from '@/session/memory'
import { useSession } from '@/session/store'

const app = createApp(App)
const queryClient = makeQueryClient()
const router = makeRouter()

app.use(createPinia())
app.use(VueQueryPlugin, { queryClient })

const session = useSession()
session.onEnd(() => {
  // Nothing of the last user may be seen by the next. Who was not asked finds their draft again, and nobody else does.
  queryClient.clear()
  bookingIntent.forget()
  if (!session.expired) {
    bookingDraft.forget()
    applicationDraft.forget()
  }
  const { meta, fullPath } = router.currentRoute.value
  // Who did not log out themselves is told so, and comes back here.
  if (meta.auth) void router.push(session.expired ? { path: '/login', query: { next: fullPath } } : '/')
})
session.onBack(() => {
  const { path, query } = router.currentRoute.value
  if (path === '/login') void router.replace({ path, query, force: true })
})

void setLocale(preferredLocale())
  .then(() => loadAreas(['common']))
  .then(() => {
    app.use(router)
    app.mount('#app')
  })
  .catch((error: unknown) => {
    reportError(error)
    dispatchEvent(new Event('gigsta:failed'))
  })

// After everything that is needed now. In development there is none, which would keep what one is just changing.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined))
}
