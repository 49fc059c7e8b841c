import { mount, RouterLinkStub } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, it } from 'vitest'
import { useSession } from '@/session/store'
import { aBooking } from '../../tests/bookings'
import { aUser } from '../../tests/users'
import BookingRow from './BookingRow.vue'

function show(readerId: string, changes: Parameters<typeof aBooking>[0] = {}): string {
  const pinia = createPinia()
  setActivePinia(pinia)
  useSession().begin({
    access_token: 't',
    token_type: 'bearer',
    expires_in: 900,
    refresh_token: null,
    user: aUser({ id: readerId }),
  })
  const wrapper = mount(BookingRow, {
    props: { booking: aBooking(changes) },
    global: { plugins: [pinia], stubs: { RouterLink: RouterLinkStub } },
  })
  return wrapper.text()
}

it.each([
  ['c1', 'with Harbour Home Services'],
  ['p1', 'for Aroha Ngata'],
  ['an-administrator', 'Aroha Ngata with Harbour Home Services'],
])('says to %s whom it is with', (readerId, words) => {
  expect(show(readerId)).toContain(words)
})

it('says that another time is proposed, and what cancelling has cost', () => {
  const proposal = {
    by: 'provider' as const,
    starts_at: '2026-12-03T21:00:00Z',
    ends_at: '2026-12-03T22:30:00Z',
    proposed_at: '2026-11-29T00:00:00Z',
    version: 4,
  }
  expect(show('c1', { proposal })).toContain('Another time is proposed: ')
  const fee = { amount: 4250, currency: 'NZD' }
  const late = show('c1', { status: 'cancelled', cancellation: { refund_percent: 50, fee } })
  expect(late).toContain('Cancellation fee $42.50, 50 % refunded')
  const early = { refund_percent: 100, fee: { ...fee, amount: 0 } }
  expect(show('c1', { status: 'cancelled', cancellation: early })).not.toContain('fee')
})
