import type { Notification } from '@/api/notifications'
import { type Listener, NotificationStream } from './stream'

type Message = { id: string | null; item: Notification }

/**
 * One stream for all tabs of a user: whichever tab holds the lock reads it and tells the others, and when it is closed
 * the next one goes on where it was. Ends with the signal.
 */
export async function listen(userId: string, listener: Listener, stop: AbortSignal): Promise<void> {
  const name = `gigsta:notifications:${userId}`
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(name) : null
  const stream = new NotificationStream({
    ready: () => listener.ready(),
    item: (item) => {
      channel?.postMessage({ id: stream.lastId, item } satisfies Message)
      listener.item(item)
    },
  })
  channel?.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    stream.lastId = data.id
    listener.item(data.item)
  })
  stop.addEventListener('abort', () => channel?.close())
  try {
    if (!('locks' in navigator)) return await stream.run(stop)
    const isFirst = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await stream.run(stop)
      return lock !== null
    })
    if (isFirst) return
    // Another tab reads it, and tells this one.
    listener.ready()
    await navigator.locks.request(name, { signal: stop }, () => stream.run(stop))
  } catch (error) {
    // Stopped while another tab was reading.
    if (!stop.aborted) throw error
  }
}
