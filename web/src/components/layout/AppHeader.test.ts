import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { loadAreas } from '@/i18n'
import { useToasts } from '@/lib/toasts'
import { useSession } from '@/session/store'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import AppHeader from './AppHeader.vue'

async function show() {
  await loadAreas(['auth'])
  const pinia = createPinia()
  setActivePinia(pinia)
  const routes = [{ path: '/:all(.*)*', component: { template: '<p />' } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push('/account')
  const stubs = { NotificationBell: true }
  return { router, wrapper: mount(AppHeader, { global: { plugins: [router, pinia], stubs } }) }
}

/** ASVS 7.4.4: the header is on every page. */
it('has a way out for whoever is logged in, and for nobody else', async () => {
  const calls = serve(() => ({ status: 204 }))
  const { wrapper, router } = await show()
  const out = () => wrapper.findAll('button').find((button) => button.text() === 'Log out')
  expect(out()).toBeUndefined()
  const session = useSession()
  session.begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 600,
    refresh_token: 'r',
    user: aUser(),
  })
  await flushPromises()
  await out()?.trigger('click')
  await flushPromises()
  expect(calls.at(-1)).toMatchObject({ method: 'POST', path: '/auth/logout' })
  expect(session.user).toBeNull()
  expect(router.currentRoute.value.path).toBe('/')
})

it('says that one is still logged in where logging out neither works nor can be kept in mind', async () => {
  serve(() => problem(503, 'unavailable'))
  const { wrapper, router } = await show()
  const session = useSession()
  session.begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 600,
    refresh_token: 'r',
    user: aUser(),
  })
  await flushPromises()
  const forbidden = () => {
    throw new Error('forbidden')
  }
  vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden })
  await wrapper
    .findAll('button')
    .find((button) => button.text() === 'Log out')
    ?.trigger('click')
  await flushPromises()
  expect(session.user).not.toBeNull()
  expect(router.currentRoute.value.path).toBe('/account')
  expect(useToasts().toasts.value.at(-1)).toMatchObject({
    kind: 'error',
    text: 'You are still logged in on this device. It is unavailable.',
  })
})
