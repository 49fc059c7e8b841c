import { queryOptions } from '@tanstack/vue-query'
import { authApi, data } from './client'
import type { components } from './generated/auth'

type Schemas = components['schemas']
export type OAuthProvider = Schemas['OfferedProvider']['name']

export const login = (body: Schemas['Credentials']) => data(authApi.POST('/auth/login', { body }))

/** `mfa_token` comes with the refusal `second_factor_required` of a login. */
export const passSecondFactor = (body: Schemas['SecondFactorShown']) =>
  data(authApi.POST('/auth/login/second-factor', { body }))

export const register = (body: Schemas['Registration']) => data(authApi.POST('/auth/register', { body }))

export const verifyEmail = (body: Schemas['EmailVerification']) =>
  data(authApi.POST('/auth/verify-email', { body }))

export const confirmEmail = (token: string) => data(authApi.POST('/auth/confirm-email', { body: { token } }))

export const forgotPassword = (email: string) =>
  data(authApi.POST('/auth/forgot-password', { body: { email } }))

export const resetPassword = (token: string, password: string) =>
  authApi.POST('/auth/reset-password', { body: { token, password } })

export const chooseRoles = (roles: Schemas['RoleChoice']['roles']) =>
  data(authApi.POST('/auth/me/roles', { body: { roles } }))

/** The providers elsewhere that are set up here, which does not change while one looks. */
export const providersQuery = () =>
  queryOptions({
    queryKey: ['auth', 'providers'],
    queryFn: async ({ signal }) => (await data(authApi.GET('/auth/oauth', { signal }))).items,
    staleTime: Infinity,
  })

export const beginOAuth = (provider: OAuthProvider) =>
  data(authApi.GET('/auth/oauth/{provider}/authorize', { params: { path: { provider } } }))

export const finishOAuth = (provider: string, body: Schemas['ProvidersAnswer']) =>
  data(authApi.POST('/auth/oauth/{provider}/callback', { params: { path: { provider } }, body }))

export const guestAccount = (bookingId: string, key: string) =>
  data(
    authApi.GET('/auth/guests/{booking_id}', {
      params: { path: { booking_id: bookingId }, header: { 'Booking-Key': key } },
    }),
  )

export const completeGuest = (body: Schemas['GuestCompletion']) =>
  data(authApi.POST('/auth/guests/complete', { body }))
