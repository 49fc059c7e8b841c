import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import type { Component } from 'vue'
import { beforeEach, expect, it } from 'vitest'
import { loadAreas } from '@/i18n'
import IdentitiesCard from '@/pages/account/IdentitiesCard.vue'
import { type Call, problem, serve } from '../../../tests/server'
import OAuthButtons from './OAuthButtons.vue'

const google = { name: 'google', title: 'Google' }
const facebook = { name: 'facebook', title: 'Facebook' }
const linked = {
  id: 'i1',
  provider: 'facebook',
  email: 'aroha@example.com',
  linked_at: '2026-11-01T00:00:00Z',
}
const page = (items: unknown[]) => ({ body: { items, next_cursor: null } })

async function show(component: Component, answer: (call: Call) => ReturnType<typeof page>) {
  serve(answer)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const wrapper = mount(component, {
    props: { next: null },
    global: { plugins: [createPinia(), [VueQueryPlugin, { queryClient }]] },
  })
  const before = wrapper.text()
  await flushPromises()
  return { before, labels: wrapper.findAll('button').map((button) => button.text()), text: wrapper.text() }
}

beforeEach(() => loadAreas(['auth', 'account']))

it('offers the ways in that are set up, once it is known which', async () => {
  const { before, labels } = await show(OAuthButtons, () => page([google]))
  expect(before).toBe('')
  expect(labels).toEqual(['Continue with Google'])
})

it('offers none where none is set up, or nobody knows', async () => {
  expect((await show(OAuthButtons, () => page([]))).text).toBe('')
  expect((await show(OAuthButtons, () => problem(503, 'unavailable') as never)).text).toBe('')
})

it('offers to link what is set up and not linked yet', async () => {
  const shown = await show(IdentitiesCard, ({ path }) =>
    path === '/auth/oauth' ? page([google, facebook]) : page([linked]),
  )
  expect(shown.labels).toEqual(['UnlinkFacebook', 'Link Google'])
})

it('keeps what is linked in sight though it is set up no more, and is not there where there is nothing', async () => {
  const only = await show(IdentitiesCard, ({ path }) => page(path === '/auth/oauth' ? [] : [linked]))
  expect(only.labels).toEqual(['UnlinkFacebook'])
  expect((await show(IdentitiesCard, () => page([]))).text).toBe('')
})
