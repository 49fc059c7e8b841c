import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { type Component, defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, type Router, RouterView } from 'vue-router'
import { loadAreas } from '@/i18n'
import { useSession } from '@/session/store'
import type { User } from '@/session/tabs'
import { aUser } from './users'

/** A page as it is where somebody is logged in, at `at`; any other address is an empty page. */
export async function openPage(
  page: Component,
  { at = '/', user = aUser(), words = [] as string[] }: { at?: string; user?: User; words?: string[] } = {},
): Promise<{ wrapper: VueWrapper; router: Router }> {
  await loadAreas(words)
  const pinia = createPinia()
  setActivePinia(pinia)
  const session = useSession()
  // Else it would answer what the next one asks the other tabs.
  onTestFinished(() => session.close())
  session.begin({ access_token: 't', token_type: 'bearer', expires_in: 900, refresh_token: null, user })
  const empty = defineComponent({ render: () => h('p', 'elsewhere') })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: at.split('?')[0] ?? at, component: page },
      { path: '/:any(.*)*', component: empty },
    ],
  })
  await router.push(at)
  const wrapper = mount(RouterView, {
    global: {
      plugins: [pinia, router, [VueQueryPlugin, { queryClient: new QueryClient() }]],
      stubs: { teleport: true },
    },
    attachTo: document.body,
  })
  await flushPromises()
  return { wrapper: wrapper as unknown as VueWrapper, router }
}
