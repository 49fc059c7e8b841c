import type { Visitor } from './guards'

const INTENT = 'gigsta:booking-intent'
const FUNNEL = 'gigsta:left-funnel'
const ANEW = 'gigsta:loaded-anew'
const INTENT_MS = 2 * 60 * 60 * 1000

/**
 * A booking begun before logging in. In local storage, because the link in a mail opens another tab; for two hours,
 * because slots do not wait.
 */
export const bookingIntent = {
  read(now = Date.now()): Visitor['intent'] {
    try {
      const kept = JSON.parse(localStorage.getItem(INTENT) ?? 'null') as
        (NonNullable<Visitor['intent']> & { at: number }) | null
      if (kept === null || now - kept.at > INTENT_MS || typeof kept.serviceId !== 'string') return null
      return { serviceId: kept.serviceId, startsAt: kept.startsAt }
    } catch {
      return null
    }
  },
  keep(serviceId: string, startsAt: string): void {
    write(localStorage, INTENT, JSON.stringify({ serviceId, startsAt, at: Date.now() }))
  },
  forget(): void {
    write(localStorage, INTENT, null)
  },
}

/** The way out of the provider's onboarding: it does not lead back there until the next login. */
export const funnel = {
  wasLeft: (): boolean => {
    try {
      return sessionStorage.getItem(FUNNEL) === 'yes'
    } catch {
      return false
    }
  },
  leave: (): void => write(sessionStorage, FUNNEL, 'yes'),
  enter: (): void => write(sessionStorage, FUNNEL, null),
}

/** The address for which the whole app was loaded anew, lest that is done without end. */
export const loadedAnewFor = {
  is: (path: string): boolean => {
    try {
      return sessionStorage.getItem(ANEW) === path
    } catch {
      return false
    }
  },
  keep: (path: string): void => write(sessionStorage, ANEW, path),
  forget: (): void => write(sessionStorage, ANEW, null),
}

function write(storage: Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(key)
    else storage.setItem(key, value)
  } catch {
    // Storage may be forbidden: then nothing is kept, and nothing else breaks.
  }
}
