import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import type { OAuthProvider } from './auth'
import { authApi, bookingsApi, catalogApi, data, notificationsApi, ratingsApi } from './client'
import type { components } from './generated/auth'

type Schemas = components['schemas']
export type ProfileChange = Schemas['ProfileChange']
export type Passkey = Schemas['OwnPasskey']
export type Identity = Schemas['LinkedIdentity']
export type Device = Schemas['DeviceSession']
export type SecurityEvent = Schemas['OwnSecurityEvent']
export type TotpSecret = Schemas['TotpSecret']

export const accountKeys = {
  secondFactor: ['account', 'second-factor'] as const,
  passkeys: ['account', 'passkeys'] as const,
  identities: ['account', 'identities'] as const,
  devices: ['account', 'devices'] as const,
  events: ['account', 'events'] as const,
}

export const changeProfile = (body: ProfileChange) => data(authApi.PATCH('/auth/me', { body }))

/** Without the current password for whoever has none yet; that takes a recent login. */
export const changePassword = (body: Schemas['PasswordChange']) => authApi.POST('/auth/me/password', { body })

export const changeEmail = (body: Schemas['EmailChange']) => data(authApi.POST('/auth/me/email', { body }))

/** For ten minutes after this, the session may change what protects the account. */
export const reauthenticate = (body: Schemas['ShownAgain']) => authApi.POST('/auth/reauthenticate', { body })

// -- the second factor

export const secondFactorQuery = () =>
  queryOptions({
    queryKey: accountKeys.secondFactor,
    queryFn: ({ signal }) => data(authApi.GET('/auth/me/second-factor', { signal })),
  })

export const beginTotp = () => data(authApi.POST('/auth/me/totp'))

export const confirmTotp = async (code: string) =>
  (await data(authApi.POST('/auth/me/totp/confirm', { body: { code } }))).recovery_codes

export const turnTotpOff = () => authApi.DELETE('/auth/me/totp')

export const renewRecoveryCodes = async () =>
  (await data(authApi.POST('/auth/me/recovery-codes'))).recovery_codes

// -- passkeys

export const passkeysQuery = () =>
  queryOptions({
    queryKey: accountKeys.passkeys,
    queryFn: async ({ signal }) => (await data(authApi.GET('/auth/passkeys', { signal }))).items,
  })

export const renamePasskey = (id: string, name: string) =>
  data(authApi.PATCH('/auth/passkeys/{passkey_id}', { params: { path: { passkey_id: id } }, body: { name } }))

export const removePasskey = (id: string) =>
  authApi.DELETE('/auth/passkeys/{passkey_id}', { params: { path: { passkey_id: id } } })

// -- providers elsewhere

export const identitiesQuery = () =>
  queryOptions({
    queryKey: accountKeys.identities,
    queryFn: async ({ signal }) => (await data(authApi.GET('/auth/me/identities', { signal }))).items,
  })

export const beginLinking = (provider: OAuthProvider) =>
  data(authApi.POST('/auth/me/identities/{provider}/authorize', { params: { path: { provider } } }))

export const finishLinking = (provider: string, body: Schemas['ProvidersAnswer']) =>
  data(authApi.POST('/auth/me/identities/{provider}/callback', { params: { path: { provider } }, body }))

export const unlink = (id: string) =>
  authApi.DELETE('/auth/me/identities/{identity_id}', { params: { path: { identity_id: id } } })

// -- where one is logged in, and what has happened

export const devicesQuery = () =>
  infiniteQueryOptions({
    queryKey: accountKeys.devices,
    queryFn: ({ pageParam, signal }) =>
      data(authApi.GET('/auth/sessions', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const endDevice = (id: string) =>
  authApi.DELETE('/auth/sessions/{session_id}', { params: { path: { session_id: id } } })

export const eventsQuery = () =>
  infiniteQueryOptions({
    queryKey: accountKeys.events,
    queryFn: ({ pageParam, signal }) =>
      data(authApi.GET('/auth/me/security-events', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

// -- one's data

/** What every service holds about whoever asks, in one document. */
export async function exportEverything() {
  const [auth, catalog, bookings, ratings, notifications] = await Promise.all([
    data(authApi.GET('/auth/me/export')),
    data(catalogApi.GET('/catalog/export')),
    data(bookingsApi.GET('/bookings/export')),
    data(ratingsApi.GET('/ratings/export')),
    data(notificationsApi.GET('/notifications/export')),
  ])
  return { auth, catalog, bookings, ratings, notifications }
}

export const closeAccount = (password: string | null) =>
  authApi.DELETE('/auth/me', { body: password === null ? null : { password } })
