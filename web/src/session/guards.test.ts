import { describe, expect, it } from 'vitest'
import { aUser } from '../../tests/users'
import { decide, type Demands, stillMeans, stillWrites, type Visitor } from './guards'
import type { User } from './tabs'

const STRANGER: Visitor = { user: null, intent: null, leftFunnel: false }
const intent = { serviceId: 's1', startsAt: '2026-12-01T21:00:00Z' }
const book = { path: '/services/s1/book', query: { starts_at: intent.startsAt } }

const go = (path: string, meta: Demands, visitor: Visitor, next: string | null = null) =>
  decide({ path, fullPath: path, meta, next }, visitor)
const as = (changes: Parameters<typeof aUser>[0] = {}, more: Partial<Visitor> = {}): Visitor => ({
  ...STRANGER,
  user: aUser(changes),
  ...more,
})
const applicant: Partial<User> = { roles: ['user', 'provider'], provider_status: 'not_applied' }

describe('authentication', () => {
  it('sends strangers to the login and remembers where they were going', () => {
    expect(go('/bookings', { auth: true }, STRANGER)).toEqual({
      path: '/login',
      query: { next: '/bookings' },
    })
    expect(go('/', { landing: true }, STRANGER)).toBe(true)
    expect(go('/login', { strangers: true }, STRANGER)).toBe(true)
  })

  it('sends who is logged in already on to where the login would have led', () => {
    expect(go('/login', { strangers: true }, as(), '/bookings')).toEqual({ path: '/bookings' })
    expect(go('/login', { strangers: true }, as())).toEqual({ path: '/' })
  })

  it('sends people whose work is here to it, unless they were going elsewhere', () => {
    const login = (changes: Partial<User>, more: Partial<Visitor> = {}, next: string | null = null) =>
      go('/login', { strangers: true }, as(changes, more), next)
    const provider = { ...applicant, provider_status: 'approved' } as const
    const admin = { roles: ['user', 'provider', 'admin'] } as Partial<User>
    expect(login(provider)).toEqual({ path: '/provider' })
    expect(login({ ...provider, ...admin })).toEqual({ path: '/admin' })
    expect(login(admin, {}, '/bookings')).toEqual({ path: '/bookings' })
    expect(login(admin, { intent })).toEqual(book)
    expect(login({ ...admin, onboarding_status: 'provisional' })).toEqual({ path: '/welcome' })
    expect(login({ ...applicant, provider_status: 'pending' })).toEqual({ path: '/' })
  })
})

describe('a verified address', () => {
  it('comes before everything that is for users, and not before looking around', () => {
    const visitor = as({ email_verified: false, onboarding_status: 'provisional' }, { intent })
    expect(go('/bookings', { auth: true }, visitor)).toEqual({ path: '/verify-email' })
    expect(go('/verify-email', {}, visitor)).toBe(true)
    expect(go('/search', {}, visitor)).toBe(true)
  })
})

describe('a booking begun before', () => {
  it('is gone on with before anything is chosen, from wherever somebody lands', () => {
    const visitor = as({ onboarding_status: 'provisional', ...applicant }, { intent })
    expect(go('/', { landing: true }, visitor)).toEqual(book)
    expect(go('/login', { strangers: true }, visitor)).toEqual(book)
    expect(go('/welcome', { auth: true }, visitor)).toEqual(book)
    expect(go('/services/s1/book', { beforeChoice: true }, visitor)).toBe(true)
  })

  it('draws nobody away from a page that they chose', () => {
    expect(go('/bookings', { auth: true }, as({}, { intent }))).toBe(true)
  })

  const form = { path: '/login', meta: { strangers: true } }
  const page = { path: '/services/s1/book', meta: {} }
  const home = { path: '/', meta: { landing: true } }
  const step = (to: { meta: Demands }, from: { path: string; meta: Demands }, next: string | null = null) =>
    stillMeans(intent, { meta: to.meta, next }, from)

  it('is meant by whoever goes from its page to the login, and on along the way in', () => {
    expect(step(form, page)).toBe(true)
    expect(step(form, home, '/services/s1/book?starts_at=2026-12-01T21:00:00Z')).toBe(true)
    expect(step(form, form)).toBe(true)
    expect(step({ meta: { entry: true } }, home)).toBe(true)
    expect(step(form, { path: '/reset-password', meta: { entry: true } })).toBe(true)
  })

  it('is let go by whoever looks elsewhere, or logs in from elsewhere', () => {
    expect(step(home, form)).toBe(false)
    expect(step(form, home)).toBe(false)
    expect(step(form, home, '/bookings')).toBe(false)
    expect(step(form, { path: '/services/s2/book', meta: {} })).toBe(false)
  })
})

describe('the onboarding choice', () => {
  it('is asked for once, and not where it does not matter yet', () => {
    const visitor = as({ onboarding_status: 'provisional' })
    expect(go('/bookings', { auth: true }, visitor)).toEqual({ path: '/welcome' })
    expect(go('/welcome', { auth: true }, visitor)).toBe(true)
    expect(go('/search', { beforeChoice: true }, visitor)).toBe(true)
    expect(go('/login', { strangers: true }, visitor, '/bookings')).toEqual({
      path: '/welcome',
      query: { next: '/bookings' },
    })
    expect(go('/welcome', { auth: true }, as())).toEqual({ path: '/' })
  })
})

describe('the way to become a provider', () => {
  it('leads back to where it was left, until it is left on purpose', () => {
    expect(go('/', { landing: true }, as(applicant))).toEqual({ path: '/provider/onboarding' })
    expect(go('/', { landing: true }, as(applicant, { leftFunnel: true }))).toBe(true)
    expect(go('/bookings', { auth: true }, as(applicant))).toBe(true)
    expect(go('/provider/onboarding', { auth: true }, as(applicant))).toBe(true)
  })

  it('keeps the workspace for approved providers, whether it was left or not', () => {
    const meta: Demands = { auth: true, workspace: true, roles: ['provider'] }
    const pending = { ...applicant, provider_status: 'pending' as const }
    expect(go('/provider/services', meta, as(applicant, { leftFunnel: true }))).toEqual({
      path: '/provider/onboarding',
    })
    expect(go('/provider/services', meta, as(pending))).toEqual({ path: '/provider/onboarding' })
    expect(go('/', { landing: true }, as(pending))).toBe(true)
    expect(go('/provider/services', meta, as({ ...applicant, provider_status: 'approved' }))).toBe(true)
  })
})

describe('roles', () => {
  it('are looked at last', () => {
    expect(go('/admin', { auth: true, roles: ['admin'] }, as())).toEqual({ path: '/forbidden' })
    expect(go('/admin', { auth: true, roles: ['admin'] }, STRANGER)).toMatchObject({ path: '/login' })
    expect(go('/admin', { auth: true, roles: ['admin'] }, as({ roles: ['user', 'admin'] }))).toBe(true)
  })
})

it.each([
  ['the service of it', '/services/s1', {}, true],
  ['another time of it', '/services/s1/book', {}, true],
  ['the way in', '/login', { strangers: true }, true],
  ['another service', '/services/s2', {}, false],
  ['home', '/', {}, false],
])('what a guest has typed into a booking goes with them to %s', (_where, path, meta, kept) => {
  expect(stillWrites({ serviceId: 's1', owner: null }, { path, meta })).toBe(kept)
  expect(stillWrites({ serviceId: 's1', owner: 'ana' }, { path, meta })).toBe(true)
})
