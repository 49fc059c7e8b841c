import { defineStore } from 'pinia'
import { computed, ref, shallowRef, toRaw } from 'vue'
import { authApi, data } from '@/api/client'
import type { components } from '@/api/generated/auth'
import { ApiError } from '@/api/problem'
import { useTokens } from '@/api/transport'
import { type Grant, oneTabAtATime, Tabs, type User } from './tabs'

export type LoginAnswer = components['schemas']['LoginAnswer']
export type Role = 'user' | 'provider' | 'admin'

/** A token is replaced when it is about to end, so that no request travels with one that ends under way. */
const MARGIN_MS = 30_000
/** How long to wait for what another tab has just been given; that it was refused is told at once. */
const PATIENCE_MS = 3_000
/** When to ask again who is logged in, where that could not be found out. */
const AGAIN_MS = 5_000
/** One tab at a time uses the refresh cookie up. */
const COOKIE = 'gigsta:refresh'
/**
 * Whether there may be a refresh cookie, which scripts cannot see: spares strangers a request that must fail. `ending`:
 * there is one, and whoever it is of has logged out, which the API could not be told.
 */
const HINT = 'gigsta:session'
type Hint = 'yes' | 'no' | 'ending'
const PROBE = 'gigsta:probe'

export const useSession = defineStore('session', () => {
  const grant = shallowRef<Grant | null>(null)
  const known = ref(false)
  const expired = ref(false)
  /** Somebody has logged out here, and their session is not over: it is ended before anything else is done with it. */
  const ending = ref(false)
  const ended = new Set<() => void>()
  const back = new Set<() => void>()
  let closed = false
  let refreshing: Promise<Grant | null> | null = null
  let arrival: ((grant: Grant | null) => void) | null = null
  /** How often it was over with somebody here: what was under way before is not for whoever is here after. */
  let ends = 0

  const tabs = new Tabs({
    grant: (fresh) => {
      arrival?.(fresh)
      accept(fresh)
    },
    logout: (byItself) => {
      arrival?.(null)
      leave(byItself)
      goOnEnding()
    },
    ask: () => (grant.value !== null && isFresh(grant.value) ? grant.value : null),
  })

  // A new tab is told by the others, mostly before it needs to know.
  if (hint() === 'yes') tabs.ask()

  const user = computed<User | null>(() => grant.value?.user ?? null)
  const isLoggedIn = computed(() => grant.value !== null)
  const roles = computed(() => (user.value?.roles ?? []) as Role[])

  function accept(fresh: Grant): void {
    if (grant.value !== null && grant.value.user.id !== fresh.user.id) tell()
    grant.value = fresh
    known.value = true
    expired.value = false
    ending.value = false
    hint('yes')
  }

  /** Forget who is logged in here, and tell those who keep something of theirs. */
  function leave(byItself: boolean): void {
    const had = grant.value !== null
    if (had) expired.value = byItself
    grant.value = null
    known.value = true
    ends += 1
    if (had) tell()
  }

  /** Nobody is logged in any more, in no tab. */
  function over(byItself: boolean, next: Hint = 'no'): void {
    hint(next)
    leave(byItself)
    tabs.logout(byItself)
    goOnEnding()
  }

  function tell(): void {
    for (const listener of ended) listener()
  }

  /** Called whenever somebody is logged in no more, be it by a click in another tab. */
  function onEnd(listener: () => void): void {
    ended.add(listener)
  }

  /** Take what a login answered. */
  function begin(answer: LoginAnswer): Grant {
    const fresh = {
      token: answer.access_token,
      until: Date.now() + answer.expires_in * 1000,
      user: answer.user,
    }
    accept(fresh)
    tabs.share(fresh)
    return fresh
  }

  /** Find out who is logged in, once per page load. */
  async function restore(): Promise<void> {
    if (known.value) return
    goOnEnding()
    if (hint() === 'yes') await refresh().catch(askAgain)
    known.value = true
  }

  /** An outage is no logout: until it is over, nobody is logged in here; then whoever was is again. */
  function askAgain(): void {
    setTimeout(async () => {
      if (closed || grant.value !== null || hint() !== 'yes') return
      if (await refresh().catch(askAgain)) for (const listener of back) listener()
    }, AGAIN_MS)
  }

  /** Called when somebody is logged in after all. */
  function onBack(listener: () => void): void {
    back.add(listener)
  }

  /** New tokens by cookie. However many ask in however many tabs, one request is made. */
  function refresh(): Promise<Grant | null> {
    refreshing ??= oneTabAtATime(COOKIE, refreshAlone).finally(() => (refreshing = null))
    return refreshing
  }

  async function refreshAlone(waited: boolean): Promise<Grant | null> {
    if (waited) {
      const theirs = await fromOtherTabs()
      if (theirs !== null) return theirs
    }
    if (isOut()) return null
    const before = ends
    try {
      const answer = await data(authApi.POST('/auth/refresh', {}))
      // A logout here or in another tab may have come before the answer.
      return ends === before && !isOut() ? begin(answer) : null
    } catch (error) {
      if (!isOver(error)) throw error
      if (ends === before) over(true)
      return null
    }
  }

  /** Somebody has logged out, here or in another tab. */
  function isOut(): boolean {
    return hint() === 'no' || hint() === 'ending'
  }

  function fromOtherTabs(): Promise<Grant | null> {
    if (grant.value !== null && isFresh(grant.value)) return Promise.resolve(grant.value)
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(null), PATIENCE_MS)
      arrival = (fresh) => {
        clearTimeout(late)
        resolve(fresh)
      }
      tabs.ask()
    }).finally(() => (arrival = null)) as Promise<Grant | null>
  }

  /**
   * Log out, here or everywhere. Where the API cannot be told to end the session here, nobody is shown as logged in any
   * more and it is ended as soon as that can be done (`ending`).
   *
   * Throws where nothing has changed: everywhere, or where that cannot be kept in mind for the next page.
   */
  async function logout(everywhere = false): Promise<void> {
    try {
      await (everywhere ? authApi.POST('/auth/logout-all') : authApi.POST('/auth/logout'))
    } catch (error) {
      if (!isOver(error)) {
        if (everywhere || hint('ending') !== 'ending') throw error
        return over(false, 'ending')
      }
    }
    over(false)
  }

  function goOnEnding(): void {
    const already = ending.value
    ending.value = hint() === 'ending'
    if (ending.value && !already) void end().catch(endAgain)
  }

  /** End the session that somebody has logged out of. It takes a token, which is used for that and nothing else. */
  async function end(): Promise<void> {
    await oneTabAtATime(COOKIE, async () => {
      if (hint() !== 'ending') return
      try {
        const { access_token } = await data(authApi.POST('/auth/refresh', {}))
        await authApi.POST('/auth/logout', { headers: { Authorization: `Bearer ${access_token}` } })
      } catch (error) {
        if (!isOver(error)) throw error
      }
      // Somebody may have logged in meanwhile.
      if (hint() === 'ending') over(false)
    })
    ending.value = hint() === 'ending'
  }

  function endAgain(): void {
    setTimeout(() => {
      if (!closed && ending.value) void end().catch(endAgain)
    }, AGAIN_MS)
  }

  /** After the account changed: its newer self, for this tab and the others. */
  function update(changed: User): void {
    if (grant.value === null) return
    grant.value = { ...grant.value, user: toRaw(changed) }
    tabs.share(grant.value)
  }

  useTokens({
    async current() {
      if (grant.value === null) return null
      return isFresh(grant.value) ? grant.value.token : ((await refresh())?.token ?? null)
    },
    async replace(refused) {
      // Another call may have replaced it while this one was under way.
      if (grant.value !== null && grant.value.token !== refused) return grant.value.token
      return (await refresh())?.token ?? null
    },
  })

  return {
    user,
    isLoggedIn,
    roles,
    known,
    /** Whoever was logged in here last did not log out: their session was over. */
    expired,
    ending,
    end,
    begin,
    restore,
    refresh,
    logout,
    update,
    onEnd,
    onBack,
    close: () => {
      closed = true
      tabs.close()
    },
  }
})

function isFresh(grant: Grant): boolean {
  return grant.until - Date.now() > MARGIN_MS
}

/** For the API, the session has ended already. */
function isOver(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false
  return error.status === 401 || error.code === 'account_suspended' || error.code === 'account_closed'
}

/** What the next page will be told, after noting `value` where that can be done. */
function hint(value?: Hint): string | null {
  try {
    if (value !== undefined) note(value)
    const kept = localStorage.getItem(HINT)
    if (kept === 'yes' || kept === 'ending' || isWritable()) return kept
  } catch {
    // Storage is forbidden.
  }
  // Where nothing can be noted, only asking tells.
  return 'yes'
}

function note(value: Hint): void {
  if (localStorage.getItem(HINT) === value) return
  try {
    localStorage.setItem(HINT, value)
  } catch {
    // It is full, which leaves room to take away what holds no longer.
    localStorage.removeItem(HINT)
  }
}

/** A storage that is full can be read all the same. */
function isWritable(): boolean {
  try {
    localStorage.setItem(PROBE, 'ending')
    localStorage.removeItem(PROBE)
    return true
  } catch {
    return false
  }
}
