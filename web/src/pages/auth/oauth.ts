import { beginOAuth, type OAuthProvider } from '@/api/auth'
import { safeReturn } from '@/lib/return'

const KEPT = 'gigsta:oauth'

/** Where somebody goes after logging in elsewhere; kept meanwhile, since the way back carries nothing of ours. */
export function takeReturn(): string | null {
  const next = safeReturn(sessionStorage.getItem(KEPT))
  sessionStorage.removeItem(KEPT)
  return next
}

export async function goToProvider(provider: OAuthProvider, next: string | null): Promise<void> {
  const { authorization_url } = await beginOAuth(provider)
  if (next !== null) sessionStorage.setItem(KEPT, next)
  location.assign(authorization_url)
}
