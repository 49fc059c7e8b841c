import { vi } from 'vitest'

function locks() {
  const queues = new Map<string, Promise<unknown>>()
  return {
    async request(name: string, ...rest: unknown[]) {
      const work = rest.at(-1) as (lock: object | null) => Promise<unknown>
      const before = queues.get(name)
      if (before && (rest[0] as LockOptions).ifAvailable) return work(null)
      const mine = (before ?? Promise.resolve()).then(() => work({}))
      const done: Promise<unknown> = mine
        .catch(() => undefined)
        .then(() => queues.get(name) === done && queues.delete(name))
      queues.set(name, done)
      return mine
    },
  }
}

/** The locks that tabs share, which happy-dom does not have. */
export function stubLocks(): void {
  vi.stubGlobal('navigator', { ...navigator, locks: locks() })
}
