import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { loadAreas } from '@/i18n'
import { useSession } from '@/session/store'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import LinkPage from './LinkPage.vue'

const entered = {
  body: { access_token: 't', token_type: 'bearer', expires_in: 900, refresh_token: null, user: aUser() },
}

async function open() {
  const empty = { template: '<p />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/verify-email', component: LinkPage, props: { kind: 'verify' } },
      { path: '/', component: empty },
      { path: '/register', component: empty },
    ],
  })
  await router.push('/verify-email?token=secret')
  const pinia = createPinia()
  setActivePinia(pinia)
  const wrapper = mount(LinkPage, { props: { kind: 'verify' }, global: { plugins: [router, pinia] } })
  const press = async () => {
    await wrapper.get('form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, router, press }
}

beforeEach(() => loadAreas(['auth']))

it('logs in with one press in the browser that registered', async () => {
  const calls = serve(() => entered)
  const { router, press } = await open()
  expect(calls).toHaveLength(0)
  await press()
  expect(calls[0]).toMatchObject({ path: '/auth/verify-email', body: { token: 'secret' } })
  expect(useSession().user?.id).toBe('u1')
  expect(router.currentRoute.value.fullPath).toBe('/')
})

it('asks for a password elsewhere, and sends it with the link', async () => {
  const answers = [problem(409, 'password_to_choose'), problem(422, 'validation_failed'), entered]
  const calls = serve(() => answers.shift() ?? entered)
  const { wrapper, press } = await open()
  expect(wrapper.find('input').exists()).toBe(false)
  await press()
  expect(wrapper.find('[role=alert]').exists()).toBe(false)
  await wrapper.get('input[autocomplete=name]').setValue('Aroha')
  await wrapper.get('input[type=password]').setValue('short')
  await press()
  expect(wrapper.find('[role=alert]').exists()).toBe(true)
  await wrapper.get('input[type=password]').setValue('correct horse')
  await press()
  expect(calls[2]).toMatchObject({ body: { token: 'secret', password: 'correct horse', full_name: 'Aroha' } })
  expect(useSession().user?.id).toBe('u1')
})
