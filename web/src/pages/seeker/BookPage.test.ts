import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import PlacePicker from '@/components/PlacePicker.vue'
import { loadAreas } from '@/i18n'
import { viewerZone } from '@/lib/format'
import { useToasts } from '@/lib/toasts'
import { useSession } from '@/session/store'
import { aBooking } from '../../../tests/bookings'
import { stubLocks } from '../../../tests/locks'
import { type Call, problem, serve } from '../../../tests/server'
import { aService } from '../../../tests/services'
import { aUser } from '../../../tests/users'
import routes from './routes'

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

const AT = '2026-12-01T21:00:00Z'
const BOOK = `/services/s1/book?starts_at=${AT}`
type Answer = ReturnType<typeof problem>

/** The page as a stranger opens it. */
async function open(
  answer: () => Answer | Promise<Answer>,
  { radius = null as number | null, at = BOOK, free = true, timezone = 'Pacific/Auckland' } = {},
) {
  const calls = serve(({ method, path }) => {
    if (method === 'POST') return answer()
    if (path.startsWith('/bookings/policies')) return { body: kind }
    if (path.startsWith('/bookings/availability'))
      return { body: { timezone, items: free ? [{ starts_at: AT, ends_at: AT }] : [], next_from: null } }
    return { body: aService({ status: 'published', service_radius_km: radius }) }
  })
  const empty = { template: '<p />' }
  const page = routes.filter(({ path }) => path.endsWith('/book'))
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [...page, { path: '/:any(.*)', component: empty }],
  })
  await router.push(at)
  const pinia = createPinia()
  setActivePinia(pinia)
  const wrapper = mount(RouterView, { global: { plugins: [router, pinia, VueQueryPlugin] } })
  await flushPromises()
  const press = async () => {
    await wrapper.get('form').trigger('submit')
    await flushPromises()
  }
  const asked = () => calls.filter(({ method }) => method === 'POST')
  return { wrapper, router, press, asked, session: useSession() }
}

/** The page as a guest sees it who has filled in who they are. */
async function show(answer: () => Answer, radius: number | null = null) {
  const page = await open(answer, { radius })
  await page.wrapper.get('button.link-brand').trigger('click')
  for (const [field, text] of Object.entries({ name: 'Gus', email: 'gus@example.com', tel: '021 555 000' }))
    await page.wrapper.get(`input[autocomplete=${field}]`).setValue(text)
  return page
}

async function logIn(id: string): Promise<void> {
  const user = aUser({ id, address: `${id}'s street` })
  useSession().begin({
    access_token: id,
    refresh_token: id,
    token_type: 'bearer',
    expires_in: 600,
    user,
  })
  await flushPromises()
}

const expected = (call: Call | undefined) => (call?.body as { expected: object }).expected
const keyOf = (call: Call | undefined) => call?.headers.get('Idempotency-Key')

const told = () => useToasts().toasts.value.at(-1)

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-30T00:00:00Z') })
  stubLocks()
  sessionStorage.clear()
  localStorage.clear()
  await loadAreas(['seeker'])
})
afterEach(() => {
  useSession().close()
  vi.useRealTimers()
})

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
  expect(asked()).toHaveLength(0)
  expect(wrapper.get('[role=alert]').text()).toContain('Say where they should come to.')

  await wrapper.get('input[autocomplete=street-address]').setValue('12 Rose Road')
  await press()
  expect(asked()[0]?.body).toMatchObject({
    address: '12 Rose Road',
    location: null,
    expected: { instant_book: false },
  })

  wrapper.getComponent(PlacePicker).vm.$emit('update:modelValue', manukau)
  await flushPromises()
  expect(wrapper.text()).not.toContain('Choose your suburb')
  expect(wrapper.text()).toContain('Book now')
  await press()
  expect(asked()[1]?.body).toMatchObject({
    address: '12 Rose Road, Manukau',
    location: { lat: -36.99, lng: 174.88 },
    expected: { instant_book: true },
  })
})

it('keeps what somebody has typed from whoever logs in after them', async () => {
  const { wrapper } = await show(() => held)
  await logIn('ana')
  await wrapper.get('textarea').setValue('The key is under the mat.')
  await logIn('ana')
  expect(wrapper.get('textarea').element.value).toBe('The key is under the mat.')
  await logIn('bea')
  expect(wrapper.get('textarea').element.value).toBe('')
  expect(wrapper.html()).not.toContain("ana's street")
})

it('says why somebody is asked to log in, and shows nothing of theirs to a guest', async () => {
  const { wrapper, press } = await open(() => problem(401, 'refresh_token_invalid'))
  await logIn('ana')
  await wrapper.get('textarea').setValue('The key is under the mat.')
  await press()
  expect(wrapper.get('[role=alert]').text()).toContain('You were logged out meanwhile')
  await wrapper.get('button.link-brand').trigger('click')
  expect(wrapper.get('textarea').element.value).toBe('')
  expect(wrapper.html()).not.toContain("ana's street")
  expect(wrapper.find('[role=alert]').exists()).toBe(false)
})

describe('an answer that takes its time', () => {
  /** Somebody sends a request, and is elsewhere when it is answered. */
  async function late(answer: Answer, meanwhile: () => Promise<void> = async () => undefined) {
    let say: (answer: Answer) => void = () => {}
    const page = await open(() => new Promise<Answer>((resolve) => (say = resolve)))
    await logIn('ana')
    await page.press()
    await page.router.push('/search')
    await meanwhile()
    useToasts().toasts.value = []
    say(answer)
    await flushPromises()
    expect(page.router.currentRoute.value.path).toBe('/search')
  }

  it('takes nobody from where they are by then, and says what came of it', async () => {
    await late({ status: 201, body: aBooking({ id: 'b7' }) })
    expect(told()).toMatchObject({ text: 'Your request is on its way.', to: '/bookings/b7' })
    await late(problem(409, 'slot_unavailable'))
    expect(told()).toMatchObject({ kind: 'error', text: 'It is slot_unavailable.' })
  })

  it('is not for whoever is logged in by then', async () => {
    await late({ status: 201, body: aBooking({ id: 'b7' }) }, () => logIn('bea'))
    expect(told()).toBeUndefined()
  })
})

describe('a time', () => {
  it.each([
    ['', 'Choose a time first.'],
    ['?starts_at=tomorrow', 'Choose a time first.'],
    ['?starts_at=2026-11-29T21:00:00Z', 'That time is over. Choose another one.'],
  ])('that cannot be booked ("%s") leads to the service, with a word', async (query, words) => {
    const { router } = await open(() => held, { at: `/services/s1/book${query}` })
    expect(router.currentRoute.value.fullPath).toBe('/services/s1')
    expect(told()?.text).toBe(words)
  })

  it('that is not free is said before anything is filled in', async () => {
    const { wrapper } = await open(() => held, { free: false })
    expect(wrapper.get('[role=alert]').text()).toContain('This time is not free.')
  })

  it('is told as it is at the provider, with the day, where the clock differs', async () => {
    const there = await open(() => held, { timezone: 'Pacific/Kiritimati' })
    expect(there.wrapper.text()).toContain('Wednesday, 2 December 2026, 11:00 am, Kiritimati time')
    const here = await open(() => held, { timezone: viewerZone() })
    expect(here.wrapper.text()).not.toContain("At the provider's")
  })
})
