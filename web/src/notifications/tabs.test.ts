import { expect, it, vi } from 'vitest'
import { stubLocks } from '../../tests/locks'
import { NotificationStream } from './stream'
import { listen } from './tabs'

it('hears of everything at once where another tab reads the stream', async () => {
  stubLocks()
  const run = vi.spyOn(NotificationStream.prototype, 'run').mockReturnValue(new Promise(() => undefined))
  const [first, second] = [0, 1].map(() => ({ ready: vi.fn(), item: vi.fn() }))
  const stop = new AbortController()
  for (const each of [first, second]) void listen('u1', each as never, stop.signal)
  await vi.waitFor(() => expect(second?.ready).toHaveBeenCalledOnce())
  expect(first?.ready).not.toHaveBeenCalled()
  expect(run).toHaveBeenCalledOnce()
  stop.abort()
})
