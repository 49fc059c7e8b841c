import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loadAreas } from '@/i18n'
import { type Role, useSession } from '@/session/store'
import { serve } from '../../../tests/server'
import { aService, anImage } from '../../../tests/services'
import { aUser } from '../../../tests/users'
import ServiceGallery from './ServiceGallery.vue'

beforeEach(() => loadAreas(['seeker', 'admin']))
// Or its store tells the next test, as another tab would, who is logged in.
afterEach(() => useSession().close())

async function shown(roles: Role[], images = ['m1', 'm2'].map(anImage)) {
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 900,
    refresh_token: null,
    user: aUser({ roles }),
  })
  const queryClient = new QueryClient()
  const wrapper = mount(ServiceGallery, {
    props: { service: aService({ images }) },
    attachTo: document.body,
    global: { plugins: [pinia, [VueQueryPlugin, { queryClient }]] },
  })
  await vi.dynamicImportSettled()
  await flushPromises()
  return { wrapper, queryClient, large: () => wrapper.get('img').attributes('src') }
}

it('shows one picture large and lets one choose among them', async () => {
  const { wrapper, large } = await shown(['user'])
  expect(large()).toContain('m1')
  const small = wrapper.findAll('li button')
  expect(small.map((button) => button.attributes('aria-label'))).toEqual(['Picture 1 of 2', 'Picture 2 of 2'])
  await small[1]?.trigger('click')
  expect(large()).toContain('m2')
  expect(wrapper.findAll('li button').map((button) => button.attributes('aria-pressed'))).toEqual([
    'false',
    'true',
  ])
  await wrapper.setProps({ service: aService({ images: [anImage('m3')] }) })
  expect(large()).toContain('m3')
  expect(wrapper.findAll('li')).toHaveLength(0)
})

it('has nothing for taking pictures off, but for administrators', async () => {
  const { wrapper } = await shown(['user', 'provider'])
  expect(wrapper.text()).not.toContain('Take this picture off')
})

it('lets an administrator take the picture off that is shown, and asks why', async () => {
  const calls = serve(() => ({ status: 204 }))
  const { wrapper, queryClient } = await shown(['user', 'admin'])
  const asked = vi.spyOn(queryClient, 'invalidateQueries')
  await wrapper.findAll('li button')[1]?.trigger('click')
  const open = wrapper.findAll('button').find((button) => button.text() === 'Take this picture off')
  await open?.trigger('click')
  const dialog = document.querySelector('dialog')
  const form = dialog?.querySelector('form:not([method])')
  form?.dispatchEvent(new Event('submit'))
  await flushPromises()
  expect(calls).toHaveLength(0)
  const reason = dialog?.querySelector('textarea') as HTMLTextAreaElement
  reason.value = 'A telephone number'
  reason.dispatchEvent(new Event('input'))
  form?.dispatchEvent(new Event('submit'))
  await flushPromises()
  expect(calls.map(({ method, path }) => [method, path])).toEqual([
    ['DELETE', '/catalog/services/s1/media/m2?reason=A%20telephone%20number'],
  ])
  expect(asked).toHaveBeenCalledWith({ queryKey: ['catalog', 'service'] })
  expect(document.querySelector('dialog')).toBeNull()
})
