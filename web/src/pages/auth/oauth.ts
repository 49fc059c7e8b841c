import { beginLinking } from '@/api/account'
import { beginOAuth, type OAuthProvider } from '@/api/auth'
import { safeReturn } from '@/lib/return'

const KEPT = 'gigsta:oauth'
const LINKING = 'gigsta:oauth-linking'

/** Where somebody goes after logging in elsewhere; kept meanwhile, since the way back carries nothing of ours. */
export function takeReturn(): string | null {
  const next = safeReturn(sessionStorage.getItem(KEPT))
  sessionStorage.removeItem(KEPT)
  return next
}

export async function goToProvider(provider: OAuthProvider, next: string | null): Promise<void> {
  const { authorization_url } = await beginOAuth(provider)
  sessionStorage.removeItem(LINKING)
  if (next !== null) sessionStorage.setItem(KEPT, next)
  location.assign(authorization_url)
}

/** To add what one is there to the ways into one's account: the same way out, and another errand on the way back. */
export async function goToLink(provider: OAuthProvider): Promise<void> {
  const { authorization_url } = await beginLinking(provider)
  sessionStorage.setItem(LINKING, provider)
  location.assign(authorization_url)
}

/** Whether whoever comes back from that provider had set out to link it. */
export function wasLinking(provider: string): boolean {
  const linking = sessionStorage.getItem(LINKING) === provider
  sessionStorage.removeItem(LINKING)
  return linking
}
