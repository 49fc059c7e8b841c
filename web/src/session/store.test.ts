import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { authApi, data } from '@/api/client'
import { ApiError } from '@/api/problem'
import { stubLocks } from '../../tests/locks'
import { type Call, problem, serve } from '../../tests/server'
import { aUser } from '../../tests/users'
import { useSession } from './store'

const answer = (token: string, seconds = 900) => ({
  body: {
    access_token: token,
    token_type: 'bearer' as const,
    expires_in: seconds,
    refresh_token: null,
    user: aUser(),
  },
})
const open: { close(): void }[] = []

/** A tab is a store of its own; they share what a browser's tabs share. */
function aTab() {
  setActivePinia(createPinia())
  const session = useSession()
  open.push(session)
  return session
}

beforeEach(() => {
  localStorage.clear()
  stubLocks()
})

afterEach(() => {
  for (const session of open.splice(0)) session.close()
})

/** What is in it can be read and taken away, and nothing can be put into it. */
function fillStorage(): void {
  const full = localStorage
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => full.getItem(key),
    removeItem: (key: string) => full.removeItem(key),
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  })
}

describe('finding out who is logged in', () => {
  it('asks for nobody who has never been logged in here, and once for somebody who has', async () => {
    const calls = serve(() => problem(401, 'refresh_token_invalid'))
    await aTab().restore()
    expect(calls).toHaveLength(0)
    localStorage.setItem('gigsta:session', 'yes')
    await aTab().restore()
    await aTab().restore()
    expect(calls.map(({ path }) => path)).toEqual(['/auth/refresh'])
  })

  it('asks on every page where storage can be read and not written, as it does not know', async () => {
    localStorage.setItem('gigsta:session', 'no')
    fillStorage()
    const calls = serve(() => answer('fresh'))
    const session = aTab()
    session.begin(answer('first').body)
    for (let page = 0; page < 2; page += 1) {
      const next = aTab()
      await next.restore()
      expect(next.isLoggedIn).toBe(true)
      next.close()
    }
    expect(calls).toHaveLength(2)
  })

  it('does not end a new session for an old logout that could not be overwritten', async () => {
    localStorage.setItem('gigsta:session', 'ending')
    fillStorage()
    const calls = serve(() => answer('fresh'))
    aTab().begin(answer('first').body)
    const next = aTab()
    await next.restore()
    expect(next.isLoggedIn).toBe(true)
    expect(calls.map(({ path }) => path)).toEqual(['/auth/refresh'])
  })

  it('goes on without a session where the API cannot be reached, and forgets nothing', async () => {
    localStorage.setItem('gigsta:session', 'yes')
    serve(() => problem(503, 'unavailable'))
    const session = aTab()
    await session.restore()
    expect(session.isLoggedIn).toBe(false)
    expect(localStorage.getItem('gigsta:session')).toBe('yes')
  })

  it('asks again until an outage is over, and says that somebody is logged in after all', async () => {
    vi.useFakeTimers()
    localStorage.setItem('gigsta:session', 'yes')
    const answers = [problem(503, 'unavailable'), problem(503, 'unavailable'), answer('late')]
    const calls = serve(() => answers.shift() ?? problem(500, 'unexpected'))
    const session = aTab()
    const back = vi.fn()
    session.onBack(back)
    const restored = session.restore()
    await vi.advanceTimersByTimeAsync(1_000)
    await restored
    expect(session.isLoggedIn).toBe(false)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(session.isLoggedIn).toBe(true)
    expect(back).toHaveBeenCalledOnce()
    expect(calls).toHaveLength(3)
    vi.useRealTimers()
  })
})

describe('an access token', () => {
  it('is replaced before it ends, by one refresh however many requests wait for it', async () => {
    const calls = serve(({ path }) => (path === '/auth/refresh' ? answer('second') : { body: aUser() }))
    const session = aTab()
    session.begin(answer('first', 10).body)
    await Promise.all([1, 2, 3].map(() => data(authApi.GET('/auth/me'))))
    expect(calls.filter(({ path }) => path === '/auth/refresh')).toHaveLength(1)
    const sent = calls
      .filter(({ path }) => path === '/auth/me')
      .map(({ headers }) => headers.get('Authorization'))
    expect(sent).toEqual(['Bearer second', 'Bearer second', 'Bearer second'])
  })

  it('that is refused all the same is replaced, and the request sent once more', async () => {
    const calls = serve(({ path, headers }) => {
      if (path === '/auth/refresh') return answer('second')
      return headers.get('Authorization') === 'Bearer second'
        ? { body: aUser() }
        : problem(401, 'token_expired')
    })
    aTab().begin(answer('first').body)
    await expect(data(authApi.GET('/auth/me'))).resolves.toMatchObject({ id: 'u1' })
    expect(calls.map(({ path }) => path)).toEqual(['/auth/me', '/auth/refresh', '/auth/me'])
  })

  it('is gone with the session', async () => {
    serve(() => problem(401, 'refresh_token_invalid'))
    const session = aTab()
    const ended = vi.fn()
    session.onEnd(ended)
    session.begin(answer('first').body)
    const error = await data(authApi.GET('/auth/me')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ApiError)
    expect(session.isLoggedIn).toBe(false)
    expect(ended).toHaveBeenCalledOnce()
  })
})

describe('logging out while the API is away', () => {
  const HINT = 'gigsta:session'
  const posted = (calls: Call[]) => calls.map(({ path }) => path)

  it('is no success: it is kept in mind, and done as soon as that is possible', async () => {
    vi.useFakeTimers()
    let away = true
    const calls = serve(({ path }) => {
      if (away) return problem(503, 'unavailable')
      return path === '/auth/refresh' ? answer('for the logout') : { status: 204 }
    })
    const session = aTab()
    session.begin(answer('first').body)
    await session.logout()
    expect(session).toMatchObject({ isLoggedIn: false, ending: true })
    expect(localStorage.getItem(HINT)).toBe('ending')
    await vi.advanceTimersByTimeAsync(12_000)
    expect(session.ending).toBe(true)
    away = false
    calls.length = 0
    await vi.advanceTimersByTimeAsync(6_000)
    expect(session).toMatchObject({ isLoggedIn: false, ending: false })
    expect(localStorage.getItem(HINT)).toBe('no')
    expect(posted(calls)).toEqual(['/auth/refresh', '/auth/logout'])
    expect(calls[1]?.headers.get('Authorization')).toBe('Bearer for the logout')
    vi.useRealTimers()
  })

  it('logs nobody in again at the next load, but ends the session before anything else', async () => {
    localStorage.setItem(HINT, 'ending')
    const calls = serve(({ path }) => (path === '/auth/refresh' ? answer('again') : { status: 204 }))
    const session = aTab()
    await session.restore()
    expect(session.isLoggedIn).toBe(false)
    await vi.waitFor(() => expect(session.ending).toBe(false))
    expect(posted(calls)).toEqual(['/auth/refresh', '/auth/logout'])
    expect(session.isLoggedIn).toBe(false)
    expect(localStorage.getItem(HINT)).toBe('no')
  })

  it('gives nobody in any tab another token meanwhile', async () => {
    const calls = serve(() => problem(503, 'unavailable'))
    const [one, other] = [aTab(), aTab()]
    one.begin(answer('first').body)
    await vi.waitFor(() => expect(other.isLoggedIn).toBe(true))
    await one.logout()
    await vi.waitFor(() => expect(other).toMatchObject({ isLoggedIn: false, ending: true }))
    calls.length = 0
    await expect(other.refresh()).resolves.toBeNull()
    expect(posted(calls).filter((path) => path === '/auth/refresh')).toEqual([])
  })

  it('is over where the session has ended already', async () => {
    localStorage.setItem(HINT, 'ending')
    const calls = serve(() => problem(403, 'account_suspended'))
    const session = aTab()
    await session.restore()
    await vi.waitFor(() => expect(session.ending).toBe(false))
    expect(calls).toHaveLength(1)
  })

  it('changes nothing where it cannot be kept in mind, and says so', async () => {
    serve(() => problem(503, 'unavailable'))
    const session = aTab()
    session.begin(answer('first').body)
    const forbidden = () => {
      throw new Error('forbidden')
    }
    vi.stubGlobal('localStorage', { getItem: forbidden, setItem: forbidden })
    await expect(session.logout()).rejects.toMatchObject({ code: 'unavailable' })
    expect(session).toMatchObject({ isLoggedIn: true, ending: false })
  })

  it('changes nothing where it was to be everywhere', async () => {
    serve(() => problem(503, 'unavailable'))
    const session = aTab()
    session.begin(answer('first').body)
    await expect(session.logout(true)).rejects.toMatchObject({ code: 'unavailable' })
    expect(session).toMatchObject({ isLoggedIn: true, ending: false })
  })

  it('is forgotten when somebody logs in', async () => {
    serve(() => problem(503, 'unavailable'))
    const session = aTab()
    session.begin(answer('first').body)
    await session.logout()
    session.begin(answer('second').body)
    expect(session).toMatchObject({ isLoggedIn: true, ending: false })
    expect(localStorage.getItem(HINT)).toBe('yes')
  })
})

it('a token that was asked for before somebody logged out is for nobody', async () => {
  let release = () => {}
  const asked = new Promise<void>((resolve) => (release = resolve))
  const calls = serve(async ({ path }) => {
    if (path !== '/auth/refresh') return { status: 204 }
    await asked
    return answer('late')
  })
  const session = aTab()
  session.begin(answer('first').body)
  const refreshed = session.refresh()
  await vi.waitFor(() => expect(calls.map(({ path }) => path)).toContain('/auth/refresh'))
  await session.logout()
  release()
  await expect(refreshed).resolves.toBeNull()
  expect(session.isLoggedIn).toBe(false)
})

describe('several tabs', () => {
  it('share one refresh', async () => {
    const calls = serve(({ path }) => (path === '/auth/refresh' ? answer('shared') : { body: aUser() }))
    const tabs = [aTab(), aTab(), aTab()]
    await Promise.all(tabs.map((tab) => tab.refresh()))
    expect(calls.filter(({ path }) => path === '/auth/refresh')).toHaveLength(1)
    await vi.waitFor(() => expect(tabs.every((tab) => tab.isLoggedIn)).toBe(true))
  })

  it('tell a new one who is logged in, so that it need not ask the API', async () => {
    const calls = serve(() => problem(401, 'refresh_token_invalid'))
    aTab().begin(answer('first').body)
    const fresh = aTab()
    await vi.waitFor(() => expect(fresh.isLoggedIn).toBe(true))
    await fresh.restore()
    expect(calls).toHaveLength(0)
  })

  it('see a login and a logout of another', async () => {
    serve(() => ({ status: 204 }))
    const [one, other] = [aTab(), aTab()]
    const ended = vi.fn()
    other.onEnd(ended)
    one.begin(answer('first').body)
    await vi.waitFor(() => expect(other.user?.id).toBe('u1'))
    await one.logout(true)
    await vi.waitFor(() => expect(other.isLoggedIn).toBe(false))
    expect(ended).toHaveBeenCalled()
    expect([one.expired, other.expired]).toEqual([false, false])
  })

  it('know whether somebody logged out or their session was over', async () => {
    serve(() => problem(401, 'refresh_token_invalid'))
    const [one, other] = [aTab(), aTab()]
    one.begin(answer('first').body)
    await vi.waitFor(() => expect(other.user?.id).toBe('u1'))
    await one.refresh()
    await vi.waitFor(() => expect(other.isLoggedIn).toBe(false))
    expect([one.expired, other.expired]).toEqual([true, true])
    one.begin(answer('second').body)
    expect(one.expired).toBe(false)
  })
})
