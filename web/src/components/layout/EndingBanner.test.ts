import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it, vi } from 'vitest'
import { useToasts } from '@/lib/toasts'
import { useSession } from '@/session/store'
import { stubLocks } from '../../../tests/locks'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import EndingBanner from './EndingBanner.vue'

const answer = {
  access_token: 't',
  token_type: 'bearer' as const,
  expires_in: 600,
  refresh_token: null,
  user: aUser(),
}

it('says that a logout is not done yet, tries again for who asks, and says when it is', async () => {
  localStorage.clear()
  stubLocks()
  let away = true
  serve(({ path }) => {
    if (away) return problem(503, 'unavailable')
    return path === '/auth/refresh' ? { body: answer } : { status: 204 }
  })
  const pinia = createPinia()
  setActivePinia(pinia)
  const session = useSession()
  const wrapper = mount(EndingBanner, { global: { plugins: [pinia] } })
  expect(wrapper.text()).toBe('')
  session.begin(answer)
  await session.logout()
  await flushPromises()
  expect(wrapper.get('[role=alert]').text()).toContain('You are not logged out for good yet')
  away = false
  await wrapper.get('button').trigger('click')
  await vi.waitFor(() => expect(wrapper.text()).toBe(''))
  expect(session.isLoggedIn).toBe(false)
  expect(useToasts().toasts.value.at(-1)).toMatchObject({ kind: 'success', text: 'You are logged out.' })
  session.close()
})
