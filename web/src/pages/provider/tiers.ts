import type { OwnPolicy, Tier } from '@/api/workspace'

export type Bounds = OwnPolicy['bounds']
export type TierFault = 'none' | 'many' | 'hours' | 'percent' | 'same' | 'falling' | 'full'

const whole = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most

/** The earliest first, as people read them. */
export const inOrder = (tiers: readonly Tier[]): Tier[] =>
  [...tiers].sort((one, other) => other.hours_before - one.hours_before)

/** What of the platform's rules for cancellation is not kept; null where all is well. The API has the last word. */
export function tierFault(tiers: readonly Tier[], bounds: Bounds): TierFault | null {
  if (tiers.length === 0) return 'none'
  if (tiers.length > bounds.most_tiers) return 'many'
  if (tiers.some(({ hours_before }) => !whole(hours_before, bounds.full_refund_from_hours))) return 'hours'
  if (tiers.some(({ refund_percent }) => !whole(refund_percent, 100))) return 'percent'
  if (new Set(tiers.map(({ hours_before }) => hours_before)).size < tiers.length) return 'same'
  const ordered = inOrder(tiers)
  const falls = ordered.every(
    ({ refund_percent }, index) =>
      index === 0 || refund_percent <= (ordered[index - 1]?.refund_percent ?? 100),
  )
  if (!falls) return 'falling'
  return ordered[0]?.refund_percent === 100 ? null : 'full'
}

export const PRESETS: { name: 'relaxed' | 'usual' | 'strict'; tiers: Tier[] }[] = [
  { name: 'relaxed', tiers: [{ hours_before: 0, refund_percent: 100 }] },
  {
    name: 'usual',
    tiers: [
      { hours_before: 24, refund_percent: 100 },
      { hours_before: 2, refund_percent: 50 },
      { hours_before: 0, refund_percent: 0 },
    ],
  },
  {
    name: 'strict',
    tiers: [
      { hours_before: 168, refund_percent: 100 },
      { hours_before: 48, refund_percent: 50 },
      { hours_before: 0, refund_percent: 0 },
    ],
  },
]
