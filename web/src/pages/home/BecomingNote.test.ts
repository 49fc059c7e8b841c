import { expect, it } from 'vitest'
import type { User } from '@/session/tabs'
import { openPage } from '../../../tests/pages'
import { aUser } from '../../../tests/users'
import BecomingNote from './BecomingNote.vue'

const provider: Partial<User> = { roles: ['user', 'provider'] }

it.each<[string, Partial<User>, string | null]>([
  ['a seeker', {}, null],
  ['a provider', { ...provider, provider_status: 'approved' }, null],
  ['who has begun', { ...provider, profile_missing: ['full_name'] }, 'Step 1 of 3 is next.'],
  ['who has not applied yet', provider, 'Step 2 of 3 is next.'],
  ['who waits', { ...provider, provider_status: 'pending' }, 'Your application is with us'],
  ['who was turned down', { ...provider, provider_status: 'rejected' }, 'was not accepted'],
])('says to %s where they stand', async (_who, changes, said) => {
  const { wrapper } = await openPage(BecomingNote, { user: aUser(changes), words: ['home'] })
  if (said === null) expect(wrapper.find('aside').exists()).toBe(false)
  else {
    expect(wrapper.get('aside').text()).toContain(said)
    expect(wrapper.get('a').attributes('href')).toBe('/provider/onboarding')
  }
})
