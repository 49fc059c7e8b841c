import type { User } from '@/session/tabs'

export function aUser(changes: Partial<User> = {}): User {
  return {
    id: 'u1',
    email: 'aroha@example.com',
    full_name: 'Aroha Ngata',
    phone_number: null,
    address: null,
    roles: ['user'],
    onboarding_status: 'complete',
    provider_status: 'not_applied',
    provider_rejection_reason: null,
    profile_missing: [],
    email_verified: true,
    created_at: '2026-11-01T00:00:00Z',
    ...changes,
  }
}
