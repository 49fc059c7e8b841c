import type { User } from './tabs'

/** What a route asks of its visitor; see `RouteMeta` in src/router/index.ts. */
export interface Demands {
  /** Only for people who are logged in. */
  auth?: boolean
  /** Only for strangers: logging in, registering. */
  strangers?: boolean
  /** Where a mail or another site leads in the midst of registering or logging in. */
  entry?: boolean
  /** Open to people who have not yet chosen what they want to be here. */
  beforeChoice?: boolean
  /** A page of the provider's workspace, for approved providers. */
  workspace?: boolean
  /** A landing place, from which somebody half-way through something is led back to it. */
  landing?: boolean
  /** Any of these will do. */
  roles?: readonly ('user' | 'provider' | 'admin')[]
}

export interface Visitor {
  user: User | null
  /** A booking that was begun before logging in. */
  intent: { serviceId: string; startsAt: string } | null
  /** The provider's onboarding was left for now. */
  leftFunnel: boolean
}

export type Verdict = true | { path: string; query?: Record<string, string> }

export const PATHS = {
  login: '/login',
  verify: '/verify-email',
  choice: '/welcome',
  funnel: '/provider/onboarding',
  workspace: '/provider',
  admin: '/admin',
  forbidden: '/forbidden',
} as const

/** Where somebody's work is, once they are logged in and nothing said where they were going. */
function landingOf({ roles, provider_status }: User): string {
  if (roles.includes('admin')) return PATHS.admin
  return roles.includes('provider') && provider_status === 'approved' ? PATHS.workspace : '/'
}

const bookPage = ({ serviceId }: { serviceId: string }): string =>
  `/services/${encodeURIComponent(serviceId)}/book`

/**
 * Whether a stranger who goes from one page to another still means the booking that they had begun: along the way in,
 * where that led off from its page. Whoever looks elsewhere has let it go, and no later login leads there.
 */
export function stillMeans(
  intent: { serviceId: string },
  to: { meta: Demands; next: string | null },
  from: { path: string; meta: Demands },
): boolean {
  if (to.meta.entry) return true
  if (!to.meta.strangers) return false
  const page = bookPage(intent)
  return from.path === page || to.next?.split('?')[0] === page || !!from.meta.strangers || !!from.meta.entry
}

/**
 * Whether a guest who goes to a page is still about the booking that they have begun to write: looking at its service, or
 * along the way in. Else what they typed is kept for nobody who may sit here after them. A user's waits for that user.
 */
export function stillWrites(
  draft: { serviceId: string; owner: string | null },
  to: { path: string; meta: Demands },
): boolean {
  if (draft.owner !== null || to.meta.entry || to.meta.strangers) return true
  return to.path === `/services/${draft.serviceId}` || to.path === bookPage(draft)
}

/**
 * Whether somebody may go to a page, or where they go instead. The order is part of the contract: authentication,
 * verified address, booking intent, onboarding choice, provider funnel (with its way out), roles.
 */
export function decide(
  to: { path: string; fullPath: string; meta: Demands; next: string | null },
  visitor: Visitor,
): Verdict {
  const { meta } = to
  const { user, intent } = visitor

  if (user === null) return meta.auth ? { path: PATHS.login, query: { next: to.fullPath } } : true

  if (!user.email_verified) {
    if (to.path === PATHS.verify) return true
    if (meta.auth || meta.strangers) return { path: PATHS.verify }
    return true
  }

  if (intent && (meta.landing || meta.strangers || to.path === PATHS.choice)) {
    return { path: bookPage(intent), query: { starts_at: intent.startsAt } }
  }

  if (user.onboarding_status === 'provisional') {
    if (to.path === PATHS.choice) return true
    if (!meta.beforeChoice) return { path: PATHS.choice, ...(to.next ? { query: { next: to.next } } : {}) }
  }

  // Wherever a login would have led, somebody who is logged in already is led at once.
  if (meta.strangers) return { path: to.next ?? landingOf(user) }
  if (to.path === PATHS.choice && user.onboarding_status === 'complete') return { path: '/' }

  if (user.roles.includes('provider') && user.provider_status !== 'approved' && to.path !== PATHS.funnel) {
    const unfinished = user.provider_status === 'not_applied'
    if (meta.workspace) return { path: PATHS.funnel }
    if (meta.landing && unfinished && !visitor.leftFunnel) return { path: PATHS.funnel }
  }

  if (meta.roles && !meta.roles.some((role) => user.roles.includes(role))) return { path: PATHS.forbidden }
  return true
}
