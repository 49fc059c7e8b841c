import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import PlacePicker from '@/components/PlacePicker.vue'
import { loadAreas } from '@/i18n'
import { useSession } from '@/session/store'
import { type Call, problem, serve } from '../../../tests/server'
import { aService } from '../../../tests/services'
import { aUser } from '../../../tests/users'
import BookPage from './BookPage.vue'

const kind = { version: 3, cancellation: [{ hours_before: 0, refund_percent: 100 }], instant_booking: true }
const harsh = { ...kind, version: 4, cancellation: [{ hours_before: 336, refund_percent: 100 }] }
const dearer = {
  price: { amount: 990000, currency: 'NZD' },
  duration_minutes: 90,
  instant_book: true,
  policy: harsh,
}
const refused = problem(409, 'offer_changed', { changed: ['price', 'policy_version'], offer: dearer })
const held = {
  status: 201,
  body: { id: 'b1', status: 'awaiting_verification', verify_by: '2026-12-01T21:30:00Z' },
}
const seen = {
  price: { amount: 8500, currency: 'NZD' },
  duration_minutes: 90,
  instant_book: true,
  policy_version: 3,
}

const manukau = { name: 'Manukau', lat: -36.99, lng: 174.88 }

/** The page as a guest sees it who has filled in who they are. */
async function show(answer: () => ReturnType<typeof problem>, radius: number | null = null) {
  const calls = serve(({ method, path }) => {
    if (method === 'POST') return answer()
    const service = aService({ status: 'published', service_radius_km: radius })
    return { body: path.startsWith('/bookings/policies') ? kind : service }
  })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/services/:id/book', component: BookPage, props: true },
      { path: '/:any(.*)', component: { template: '<p />' } },
    ],
  })
  await router.push('/services/s1/book?starts_at=2026-12-01T21:00:00Z')
  const pinia = createPinia()
  setActivePinia(pinia)
  const wrapper = mount(BookPage, {
    props: { id: 's1' },
    global: { plugins: [router, pinia, VueQueryPlugin] },
  })
  await flushPromises()
  await wrapper.get('button.link-brand').trigger('click')
  for (const [field, text] of Object.entries({ name: 'Gus', email: 'gus@example.com', tel: '021 555 000' }))
    await wrapper.get(`input[autocomplete=${field}]`).setValue(text)
  const press = async () => {
    await wrapper.get('form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, press, asked: () => calls.filter(({ method }) => method === 'POST') }
}

const expected = (call: Call | undefined) => (call?.body as { expected: object }).expected
const keyOf = (call: Call | undefined) => call?.headers.get('Idempotency-Key')

beforeEach(() => loadAreas(['seeker']))

it('says along with a booking what was shown', async () => {
  const { press, asked, wrapper } = await show(() => held)
  expect(wrapper.text()).toContain('$85')
  await press()
  expect(expected(asked()[0])).toEqual(seen)
})

it('shows another price and other terms, and books only once they have been seen', async () => {
  let changed = true
  const { press, asked, wrapper } = await show(() => (changed ? refused : held))
  await press()
  const told = wrapper.get('[role=alert]').text()
  expect(told).toContain('The offer has changed since you looked.')
  expect(told).toContain('It costs $9,900 now, no longer $85.')
  expect(told).toContain('What applies if plans change is different')
  expect(told).not.toContain('It takes')
  expect(wrapper.get('section').text()).toContain('$9,900')
  expect(wrapper.text()).toContain('Cancel free of charge until 14 days before.')

  changed = false
  await press()
  expect(expected(asked()[1])).toEqual({ ...seen, price: dearer.price, policy_version: 4 })
  expect(keyOf(asked()[1])).not.toBe(keyOf(asked()[0]))
  expect(wrapper.find('form').exists()).toBe(false)
})

it('sends the same wish under the same key', async () => {
  let away = true
  const { press, asked } = await show(() => (away ? problem(503, 'unavailable') : held))
  await press()
  away = false
  await press()
  expect(keyOf(asked()[0])).toBeTruthy()
  expect(keyOf(asked()[1])).toBe(keyOf(asked()[0]))
})

it('asks whoever travels only so far, until it is told where to', async () => {
  const { press, asked, wrapper } = await show(() => problem(503, 'unavailable'), 20)
  expect(wrapper.text()).toContain('Choose your suburb, and this is booked at once.')
  expect(wrapper.text()).toContain('Send the request')
  await press()
  expect(asked()[0]?.body).toMatchObject({ location: null, expected: { instant_book: false } })

  wrapper.getComponent(PlacePicker).vm.$emit('update:modelValue', manukau)
  await flushPromises()
  expect(wrapper.text()).not.toContain('Choose your suburb')
  expect(wrapper.text()).toContain('Book now')
  await press()
  expect(asked()[1]?.body).toMatchObject({
    location: { lat: -36.99, lng: 174.88 },
    expected: { instant_book: true },
  })
})

it('keeps what somebody has typed from whoever logs in after them', async () => {
  const { wrapper } = await show(() => held)
  const session = useSession()
  const logIn = async (id: string) => {
    const user = aUser({ id, address: `${id}'s street` })
    session.begin({ access_token: id, refresh_token: id, token_type: 'bearer', expires_in: 600, user })
    await flushPromises()
  }
  await logIn('ana')
  await wrapper.get('textarea').setValue('The key is under the mat.')
  await logIn('ana')
  expect(wrapper.get('textarea').element.value).toBe('The key is under the mat.')
  await logIn('bea')
  expect(wrapper.get('textarea').element.value).toBe('')
  expect(wrapper.html()).not.toContain("ana's street")
})
