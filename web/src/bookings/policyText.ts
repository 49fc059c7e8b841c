import type { components } from '@/api/generated/bookings'
import { t, tn } from '@/i18n'

type Tier = components['schemas']['CancellationTier']

/** What cancelling costs, as a customer reads it: the earliest first. */
export function cancellationLines(tiers: readonly Tier[]): string[] {
  return [...tiers]
    .sort((one, other) => other.hours_before - one.hours_before)
    .map(({ hours_before: hours, refund_percent: percent }) => {
      if (hours === 0) return percent === 0 ? t('seeker.noRefund') : t('seeker.lateRefund', { percent })
      const span = hours % 24 === 0 ? tn('seeker.days', hours / 24) : tn('seeker.hours', hours)
      return percent === 100 ? t('seeker.fullRefund', { span }) : t('seeker.partRefund', { span, percent })
    })
}
