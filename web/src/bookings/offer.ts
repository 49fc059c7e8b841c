import { isInstant } from '@/api/bookings'
import type { components } from '@/api/generated/bookings'
import type { ApiError } from '@/api/problem'

type Schemas = components['schemas']
type Terms = Pick<Schemas['ProviderPolicy'], 'version' | 'cancellation' | 'instant_booking'>

/** What a booking binds both sides to besides its time. What is shown is sent along, and nothing else is agreed to. */
export interface Offer {
  price: { amount: number; currency: string }
  duration_minutes: number
  instant_book: boolean
  policy?: Terms
}

export const offerOf = (
  service: Pick<Offer, 'price' | 'duration_minutes' | 'instant_book'>,
  policy: Terms | undefined,
): Offer => ({
  price: service.price,
  duration_minutes: service.duration_minutes,
  instant_book: isInstant(service, policy),
  policy,
})

export const expectedOf = (offer: Offer): Schemas['Expected'] => ({
  price: { amount: offer.price.amount, currency: offer.price.currency },
  duration_minutes: offer.duration_minutes,
  instant_book: offer.instant_book,
  policy_version: offer.policy?.version,
})

/** The offer as it is by now, where a booking was refused for having changed. */
export const offerIn = (problem: ApiError | null): Offer | null =>
  problem?.code === 'offer_changed' ? (problem.more.offer as Offer) : null
