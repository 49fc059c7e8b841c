import { expect, it } from 'vitest'
import { PRESETS, tierFault } from './tiers'

const bounds = {
  most_tiers: 3,
  full_refund_from_hours: 336,
  least_response_hours: 1,
  most_response_hours: 72,
}
const tiers = (...pairs: [number, number][]) =>
  pairs.map(([hours_before, refund_percent]) => ({ hours_before, refund_percent }))

it.each([
  [tiers([0, 0], [24, 100]), null],
  [tiers(), 'none'],
  [tiers([48, 100], [24, 75], [2, 50], [0, 0]), 'many'],
  [tiers([337, 100]), 'hours'],
  [tiers([1.5, 100]), 'hours'],
  [tiers([24, 101]), 'percent'],
  [tiers([24, 100], [24, 50]), 'same'],
  [tiers([48, 100], [24, 20], [2, 50]), 'falling'],
  [tiers([24, 80], [0, 0]), 'full'],
])('cancellation by %o: %s', (given, fault) => {
  expect(tierFault(given, bounds)).toBe(fault)
})

it('what is proposed keeps the rules', () => {
  expect(PRESETS.map(({ tiers: each }) => tierFault(each, bounds))).toEqual([null, null, null])
})
