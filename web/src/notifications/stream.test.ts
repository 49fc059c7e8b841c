import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { backOff, NotificationStream } from './stream'

const event = (id: number, kind: string, data: object) =>
  `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`
const item = (id: string) => ({ id, kind: 'booking.confirmed', title: id, data: {} })

/** Answers one connection after the other with these pieces of a stream, and then stops the one who asks. */
function serveStreams(...answers: (string[] | Response)[]) {
  const stop = new AbortController()
  const asked: Headers[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.headers)
    const answer = answers.shift()
    if (answer === undefined) {
      stop.abort()
      throw new TypeError('no network')
    }
    if (answer instanceof Response) return answer
    const body = new ReadableStream<string>({
      start(controller) {
        for (const piece of answer) controller.enqueue(piece)
        controller.close()
      },
    })
    return new Response(body.pipeThrough(new TextEncoderStream()))
  })
  return { stop: stop.signal, asked }
}

const listener = () => ({ ready: vi.fn(), item: vi.fn() })

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true, advanceTimeDelta: 1000 }))
afterEach(() => void vi.useRealTimers())

describe('a stream of notifications', () => {
  it('tells what comes, in whatever pieces, and goes on behind it after an interruption', async () => {
    const whole = `retry: 10\n${event(4, 'ready', {})}: still here\n\n${event(5, 'notification', item('n5'))}`
    const { stop, asked } = serveStreams(
      [whole.slice(0, 30), whole.slice(30, 70), whole.slice(70)],
      [
        event(5, 'ready', {}),
        event(6, 'notification', item('n6')),
        event(6, 'end', { reason: 'restarting' }),
      ],
    )
    const heard = listener()
    await new NotificationStream(heard).run(stop)
    expect(heard.item.mock.calls.map(([{ id }]) => id)).toEqual(['n5', 'n6'])
    expect(heard.ready).toHaveBeenCalledTimes(2)
    expect(asked.map((headers) => headers.get('Last-Event-ID'))).toEqual([null, '5', '6'])
  })

  it('comes back at once where only its token has run out', async () => {
    const ended = [event(1, 'ready', {}), `retry: 3600000\n${event(1, 'end', { reason: 'token_expired' })}`]
    const { stop, asked } = serveStreams(ended)
    await new NotificationStream(listener()).run(stop)
    expect(asked).toHaveLength(2)
  })

  const ended = () => [event(1, 'ready', {}), event(1, 'end', { reason: 'token_expired' })]

  /** How long is waited after each of so many connections that end by themselves, `ready` being told of each. */
  async function waits(connections: number, ready: () => void = () => undefined): Promise<unknown[]> {
    vi.useFakeTimers()
    vi.spyOn(Math, 'random').mockReturnValue(1)
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const { stop } = serveStreams(...Array.from({ length: connections }, ended))
    const over = new NotificationStream({ ready, item: vi.fn() }).run(stop)
    while (!stop.aborted) await vi.advanceTimersByTimeAsync(50)
    await over
    const SILENCE_MS = 45_000
    return timers.mock.calls.map(([, ms]) => ms).filter((ms) => ms !== SILENCE_MS)
  }

  it('waits longer each time where tokens run out as soon as they are used', async () => {
    expect(await waits(5)).toEqual([0, 1000, 2000, 4000, 8000])
  })

  it('comes back at once whenever a token has run out that was good for a while', async () => {
    expect(await waits(4, () => vi.setSystemTime(Date.now() + 15 * 60_000))).toEqual([0, 0, 0, 0])
  })

  it('goes on after failures, and asks no more once nobody is logged in', async () => {
    const { stop, asked } = serveStreams(
      new Response('{}', { status: 503 }),
      [event(1, 'ready', {})],
      new Response('{}', { status: 401 }),
    )
    const heard = listener()
    await new NotificationStream(heard).run(stop)
    expect(heard.ready).toHaveBeenCalledOnce()
    expect(asked).toHaveLength(3)
    expect(stop.aborted).toBe(false)
  })

  it('waits longer after each failure, up to a minute', () => {
    expect([0, 1, 2, 20].map((failures) => backOff(failures, () => 1))).toEqual([1000, 2000, 4000, 60_000])
    expect(backOff(2, () => 0)).toBe(2000)
  })
})
