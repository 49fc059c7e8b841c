import { describe, expect, it } from 'vitest'
import { aBooking, anAction } from '../../../tests/bookings'
import { agendaOf, byUrgency, mayWait, waitsFor } from './agenda'

const NOW = Date.parse('2026-12-01T20:00:00Z')
const may = (...names: string[]) => names.map((name) => anAction({ action_name: name }))

describe('what waits for the provider', () => {
  it('is what the backend lets them do', () => {
    expect(waitsFor(aBooking({ available_actions: may('decline', 'accept') }), NOW)).toBe('request')
    expect(waitsFor(aBooking({ available_actions: may('accept_reschedule', 'cancel') }), NOW)).toBe(
      'proposal',
    )
    expect(waitsFor(aBooking({ available_actions: may('contest_no_show') }), NOW)).toBe('report')
    expect(waitsFor(aBooking({ available_actions: [anAction({ enabled: false })] }), NOW)).toBeNull()
  })

  it('is nothing where they proposed the other time themselves', () => {
    expect(waitsFor(aBooking({ available_actions: may('withdraw_reschedule', 'cancel') }), NOW)).toBeNull()
  })

  it('is word of work that should be over, and not before', () => {
    const booking = aBooking({ status: 'in_progress', available_actions: may('complete') })
    expect(waitsFor(booking, NOW)).toBeNull()
    expect(waitsFor(booking, Date.parse(booking.ends_at))).toBe('overdue')
  })

  it('is looked for only where a list says that there may be something', () => {
    const proposedBy = (by: 'customer' | 'provider') =>
      aBooking({
        status: 'confirmed',
        proposal: {
          by,
          starts_at: '2026-12-02T21:00:00Z',
          ends_at: '2026-12-02T22:30:00Z',
          proposed_at: '2026-11-30T00:00:00Z',
          version: 3,
        },
      })
    expect(mayWait(aBooking({ status: 'pending' }), NOW)).toBe(true)
    expect(mayWait(aBooking({ status: 'confirmed' }), NOW)).toBe(false)
    expect(mayWait(proposedBy('customer'), NOW)).toBe(true)
    expect(mayWait(proposedBy('provider'), NOW)).toBe(false)
    expect(mayWait(aBooking({ status: 'confirmed', ends_at: '2026-12-01T19:59:00Z' }), NOW)).toBe(true)
    expect(mayWait(aBooking({ status: 'awaiting_confirmation', ends_at: '2026-11-01T00:00:00Z' }), NOW)).toBe(
      false,
    )
  })

  it('comes in the order in which it lapses', () => {
    const at = (id: string, when: string) =>
      aBooking({ id, next_automatic: { action_name: 'expire_request', at: when } })
    const found = [at('late', '2026-12-03T00:00:00Z'), at('soon', '2026-12-02T00:00:00Z')].sort(byUrgency)
    expect(found.map(({ id }) => id)).toEqual(['soon', 'late'])
  })
})

it('the days ahead are those of the provider, and today is among them in any case', () => {
  const at = (id: string, starts_at: string, status: 'confirmed' | 'pending' = 'confirmed') =>
    aBooking({ id, starts_at, status })
  // It is the morning of the 2nd in Auckland.
  const days = agendaOf(
    [
      at('tomorrow', '2026-12-02T11:30:00Z'),
      at('asked', '2026-12-02T21:00:00Z', 'pending'),
      at('far', '2026-12-20T00:00:00Z'),
    ],
    'Pacific/Auckland',
    7,
    new Date(NOW),
  )
  expect(days.map(({ key, bookings }) => [key, bookings.map(({ id }) => id)])).toEqual([
    ['2026-12-02', []],
    ['2026-12-03', ['tomorrow']],
  ])
})
