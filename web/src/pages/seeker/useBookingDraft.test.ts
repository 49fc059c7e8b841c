import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { bookingDraft, bookingIntent } from '@/session/memory'
import { useSession } from '@/session/store'
import { stubLocks } from '../../../tests/locks'
import { problem, serve } from '../../../tests/server'
import { aUser } from '../../../tests/users'
import { useBookingDraft } from './useBookingDraft'

const NOW = Date.parse('2026-11-30T00:00:00Z')
const startsAt = '2026-12-01T21:00:00Z'
const BOOK = `/services/s1/book?starts_at=${startsAt}`
const key = { full_name: '', email: '', phone_number: '' }

let used: ReturnType<typeof useBookingDraft>
const Page = {
  setup() {
    used = useBookingDraft('s1', () => startsAt)
    return () => null
  },
}
const empty = { template: '<p />' }

/** A tab on the page of the booking, with what the app does whenever a session ends. */
async function aTab() {
  setActivePinia(createPinia())
  const session = useSession()
  session.onEnd(() => {
    bookingIntent.forget()
    if (!session.expired) bookingDraft.forget()
  })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/services/:id/book', component: Page },
      { path: '/login', component: empty, meta: { strangers: true } },
      { path: '/:any(.*)', component: empty },
    ],
  })
  await router.push(BOOK)
  mount(RouterView, { global: { plugins: [router] } })
  const logIn = (id: string) =>
    session.begin({
      access_token: id,
      refresh_token: null,
      token_type: 'bearer',
      expires_in: 600,
      user: aUser({ id, address: `${id}'s street` }),
    })
  const expire = async () => {
    serve(() => problem(401, 'refresh_token_invalid'))
    await session.refresh()
  }
  return { router, session, logIn, expire, go: (path: string) => router.push(path) }
}

const typed = () => [used.draft.note, used.draft.address]

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  stubLocks()
  sessionStorage.clear()
  localStorage.clear()
})
afterEach(() => {
  useSession().close()
  vi.useRealTimers()
})

describe('a user', () => {
  it('finds what they typed after choosing another time, once', async () => {
    const { logIn, go } = await aTab()
    logIn('ana')
    expect(typed()).toEqual(['', "ana's street"])
    used.draft.note = 'Ring twice.'
    used.draft.address = '7 Secret Lane'
    await go('/services/s1')
    await go(BOOK)
    expect(typed()).toEqual(['Ring twice.', '7 Secret Lane'])
    expect(bookingDraft.read()).toBeNull()
  })

  it('whose session was over finds it after logging in again', async () => {
    const { logIn, expire, go } = await aTab()
    logIn('ana')
    used.draft.note = 'Ring twice.'
    await expire()
    expect(typed()).toEqual(['', ''])
    await go('/login')
    await go(BOOK)
    expect(typed()).toEqual(['', ''])
    await go('/login')
    logIn('ana')
    await go(BOOK)
    expect(typed()).toEqual(['Ring twice.', "ana's street"])
  })

  it('leaves nothing to whoever logs in after them, wherever that is done', async () => {
    const { logIn, expire, go } = await aTab()
    logIn('ana')
    used.draft.note = 'Ring twice.'
    await expire()
    logIn('bea')
    expect(typed()).toEqual(['', "bea's street"])
    expect(bookingDraft.read()).toBeNull()

    used.draft.note = 'The key is under the mat.'
    await expire()
    await go('/login')
    logIn('ana')
    await go(BOOK)
    expect(typed()).toEqual(['', "ana's street"])
  })

  it('finds it after a reload, and a guest does not', async () => {
    await aTab()
    used.draft.note = 'The key is under the mat.'
    window.dispatchEvent(new Event('pagehide'))
    expect(bookingDraft.read()).toBeNull()

    useSession().close()
    const { logIn } = await aTab()
    logIn('ana')
    used.draft.note = 'Ring twice.'
    window.dispatchEvent(new Event('pagehide'))
    useSession().close()
    const reloaded = await aTab()
    reloaded.logIn('ana')
    expect(typed()).toEqual(['Ring twice.', "ana's street"])
  })

  it('who logs out leaves nothing at all', async () => {
    const { session, logIn, go } = await aTab()
    serve(() => ({ status: 204 }))
    logIn('ana')
    used.draft.note = 'Ring twice.'
    const keep = vi.spyOn(bookingDraft, 'keep')
    await session.logout()
    expect(keep).not.toHaveBeenCalled()
    expect(typed()).toEqual(['', ''])
    await go('/login')
    logIn('ana')
    await go(BOOK)
    expect(typed()).toEqual(['', "ana's street"])
  })
})

describe('a guest', () => {
  const write = () => {
    Object.assign(used.draft, { note: 'Ring twice.', asGuest: true, guest: { ...key, full_name: 'Gus' } })
  }

  it('takes what they typed along into the login that they begin there', async () => {
    const { logIn, go } = await aTab()
    write()
    await go('/login')
    expect(bookingIntent.read()).toEqual({ serviceId: 's1', startsAt })
    logIn('gus')
    await go(BOOK)
    expect(typed()).toEqual(['Ring twice.', "gus's street"])
    expect(bookingIntent.read()).toBeNull()
    expect(bookingDraft.read()).toBeNull()
  })

  it('takes it into no other login', async () => {
    const { logIn, go } = await aTab()
    write()
    await go('/login')
    // As the router does for whoever looks elsewhere.
    bookingIntent.forget()
    logIn('bea')
    await go(BOOK)
    expect(typed()).toEqual(['', "bea's street"])

    await go('/')
    expect(bookingDraft.read()).toBeNull()
  })

  it('does not show it to whoever logs in in another tab', async () => {
    const { logIn } = await aTab()
    write()
    logIn('bea')
    expect(typed()).toEqual(['', "bea's street"])
    expect(used.draft.guest.full_name).toBe('')
  })

  it('finds it on the way back from another time, for two hours', async () => {
    const { go } = await aTab()
    write()
    await go('/services/s1')
    vi.setSystemTime(NOW + 2 * 60 * 60 * 1000)
    await go(BOOK)
    expect(used.draft).toMatchObject({ note: 'Ring twice.', asGuest: true, guest: { full_name: 'Gus' } })
    await go('/services/s1')
    vi.setSystemTime(NOW + 4 * 60 * 60 * 1000 + 1)
    await go(BOOK)
    expect(used.draft).toMatchObject({ note: '', asGuest: false })
  })

  it('leaves nothing where they go elsewhere, or once it is booked', async () => {
    const { go } = await aTab()
    write()
    await go('/search')
    expect(bookingDraft.read()).toBeNull()
    await go(BOOK)
    write()
    used.finish()
    await go('/login')
    expect([bookingDraft.read(), bookingIntent.read()]).toEqual([null, null])
  })
})

it('does not mix up services', async () => {
  bookingDraft.keep({ serviceId: 's2', owner: null, typed: { note: 'Of another one.' } })
  await aTab()
  expect(typed()).toEqual(['', ''])
})
