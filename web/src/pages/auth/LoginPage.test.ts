import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { providersQuery } from '@/api/auth'
import { loadAreas } from '@/i18n'
import { safeReturn } from '@/lib/return'
import { decide } from '@/session/guards'
import { useSession } from '@/session/store'
import { stubLocks } from '../../../tests/locks'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import LoginPage from './LoginPage.vue'

const entered = {
  body: {
    access_token: 't',
    token_type: 'bearer' as const,
    expires_in: 900,
    refresh_token: null,
    user: aUser(),
  },
}

async function show(at: string) {
  const empty = { template: '<p />' }
  const paths = ['/', '/admin', '/bookings', '/register', '/forgot-password'].map((path) => ({
    path,
    component: empty,
  }))
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/login', component: LoginPage, meta: { strangers: true } }, ...paths],
  })
  const pinia = createPinia()
  setActivePinia(pinia)
  router.beforeEach((to) => {
    const place = { path: to.path, fullPath: to.fullPath, meta: to.meta, next: safeReturn(to.query.next) }
    return decide(place, { user: useSession().user, intent: null, leftFunnel: false })
  })
  await router.push(at)
  const queryClient = new QueryClient()
  queryClient.setQueryData(providersQuery().queryKey, [])
  const wrapper = mount(LoginPage, {
    global: { plugins: [router, pinia, [VueQueryPlugin, { queryClient }]] },
  })
  const type = async (fields: Record<string, string>) => {
    for (const [selector, text] of Object.entries(fields)) await wrapper.get(selector).setValue(text)
    await wrapper.get('form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, router, type }
}

const credentials = { 'input[type=email]': 'aroha@example.com', 'input[type=password]': 'correct horse' }

beforeEach(() => loadAreas(['auth']))
afterEach(() => useSession().close())

it('goes back to where somebody came from', async () => {
  const calls = serve(() => entered)
  const { router, type } = await show('/login?next=/bookings')
  await type(credentials)
  expect(calls[0]).toMatchObject({
    path: '/auth/login',
    body: { email: 'aroha@example.com', password: 'correct horse' },
  })
  expect(router.currentRoute.value.path).toBe('/bookings')
  expect(useSession().user?.id).toBe('u1')
})

it('says why somebody is asked to log in whose session was over', async () => {
  const { wrapper } = await show('/login')
  expect(wrapper.text()).not.toContain('You were logged out meanwhile')
  stubLocks()
  useSession().begin(entered.body)
  serve(() => problem(401, 'refresh_token_invalid'))
  await useSession().refresh()
  await flushPromises()
  expect(wrapper.text()).toContain('You were logged out meanwhile')
})

it('never goes to another site', async () => {
  serve(() => entered)
  const { router, type } = await show('/login?next=//evil.example')
  await type(credentials)
  expect(router.currentRoute.value.fullPath).toBe('/')
})

it('leads people to where their work is, where nothing says where they were going', async () => {
  serve(() => ({ body: { ...entered.body, user: aUser({ roles: ['user', 'admin'] }) } }))
  const { router, type } = await show('/login')
  await type(credentials)
  expect(router.currentRoute.value.fullPath).toBe('/admin')
})

it('says what was wrong, and keeps the address', async () => {
  serve(() => problem(401, 'invalid_credentials'))
  const { wrapper, type } = await show('/login')
  await type(credentials)
  expect(wrapper.get('[role=alert]').text()).toContain('It is invalid_credentials.')
  expect(wrapper.get<HTMLInputElement>('input[type=email]').element.value).toBe('aroha@example.com')
})

it('asks for the second factor, and for the password again where that took too long', async () => {
  let over = false
  const calls = serve(({ path }) => {
    if (path === '/auth/login') return problem(401, 'second_factor_required', { mfa_token: 'm-1' })
    return over ? problem(401, 'mfa_token_invalid') : problem(401, 'code_wrong')
  })
  const { wrapper, type } = await show('/login')
  await type(credentials)
  await type({ 'input[inputmode=numeric]': '123 456' })
  expect(calls.at(-1)).toMatchObject({
    path: '/auth/login/second-factor',
    body: { mfa_token: 'm-1', code: '123456' },
  })
  expect(wrapper.get('[role=alert]').text()).toContain('It is code_wrong.')
  over = true
  await type({ 'input[inputmode=numeric]': '123456' })
  expect(wrapper.find('input[type=password]').exists()).toBe(true)
  expect(wrapper.get('[role=alert]').text()).toContain('It is mfa_token_invalid.')
})
