import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { serve } from '../../tests/server'
import SlotPicker from './SlotPicker.vue'

vi.mock(import('@/lib/format'), async (original) => ({
  ...(await original()),
  viewerZone: () => 'Europe/London',
}))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-29T06:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const slot = (starts_at: string) => ({ starts_at, ends_at: starts_at })

/** What the buttons of the first day with free times say. */
async function shown(timezone: string, ...times: string[]): Promise<string[]> {
  serve(() => ({ body: { timezone, items: times.map(slot), next_from: null } }))
  const wrapper = mount(SlotPicker, {
    props: { of: { serviceId: 's1' }, modelValue: null },
    global: { plugins: [VueQueryPlugin] },
  })
  await flushPromises()
  return wrapper.findAll('ul button').map((button) => button.text().replace(/\s+/g, ' '))
}

it("says the provider's time below, with the day where it is another one there", async () => {
  const said = await shown('Pacific/Auckland', '2026-11-29T09:30:00Z', '2026-11-29T20:30:00Z')
  expect(said).toEqual(['9:30 am 10:30 pm', '8:30 pm Mon 9:30 am'])
})

it('says one time where both have the same clock', async () => {
  expect(await shown('Europe/Lisbon', '2026-11-29T09:30:00Z')).toEqual(['9:30 am'])
})
