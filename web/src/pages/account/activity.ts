import { CircleAlert, KeyRound, LogIn, LogOut, Mail, ShieldCheck, User } from '@lucide/vue'
import type { Component } from 'vue'
import type { SecurityEvent } from '@/api/account'
import { maybe } from '@/i18n'

const ICONS: Partial<Record<string, Component>> = {
  login: LogIn,
  logout: LogOut,
  session_ended: LogOut,
  all_sessions_ended: LogOut,
  email_verified: Mail,
  email_changed: Mail,
  email_change_requested: Mail,
  password_changed: KeyRound,
  password_reset: KeyRound,
  passkey_added: KeyRound,
  passkey_removed: KeyRound,
  second_factor_on: ShieldCheck,
  recovery_codes_renewed: ShieldCheck,
  reauthenticated: ShieldCheck,
}
/** What its owner should look at, if it was not them. */
const ALARMING = [
  'login_failed',
  'login_throttled',
  'refresh_token_reused',
  'codes_guessed',
  'second_factor_off',
]
/** Details that mean something to people; the API may add others. */
const TOLD = ['email', 'new', 'name', 'provider', 'trading_name']

export const isAlarming = ({ kind }: SecurityEvent): boolean => ALARMING.includes(kind)

export const iconOf = (event: SecurityEvent): Component =>
  isAlarming(event) ? CircleAlert : (ICONS[event.kind] ?? User)

/** Kinds may come that this app does not know: those are named as they are. */
export const nameOf = ({ kind }: Pick<SecurityEvent, 'kind'>): string =>
  maybe(`account.event_${kind}`) ?? kind.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())

export const detailOf = ({ details }: Pick<SecurityEvent, 'details'>): string =>
  TOLD.map((name) => details[name])
    .filter((value) => typeof value === 'string')
    .join(', ')
