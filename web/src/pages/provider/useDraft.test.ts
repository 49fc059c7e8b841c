import { flushPromises } from '@vue/test-utils'
import { expect, it } from 'vitest'
import { readonly, ref, shallowRef } from 'vue'
import type { OwnPolicy } from '@/api/workspace'
import { openPage } from '../../../tests/pages'
import PoliciesPage from './PoliciesPage.vue'
import { aSchedule } from '../../../tests/services'
import { serve } from '../../../tests/server'
import { useDraft } from './useDraft'

const policy: OwnPolicy = {
  cancellation: [
    { hours_before: 24, refund_percent: 100 },
    { hours_before: 2, refund_percent: 50 },
    { hours_before: 0, refund_percent: 0 },
  ],
  response_hours: 24,
  instant_booking: true,
  version: 1,
  is_default: false,
  bounds: {
    most_tiers: 5,
    full_refund_from_hours: 336,
    least_response_hours: 1,
    most_response_hours: 72,
  },
} as unknown as OwnPolicy

it('is a copy through and through, of what may only be read', async () => {
  const loaded = readonly({ tiers: [{ hours: 24 }] })
  const unsaved = ref(false)
  const { draft, load } = useDraft(
    () => loaded,
    ({ tiers }) => ({ tiers: [...tiers] as { hours: number }[] }),
    unsaved,
  )
  for (const hours of [30, 31]) {
    if (draft.value.tiers[0]) draft.value.tiers[0].hours = hours
    await flushPromises()
    expect([draft.value.tiers, loaded.tiers, unsaved.value]).toEqual([[{ hours }], [{ hours: 24 }], true])
    load(loaded)
    await flushPromises()
    expect([draft.value.tiers, unsaved.value]).toEqual([[{ hours: 24 }], false])
  }
})

it('takes over what was saved elsewhere, unless something is unsaved here', async () => {
  const source = shallowRef({ hours: 24 })
  const unsaved = ref(false)
  const { draft } = useDraft(
    () => source.value,
    ({ hours }) => ({ hours }),
    unsaved,
  )
  source.value = { hours: 48 }
  await flushPromises()
  expect(draft.value.hours).toBe(48)
  draft.value.hours = 50
  await flushPromises()
  source.value = { hours: 72 }
  await flushPromises()
  expect(draft.value.hours).toBe(50)
})

it('lets the terms that were loaded be changed and saved', async () => {
  const calls = serve(({ method, path, body }) => {
    if (method === 'PUT') return { body: { ...policy, ...(body as object) } }
    return { body: path.startsWith('/bookings/policy') ? policy : aSchedule() }
  })
  const { wrapper } = await openPage(PoliciesPage, {
    at: '/provider/policies',
    words: ['provider', 'seeker'],
  })
  const form = wrapper.findAll('form').find((one) => one.text().includes('Customers read'))
  await form?.get('li input').setValue('30')
  expect(form?.get('button.btn-primary').attributes('aria-disabled')).toBe('false')
  expect(form?.text()).toContain('30 hours')
  await form?.trigger('submit')
  await flushPromises()
  const saved = calls.find(({ method }) => method === 'PUT')?.body as OwnPolicy
  expect(saved.cancellation[0]).toEqual({ hours_before: 30, refund_percent: 100 })
})
