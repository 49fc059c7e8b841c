import type { components } from '@/api/generated/auth'

export type User = components['schemas']['UserAccount']

/** What one login gives a tab. The access token lives in memory only: here, and in the other tabs. */
export interface Grant {
  token: string
  /** When the token ends, in milliseconds since 1970. */
  until: number
  user: User
}

type Message =
  | { kind: 'grant'; grant: Grant }
  | { kind: 'ask' }
  /** `expired` where nobody logged out: the session was over. */
  | { kind: 'logout'; expired: boolean }

/** Tabs of one browser tell each other about logins, refreshes and logouts. */
export class Tabs {
  private readonly channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('gigsta:session') : null

  constructor(on: { grant(grant: Grant): void; logout(expired: boolean): void; ask(): Grant | null }) {
    this.channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'grant') on.grant(data.grant)
      else if (data.kind === 'logout') on.logout(data.expired)
      else {
        const grant = on.ask()
        if (grant !== null) this.say({ kind: 'grant', grant })
      }
    })
  }

  share(grant: Grant): void {
    this.say({ kind: 'grant', grant })
  }

  ask(): void {
    this.say({ kind: 'ask' })
  }

  logout(expired: boolean): void {
    this.say({ kind: 'logout', expired })
  }

  close(): void {
    this.channel?.close()
  }

  private say(message: Message): void {
    this.channel?.postMessage(message)
  }
}

/**
 * Runs `work` while no other tab runs it. `waited` says that another tab was at it: then its result may be on its way
 * to us.
 */
export async function oneTabAtATime<T>(name: string, work: (waited: boolean) => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work(false)
  const mine = await navigator.locks.request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? null : { result: await work(false) },
  )
  if (mine !== null) return mine.result
  return navigator.locks.request(name, () => work(true))
}
