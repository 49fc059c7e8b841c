import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { makeQueryClient } from '@/api/queries'
import type { Listener } from '@/notifications/stream'
import { serve } from '../../../tests/server'
import NotificationBell from './NotificationBell.vue'

let listener: Listener | undefined
vi.mock(import('@/notifications/tabs'), () => ({
  listen: async (_user: string, heard: Listener) => void (listener = heard),
}))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  listener = undefined
})
afterEach(() => void vi.useRealTimers())

async function show() {
  const calls = serve(() => ({ body: { items: [], next_cursor: null, unread_count: 3 } }))
  const routes = [{ path: '/:all(.*)*', component: { template: '<p />' } }]
  const router = createRouter({ history: createMemoryHistory(), routes })
  const queryClient = makeQueryClient()
  const plugins = [router, createPinia(), [VueQueryPlugin, { queryClient }] as never]
  const wrapper = mount(NotificationBell, { props: { userId: 'u1' }, global: { plugins } })
  await vi.dynamicImportSettled()
  await flushPromises()
  return { calls, wrapper }
}

const settled = () => vi.advanceTimersByTimeAsync(10)

it('asks once how many there are, when what comes after that is heard', async () => {
  const { calls, wrapper } = await show()
  listener?.ready()
  await settled()
  expect(calls.map(({ path }) => path)).toEqual(['/notifications?limit=1'])
  expect(wrapper.text()).toBe('3')
  listener?.ready()
  await settled()
  expect(calls).toHaveLength(2)
})

it('asks in any case where the stream does not come', async () => {
  const { calls, wrapper } = await show()
  expect(calls).toHaveLength(0)
  await vi.advanceTimersByTimeAsync(3_000)
  await settled()
  expect(calls).toHaveLength(1)
  expect(wrapper.text()).toBe('3')
})
