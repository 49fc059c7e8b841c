import type account from '@/locales/en/account.json'
import type actions from '@/locales/en/actions.json'
import type admin from '@/locales/en/admin.json'
import type auth from '@/locales/en/auth.json'
import type bookings from '@/locales/en/bookings.json'
import type common from '@/locales/en/common.json'
import type home from '@/locales/en/home.json'
import type notifications from '@/locales/en/notifications.json'
import type onboarding from '@/locales/en/onboarding.json'
import type provider from '@/locales/en/provider.json'
import type ratings from '@/locales/en/ratings.json'
import type seeker from '@/locales/en/seeker.json'

/** One locale file per area; English says which keys there are. */
interface Areas {
  account: typeof account
  actions: typeof actions
  admin: typeof admin
  auth: typeof auth
  bookings: typeof bookings
  common: typeof common
  home: typeof home
  notifications: typeof notifications
  onboarding: typeof onboarding
  provider: typeof provider
  ratings: typeof ratings
  seeker: typeof seeker
}

export type Area = keyof Areas

export type MessageKey = { [A in Area]: `${A}.${keyof Areas[A] & string}` }[Area]

export type PluralKey = MessageKey extends infer Key
  ? Key extends `${infer Stem}_other`
    ? Stem
    : never
  : never
