import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { anAction } from '../../../tests/bookings'
import { problem, serve } from '../../../tests/server'
import MailLinkPage from './MailLinkPage.vue'

const offer = {
  action: anAction({ action_name: 'decline', button_label: 'Decline', requires_reason: true }),
  role: 'provider',
  status: 'pending',
  service: { id: 's1', title: 'Flat-pack assembly' },
  provider_name: 'Harbour Home Services',
  customer_name: 'Aroha Ngata',
  price: { amount: 8500, currency: 'NZD' },
  starts_at: '2026-12-01T21:00:00Z',
  ends_at: '2026-12-01T22:30:00Z',
  proposed_starts_at: null,
  timezone: 'Pacific/Auckland',
}

async function show() {
  const empty = { template: '<p />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/bookings/mail-link', component: MailLinkPage },
      { path: '/bookings', component: empty },
    ],
  })
  await router.push('/bookings/mail-link#secret')
  const wrapper = mount(MailLinkPage, { global: { plugins: [router] } })
  await flushPromises()
  return { wrapper, router }
}

beforeEach(() => {
  location.hash = '#secret'
})

it('says what it would do, does nothing by itself, and acts on one press', async () => {
  const calls = serve(({ method }) =>
    method === 'GET' ? { body: offer } : { body: { action_name: 'decline', status: 'declined' } },
  )
  const { wrapper, router } = await show()
  expect(router.currentRoute.value.hash).toBe('')
  expect(calls.map(({ method }) => method)).toEqual(['GET'])
  expect(calls[0]?.headers.get('Mail-Link')).toBe('secret')
  expect(wrapper.get('h1').text()).toBe('Decline')
  expect(wrapper.text()).toContain('Aroha Ngata')

  await wrapper.get('textarea').setValue('On leave.')
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  expect(calls[1]).toMatchObject({
    method: 'POST',
    path: '/bookings/mail-link',
    body: { reason: 'On leave.' },
  })
  expect(calls[1]?.headers.get('Mail-Link')).toBe('secret')
  expect(calls[1]?.headers.has('Authorization')).toBe(false)
  expect(wrapper.text()).toContain('That is done')
  expect(wrapper.text()).toContain('Declined')
})

it('says why a link does nothing any more', async () => {
  serve(() => problem(410, 'mail_link_used'))
  const { wrapper } = await show()
  expect(wrapper.find('form').exists()).toBe(false)
  expect(wrapper.text()).toContain('It is mail_link_used.')
})

it('can be tried again where the answer did not come', async () => {
  let away = true
  serve(() => (away ? problem(503, 'unavailable') : { body: offer }))
  const { wrapper } = await show()
  away = false
  await wrapper.get('button').trigger('click')
  await flushPromises()
  expect(wrapper.get('h1').text()).toBe('Decline')
})
