import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { OwnRating } from '@/api/ratings'
import { loadAreas } from '@/i18n'
import { useSession } from '@/session/store'
import { aBooking } from '../../tests/bookings'
import { type Call, serve } from '../../tests/server'
import { aUser } from '../../tests/users'
import BookingRatings from './BookingRatings.vue'

const booking = aBooking({ status: 'completed', roles: ['customer'] })
const invitation = { booking_id: 'b1', closes_at: new Date(Date.now() + 5 * 86_400_000).toISOString() }
const mine: OwnRating = {
  id: 'r1',
  booking_id: 'b1',
  service_id: 's1',
  service_title: 'Flat-pack assembly',
  provider_id: 'p1',
  provider_name: 'Harbour Home Services',
  author_role: 'customer',
  stars: 4,
  comment: 'Quick.',
  status: 'waiting',
  created_at: '2026-12-02T00:00:00Z',
  published_at: null,
}
const theirs = {
  id: 'r2',
  booking_id: 'b1',
  stars: 5,
  comment: 'A pleasure.',
  author_name: 'Harbour Home Services',
  author_role: 'provider',
  published_at: '2026-12-02T00:00:00Z',
}

async function show(known: { mine?: object[]; received?: object[]; pending?: object[] }) {
  const calls = serve(({ method, path }: Call) => {
    const name = /^\/ratings\/(mine|received|pending)/.exec(path)?.[1] as keyof typeof known | undefined
    if (method === 'GET' && name) return { body: { items: known[name] ?? [], next_cursor: null } }
    return { status: method === 'POST' ? 201 : 200, body: mine }
  })
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 900,
    refresh_token: null,
    user: aUser(),
  })
  const wrapper = mount(BookingRatings, {
    props: { booking },
    attachTo: document.body,
    global: { plugins: [pinia, [VueQueryPlugin, { queryClient: new QueryClient() }]] },
  })
  await flushPromises()
  const sent = () => calls.filter(({ method }) => method !== 'GET')
  return { wrapper, sent }
}

beforeEach(() => loadAreas(['ratings']))

describe('a completed booking', () => {
  it('is rated with stars, which cannot be left out', async () => {
    const { wrapper, sent } = await show({ pending: [invitation] })
    expect(wrapper.text()).toContain('Harbour Home Services does not see it before')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.text()).toContain('Choose how many stars.')
    expect(sent()).toHaveLength(0)

    await wrapper.get('input[type=radio][value="4"]').setValue()
    await wrapper.get('textarea').setValue(' Quick. ')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(sent()[0]).toMatchObject({
      method: 'POST',
      path: '/ratings',
      body: { booking_id: 'b1', stars: 4, comment: 'Quick.' },
    })
  })

  it('can be rated otherwise as long as nobody has seen it', async () => {
    const { wrapper, sent } = await show({ mine: [mine] })
    expect(wrapper.find('form').exists()).toBe(false)
    expect(wrapper.text()).toContain('Nobody sees it yet')
    await wrapper.get('button').trigger('click')
    await wrapper.get('input[type=radio][value="2"]').setValue()
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(sent()[0]).toMatchObject({ method: 'PATCH', path: '/ratings/r1', body: { stars: 2 } })
  })

  it('shows what both sides have said once it is out, and takes one answer', async () => {
    const published = { ...mine, status: 'published', published_at: '2026-12-02T00:00:00Z' }
    const { wrapper, sent } = await show({ mine: [published], received: [theirs] })
    expect(wrapper.text()).toContain('Quick.')
    expect(wrapper.text()).toContain('A pleasure.')
    const buttons = wrapper.findAll('button')
    expect(buttons.map((button) => button.text())).toEqual(['Answer', 'Report'])
    await buttons[0]?.trigger('click')
    const field = document.querySelector('dialog textarea') as HTMLTextAreaElement
    field.value = 'Thank you.'
    field.dispatchEvent(new Event('input'))
    document.querySelector('dialog form')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(sent()[0]).toMatchObject({ path: '/ratings/r2/reply', body: { comment: 'Thank you.' } })
    expect(document.querySelector('dialog')).toBeNull()
  })

  it('says so when the time is over', async () => {
    const { wrapper } = await show({})
    expect(wrapper.text()).toContain('The time to rate this booking is over.')
  })
})
