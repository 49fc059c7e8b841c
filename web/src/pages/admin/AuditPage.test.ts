import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { loadAreas } from '@/i18n'
import { useSession } from '@/session/store'
import { serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import AuditPage from './AuditPage.vue'

const action = {
  id: 'e1',
  kind: 'suspended',
  at: '2026-12-02T00:00:00Z',
  admin_id: 'admin-1',
  admin: { email: 'root@example.com', full_name: null },
  user_id: 'user-1',
  user: { email: 'mallory@example.com', full_name: 'Mallory' },
  reason: 'Three complaints.',
  client_address: '',
  device: '',
  details: {},
}

it('says who did what to whom and why, and of a closed account what is left', async () => {
  await loadAreas(['admin'])
  const closed = { ...action, id: 'e2', kind: 'some_new_kind', user_id: 'user-2', user: null, reason: null }
  serve(() => ({ body: { items: [action, closed], next_cursor: null } }))
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
    routes: [{ path: '/:any(.*)*', component: AuditPage }],
  })
  const wrapper = mount(AuditPage, {
    global: {
      plugins: [pinia, router, [VueQueryPlugin, { queryClient: new QueryClient() }]],
    },
  })
  await flushPromises()
  const rows = wrapper.findAll('tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
  const said = rows.map((cells) => cells.slice(1).map((text) => text.replaceAll(/\s+/g, ' ')))
  expect(said).toEqual([
    [
      'Account suspended',
      expect.stringMatching(/^Mallory ?mallory@example.com$/),
      'Three complaints.',
      'root@example.com',
    ],
    ['Some new kind', 'user-2', '', 'root@example.com'],
  ])
  // A phone has no room for five columns: there it is a list, which says the same.
  const [first, second] = wrapper
    .findAll('ul.md\\:hidden > li')
    .map((item) => item.text().replaceAll(/\s+/g, ' '))
  expect(first).toMatch(
    /^Account suspended.*Mallory ?mallory@example.com.*Three complaints\..*root@example.com$/,
  )
  expect(second).toMatch(/^Some new kind.*user-2.*root@example.com$/)
})
