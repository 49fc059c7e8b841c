import { flushPromises } from '@vue/test-utils'
import { afterEach, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { useSession } from '@/session/store'
import { openPage } from '../../tests/pages'
import { serve } from '../../tests/server'
import { aUser } from '../../tests/users'
import { useUnsaved } from './unsaved'

const page = defineComponent({
  setup() {
    useUnsaved(ref(true))
    return () => h('p', 'my hours')
  },
})
afterEach(() => vi.unstubAllGlobals())

const closing = () => {
  const event = new Event('beforeunload', { cancelable: true })
  dispatchEvent(event)
  return event.defaultPrevented
}

it('asks before changes are left behind', async () => {
  const ask = vi.fn(() => false)
  vi.stubGlobal('confirm', ask)
  const { router, wrapper } = await openPage(page, { at: '/provider/schedule' })
  await router.push('/')
  expect(wrapper.text()).toBe('my hours')
  expect(closing()).toBe(true)
  ask.mockReturnValue(true)
  await router.push('/')
  expect(wrapper.text()).toBe('elsewhere')
})

it.each([
  ['nobody', () => useSession().logout()],
  [
    'somebody else',
    () =>
      useSession().begin({
        access_token: 'other',
        token_type: 'bearer',
        expires_in: 900,
        refresh_token: null,
        user: aUser({ id: 'u2' }),
      }),
  ],
])('keeps no page of who was here last from %s', async (_who, change) => {
  const ask = vi.fn(() => false)
  vi.stubGlobal('confirm', ask)
  serve(() => ({ status: 204 }))
  const { router, wrapper } = await openPage(page, { at: '/provider/schedule' })
  await change()
  expect(closing()).toBe(false)
  await router.push('/')
  await flushPromises()
  expect([wrapper.text(), ask.mock.calls.length]).toEqual(['elsewhere', 0])
})
