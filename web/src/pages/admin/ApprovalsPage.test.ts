import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { loadAreas } from '@/i18n'
import { useToasts } from '@/lib/toasts'
import { useSession } from '@/session/store'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import ApprovalsPage from './ApprovalsPage.vue'

const application = {
  trading_name: 'Honest Gardens',
  phone_number: '+64 21 555 0100',
  address: '1 Queen St, Auckland',
  applied_at: '2026-12-02T00:00:00.123Z',
}

async function open(decided: () => ReturnType<typeof problem>) {
  await loadAreas(['admin'])
  const applicant = { ...aUser(), id: 'user-1', provider_status: 'pending', application, suspension: null }
  const calls = serve(({ method }) =>
    method === 'GET' ? { body: { items: [applicant], next_cursor: null } } : decided(),
  )
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 900,
    refresh_token: null,
    user: aUser(),
  })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/:any(.*)*', component: ApprovalsPage }],
  })
  const wrapper = mount(ApprovalsPage, {
    global: {
      plugins: [pinia, router, [VueQueryPlugin, { queryClient: new QueryClient() }]],
      stubs: { teleport: true },
    },
    attachTo: document.body,
  })
  await flushPromises()
  return { calls, wrapper, posts: () => calls.filter(({ method }) => method === 'POST') }
}

it('approves the application that was read, and reads again where there is another by now', async () => {
  const { calls, wrapper, posts } = await open(() => problem(409, 'application_changed'))
  await wrapper.get('button.btn-primary').trigger('click')
  await flushPromises()
  expect(posts().map(({ path, body }) => [path, body])).toEqual([
    ['/auth/admin/providers/user-1/approve', { applied_at: application.applied_at }],
  ])
  expect(useToasts().toasts.value.map(({ text }) => text)).toEqual(['It is application_changed.'])
  expect(calls.filter(({ method }) => method === 'GET')).toHaveLength(2)
  wrapper.unmount()
})

it('rejects it by the same name', async () => {
  const { wrapper, posts } = await open(() => ({ body: {} }) as never)
  await wrapper.get('button.btn-ghost').trigger('click')
  await wrapper.get('textarea').setValue('No such street.')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(posts().map(({ body }) => body)).toEqual([
    { reason: 'No such street.', applied_at: application.applied_at },
  ])
  wrapper.unmount()
})
