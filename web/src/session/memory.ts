import type { Visitor } from './guards'

const INTENT = 'gigsta:booking-intent'
const DRAFT = 'gigsta:booking-draft'
const APPLICATION = 'gigsta:application'
const FUNNEL = 'gigsta:left-funnel'
const ANEW = 'gigsta:loaded-anew'
/** Slots do not wait. */
const BOOKING_MS = 2 * 60 * 60 * 1000

type Intent = NonNullable<Visitor['intent']>

/**
 * A booking begun before logging in, for two hours. In local storage, because the link in a mail opens another tab. It is
 * let go by whoever leaves the way in (`stillMeans` in guards.ts), and whenever a session ends.
 */
export const bookingIntent = {
  read(now = Date.now()): Intent | null {
    const kept = readFresh<Intent>('localStorage', INTENT, now)
    if (typeof kept?.serviceId !== 'string' || !(Date.parse(kept.startsAt) > now)) return null
    return { serviceId: kept.serviceId, startsAt: kept.startsAt }
  },
  keep(serviceId: string, startsAt: string): void {
    writeFresh('localStorage', INTENT, { serviceId, startsAt })
  },
  forget(): void {
    write('localStorage', INTENT, null)
  },
}

export interface KeptDraft {
  serviceId: string
  /** The user who typed it, or null for somebody who was not logged in. */
  owner: string | null
  typed: object
}

/** What was typed into a booking, in this tab and for two hours; `useBookingDraft` says for whom. */
export const bookingDraft = {
  read: (now = Date.now()): KeptDraft | null => readFresh<KeptDraft>('sessionStorage', DRAFT, now),
  keep: (draft: KeptDraft): void => writeFresh('sessionStorage', DRAFT, draft),
  forget: (): void => write('sessionStorage', DRAFT, null),
}

/** What was typed into an application to be a provider, and by whom; in this tab and for two hours. */
export const applicationDraft = {
  of(owner: string): object {
    const kept = readFresh<{ owner: string; typed: object }>('sessionStorage', APPLICATION, Date.now())
    return kept?.owner === owner ? kept.typed : {}
  },
  keep: (owner: string, typed: object): void => writeFresh('sessionStorage', APPLICATION, { owner, typed }),
  forget: (): void => write('sessionStorage', APPLICATION, null),
}

/** The way out of the provider's onboarding: it does not lead back there until the next login. */
export const funnel = {
  wasLeft: (): boolean => read('sessionStorage', FUNNEL) === 'yes',
  leave: (): void => write('sessionStorage', FUNNEL, 'yes'),
  enter: (): void => write('sessionStorage', FUNNEL, null),
}

/** The address for which the whole app was loaded anew, lest that is done without end. */
export const loadedAnewFor = {
  is: (path: string): boolean => read('sessionStorage', ANEW) === path,
  keep: (path: string): void => write('sessionStorage', ANEW, path),
  forget: (): void => write('sessionStorage', ANEW, null),
}

/** By name: where storage is forbidden, even to ask for it throws. */
type Where = 'localStorage' | 'sessionStorage'

function readFresh<T>(where: Where, key: string, now: number): T | null {
  try {
    const kept = JSON.parse(read(where, key) ?? 'null') as (T & { at: number }) | null
    return kept !== null && now - kept.at <= BOOKING_MS ? kept : null
  } catch {
    return null
  }
}

function writeFresh(where: Where, key: string, value: object): void {
  write(where, key, JSON.stringify({ ...value, at: Date.now() }))
}

function read(where: Where, key: string): string | null {
  try {
    return globalThis[where].getItem(key)
  } catch {
    return null
  }
}

function write(where: Where, key: string, value: string | null): void {
  try {
    if (value === null) globalThis[where].removeItem(key)
    else globalThis[where].setItem(key, value)
  } catch {
    // Nothing is kept then, and nothing else breaks.
  }
}
