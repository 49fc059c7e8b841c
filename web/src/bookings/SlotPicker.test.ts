import { VueQueryPlugin } from '@tanstack/vue-query'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { serve } from '../../tests/server'
import SlotPicker from './SlotPicker.vue'

let viewer = 'Europe/London'
vi.mock(import('@/lib/format'), async (original) => ({ ...(await original()), viewerZone: () => viewer }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-29T06:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
  viewer = 'Europe/London'
})

const slot = (starts_at: string) => ({ starts_at, ends_at: starts_at })

/** What the buttons of the first day with free times say. */
async function shown(timezone: string, ...times: string[]): Promise<string[]> {
  return said(await open(timezone, ...times))
}

const said = (wrapper: VueWrapper) =>
  wrapper.findAll('ul button').map((button) => button.text().replace(/\s+/g, ' '))

async function open(timezone: string, ...times: string[]): Promise<VueWrapper> {
  serve(() => ({ body: { timezone, items: times.map(slot), next_from: null } }))
  const wrapper = mount(SlotPicker, {
    props: { of: { serviceId: 's1' }, modelValue: null },
    global: { plugins: [VueQueryPlugin] },
  })
  await flushPromises()
  return wrapper
}

it("says the provider's time below, with the day where it is another one there", async () => {
  const said = await shown('Pacific/Auckland', '2026-11-29T09:30:00Z', '2026-11-29T20:30:00Z')
  expect(said).toEqual(['9:30 am 10:30 pm', '8:30 pm Mon 9:30 am'])
})

it('says one time where both have the same clock', async () => {
  expect(await shown('Europe/Lisbon', '2026-11-29T09:30:00Z')).toEqual(['9:30 am'])
})

it("says the provider's time from the day on from which the clocks differ", async () => {
  // Sydney's clock is turned on 3 October, Brisbane's never.
  viewer = 'Australia/Brisbane'
  vi.setSystemTime(Date.parse('2027-09-29T22:00:00Z'))
  const wrapper = await open('Australia/Sydney', '2027-10-01T00:00:00Z', '2027-10-04T00:00:00Z')
  expect(said(wrapper)).toEqual(['10:00 am'])
  expect(wrapper.text()).toContain("below, in the provider's Sydney time")
  await wrapper.findAll('[role=group] button').at(4)?.trigger('click')
  expect(said(wrapper)).toEqual(['10:00 am 11:00 am'])
})

it('tells apart two times that a clock which is turned back shows alike', async () => {
  viewer = 'Pacific/Auckland'
  vi.setSystemTime(Date.parse('2027-04-03T00:00:00Z'))
  const times = ['2027-04-03T13:00:00Z', '2027-04-03T14:00:00Z', '2027-04-03T15:00:00Z']
  expect(await shown('Pacific/Auckland', ...times)).toEqual(['2:00 am NZDT', '2:00 am NZST', '3:00 am'])
})
