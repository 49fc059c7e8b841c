import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Booking } from '@/api/bookings'
import { aBooking } from '../../tests/bookings'
import BookingView from './BookingView.vue'

const entry: Booking['history'][number] = {
  action: 'accept',
  actor: 'provider',
  actor_id: 'p1',
  at: '2026-11-30T00:00:00Z',
  note: 'Accepted by provider',
  reason: null,
  from_status: 'pending',
  to_status: 'confirmed',
  version: 2,
  previous_hash: '0',
  hash: '1',
}

function show(changes: Partial<Booking>, bookingKey?: string) {
  return mount(BookingView, {
    props: { booking: aBooking({ status: 'confirmed', ...changes }), bookingKey },
    global: {
      plugins: [createPinia(), [VueQueryPlugin, { queryClient: new QueryClient() }]],
      stubs: { RouterLink: RouterLinkStub },
    },
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it.each([
  ['customer', 'It is settled. Be there', 'The provider says here when they start'],
  ['provider', 'It is settled. Your customer expects you', 'Say here when you start'],
] as const)(
  'tells the %s what is to be done before, at and after the agreed time',
  async (role, ahead, begun) => {
    vi.setSystemTime('2026-12-01T20:59:50Z')
    const wrapper = show({ roles: [role] })
    const next = () => wrapper.get('[aria-labelledby=next]').text()
    expect(next()).toContain(ahead)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(next()).not.toContain(ahead)
    expect(next()).toContain(begun)
    await vi.advanceTimersByTimeAsync(90 * 60_000)
    expect(next()).toContain('The agreed time is over.')
  },
)

it('says of a booking that is over what it said before', () => {
  vi.setSystemTime('2026-12-09T00:00:00Z')
  expect(show({ roles: ['customer'], status: 'completed' }).text()).toContain('All done.')
})

it('names a line of the history by its action where it has no words', () => {
  const history = [{ ...entry, note: null as never, action: 'send_a_pigeon' }, entry]
  const text = show({ history }).get('[aria-labelledby=timeline]').text()
  expect(text).toContain('Send a pigeon')
  expect(text).toContain('Accepted by provider')
})

it('tells a guest of no account, as they have chosen none', () => {
  const linked = { ...entry, action: 'link_account', note: "Linked to the customer's account", version: 3 }
  const timeline = (key?: string) =>
    show({ history: [entry, linked] }, key)
      .get('[aria-labelledby=timeline]')
      .text()
  expect(timeline()).toContain('Linked to')
  expect(timeline('secret')).not.toContain('Linked to')
  expect(timeline('secret')).toContain('Accepted by provider')
})

it.each([
  ['confirmed', true],
  ['cancelled', false],
  ['declined', false],
  ['expired', false],
] as const)('offers a %s booking for the calendar: %s', (status, offered) => {
  expect(
    show({ status, roles: ['customer'] })
      .text()
      .includes('calendar'),
  ).toBe(offered)
})
