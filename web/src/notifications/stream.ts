import { createParser } from 'eventsource-parser'
import type { Notification } from '@/api/notifications'
import { asApiError } from '@/api/problem'
import { open } from '@/api/transport'

/** The stream says something every 15 seconds: whoever hears nothing for longer than this is cut off. */
const SILENCE_MS = 45_000
const LONGEST_MS = 60_000
/** A connection that ends sooner has been of no use: when that is so again and again, it is waited for as for failures. */
const SHORT_MS = 10_000

export interface Listener {
  /** Connected, be it by another tab: from here on, nothing is missed. */
  ready(): void
  item(item: Notification): void
}

/** How long to wait after so many failures in a row: longer each time, and not all at the same moment. */
export function backOff(failures: number, random = Math.random): number {
  return Math.min(LONGEST_MS, 1000 * 2 ** failures) * (0.5 + random() / 2)
}

/**
 * Somebody's notifications as they come (`GET /notifications/stream`), read by `fetch`, since an EventSource cannot
 * send a token. Comes back after whatever ends it, by itself, until it is stopped or nobody is logged in any more.
 */
export class NotificationStream {
  /** The last event that has been seen, here or by another tab: what came after it is asked for first. */
  lastId: string | null = null

  constructor(private readonly listener: Listener) {}

  async run(stop: AbortSignal): Promise<void> {
    let failures = 0
    let short = 0
    while (!stop.aborted) {
      let wait = 0
      try {
        const began = Date.now()
        wait = await this.once(stop)
        failures = 0
        short = Date.now() - began < SHORT_MS ? short + 1 : 0
        if (short > 1) wait = Math.max(wait, backOff(short - 2))
      } catch (error) {
        if (stop.aborted) return
        const problem = asApiError(error)
        if (problem.status === 401) return
        wait = Math.max(backOff(failures), (problem.retryAfter ?? 0) * 1000)
        failures += 1
      }
      await pause(wait, stop)
    }
  }

  /** One connection, to its end. Returns after how long the server would have us back. */
  private async once(stop: AbortSignal): Promise<number> {
    const silence = new AbortController()
    let timer = setTimeout(() => silence.abort(), SILENCE_MS)
    let wait = 1000
    const parser = createParser({
      onRetry: (ms) => (wait = ms),
      onEvent: ({ id, event, data }) => {
        if (id !== undefined) this.lastId = id
        if (event === 'ready') this.listener.ready()
        else if (event === 'notification') this.listener.item(JSON.parse(data) as Notification)
        // Another token is at hand by the time that one has run out.
        else if (event === 'end' && data.includes('token_expired')) wait = 0
      },
    })
    try {
      const headers: HeadersInit = this.lastId === null ? {} : { 'Last-Event-ID': this.lastId }
      const signal = AbortSignal.any([stop, silence.signal])
      const request = new Request(new URL('/api/v1/notifications/stream', location.href), { headers, signal })
      const reader = (await open(request)).body?.pipeThrough(new TextDecoderStream()).getReader()
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        clearTimeout(timer)
        timer = setTimeout(() => silence.abort(), SILENCE_MS)
        parser.feed(part.value)
      }
      return wait
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Waits, but not when the connection comes back meanwhile. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      removeEventListener('online', done)
      stop.removeEventListener('abort', done)
      resolve()
    }
    addEventListener('online', done)
    stop.addEventListener('abort', done)
  })
}
