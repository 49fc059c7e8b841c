import type { User } from '@/session/tabs'

/** Where somebody stands on the way to become a provider. */
export type Step = 'choose' | 'details' | 'application' | 'waiting' | 'service' | 'done'

export const STEPS = ['details', 'application', 'service'] as const

/**
 * `services`: how many they have written, null while that is not known. `back`: they want to look at their details once
 * more. Everything else is what the account says, so that it goes on wherever it was left.
 */
export function stepOf(
  user: Pick<User, 'roles' | 'provider_status' | 'profile_missing'>,
  services: number | null,
  back = false,
): Step {
  if (!user.roles.includes('provider')) return 'choose'
  if (user.provider_status === 'pending') return 'waiting'
  if (user.provider_status === 'approved') return services === null || services === 0 ? 'service' : 'done'
  return back || user.profile_missing.length > 0 ? 'details' : 'application'
}

/** Which of the three steps are behind somebody, and which one they are at. */
export function progress(step: Step): { done: number; at: number } {
  if (step === 'choose') return { done: 0, at: -1 }
  if (step === 'details') return { done: 0, at: 0 }
  if (step === 'application' || step === 'waiting') return { done: 1, at: 1 }
  if (step === 'service') return { done: 2, at: 2 }
  return { done: 3, at: -1 }
}
