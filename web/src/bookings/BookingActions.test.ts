import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Booking } from '@/api/bookings'
import { useToasts } from '@/lib/toasts'
import { aBooking, anAction } from '../../tests/bookings'
import { problem, serve } from '../../tests/server'
import BookingActions from './BookingActions.vue'

function show(booking: Booking, bookingKey?: string) {
  const queryClient = new QueryClient()
  const wrapper = mount(BookingActions, {
    props: { booking, bookingKey },
    attachTo: document.body,
    global: { plugins: [[VueQueryPlugin, { queryClient }]] },
  })
  return { wrapper, queryClient }
}

const dialog = () => document.querySelector('dialog')
const inDialog = (selector: string) => document.querySelector<HTMLElement>(`dialog ${selector}`)
const moved = aBooking({ version: 4, status: 'confirmed' })

beforeEach(() => {
  useToasts().toasts.value = []
})

describe('an action that this app has never heard of', () => {
  const unknown = anAction({ action_name: 'send_a_pigeon', button_label: 'Send a pigeon' })

  it('is a button with the label of the backend, and taking it works', async () => {
    const calls = serve(() => ({ body: moved }))
    const { wrapper, queryClient } = show(aBooking({ available_actions: [unknown] }))
    const button = wrapper.get('button')
    expect(button.text()).toBe('Send a pigeon')
    expect(button.find('svg').exists()).toBe(true)

    await button.trigger('click')
    await flushPromises()

    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({
      method: 'POST',
      path: '/bookings/b1/actions/send_a_pigeon',
      body: { version: 3 },
    })
    expect(calls[0]?.headers.get('Idempotency-Key')).toBeTruthy()
    expect(queryClient.getQueryData(['bookings', 'one', 'b1'])).toEqual(moved)
    expect(wrapper.emitted('done')).toEqual([['send_a_pigeon']])
  })

  it('asks first where the backend says that it is critical, and for a reason where one is required', async () => {
    const calls = serve(() => ({ body: moved }))
    const critical = { ...unknown, is_critical: true, requires_reason: true }
    const { wrapper } = show(aBooking({ available_actions: [critical] }))

    await wrapper.get('button').trigger('click')
    expect(dialog()?.textContent).toContain('Send a pigeon')
    inDialog('form')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(calls).toHaveLength(0)
    expect(dialog()?.textContent).toContain('A few words are needed here.')

    const field = inDialog('textarea') as HTMLTextAreaElement
    field.value = 'The phone is dead'
    field.dispatchEvent(new Event('input'))
    inDialog('form')?.dispatchEvent(new Event('submit'))
    await flushPromises()
    expect(calls[0]?.body).toEqual({ version: 3, reason: 'The phone is dead' })
    expect(dialog()).toBeNull()
  })
})

describe('what the backend says of an action', () => {
  it('a disabled one says why and cannot be pressed', () => {
    const action = anAction({ enabled: false, disabled_reason: 'It has not begun yet.' })
    const { wrapper } = show(aBooking({ available_actions: [action] }))
    expect(wrapper.get('button').attributes()).toHaveProperty('disabled')
    expect(wrapper.text()).toContain('It has not begun yet.')
  })

  it('shows the consequence and the deadline, on the page and in the dialog', async () => {
    const fee = { amount: 4250, currency: 'NZD' }
    const action = anAction({
      action_name: 'cancel',
      is_critical: true,
      available_until: new Date(Date.now() + 3 * 3_600_000 + 5_000).toISOString(),
      consequence: { refund_percent: 50, fee, summary: 'Half the price is refunded.' },
    })
    const { wrapper } = show(aBooking({ available_actions: [action] }))
    expect(wrapper.text()).toContain('Half the price is refunded.')
    expect(wrapper.text()).toContain('in 3 hours')
    await wrapper.get('button').trigger('click')
    expect(dialog()?.textContent).toContain('Half the price is refunded.')
    expect(dialog()?.textContent).toContain('in 3 hours')
  })

  it('an answer to a proposal names the proposal that was seen', async () => {
    const calls = serve(() => ({ body: moved }))
    const proposal = {
      by: 'provider' as const,
      starts_at: '2026-12-02T21:00:00Z',
      ends_at: '2026-12-02T22:30:00Z',
      proposed_at: '2026-11-29T00:00:00Z',
      version: 7,
    }
    const action = anAction({ action_name: 'accept_reschedule', about_proposal: true })
    const { wrapper } = show(aBooking({ proposal, available_actions: [action] }))
    await wrapper.get('button').trigger('click')
    await flushPromises()
    expect(calls[0]?.body).toEqual({ version: 3, proposal_version: 7 })
  })

  it('puts the likeliest first, and what cannot be done last', () => {
    const actions = ['open_dispute', 'cancel', 'something_new', 'accept'].map((name) =>
      anAction({ action_name: name, button_label: name, enabled: name !== 'open_dispute' }),
    )
    const { wrapper } = show(aBooking({ available_actions: actions }))
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual([
      'accept',
      'something_new',
      'cancel',
      'open_dispute',
    ])
  })
})

describe('when it does not work', () => {
  it('says why, with the request id, and sends the same attempt under the same key', async () => {
    let failing = true
    const calls = serve(() => (failing ? problem(503, 'unavailable') : { body: moved }))
    const { wrapper } = show(aBooking({ available_actions: [anAction()] }), 'secret')
    await wrapper.get('button').trigger('click')
    await flushPromises()
    expect(useToasts().toasts.value[0]).toMatchObject({ text: 'It is unavailable.', requestId: 'r-1' })

    failing = false
    await wrapper.get('button').trigger('click')
    await flushPromises()
    const keys = calls.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(keys).toHaveLength(2)
    expect(keys[0]).toBe(keys[1])
    expect(calls[0]?.headers.get('Booking-Key')).toBe('secret')
    expect(wrapper.emitted('done')).toEqual([['accept']])
  })

  it('looks at the booking again where it has moved on', async () => {
    serve(() => problem(409, 'version_conflict'))
    const { wrapper, queryClient } = show(aBooking({ available_actions: [anAction()] }))
    queryClient.setQueryData(['bookings', 'one', 'b1'], aBooking())
    await wrapper.get('button').trigger('click')
    await flushPromises()
    expect(queryClient.getQueryState(['bookings', 'one', 'b1'])?.isInvalidated).toBe(true)
  })
})
