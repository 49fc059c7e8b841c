/**
 * Where to go after logging in: a path of ours, never another site's address. It is read as the browser will read it,
 * and what comes out is looked at: `/.//there` is a path of ours that says `//there`, which is another site.
 */
export function safeReturn(next: unknown): string | null {
  if (typeof next !== 'string' || !next.startsWith('/') || BEFORE_A_HOST.test(next)) return null
  try {
    const url = new URL(next, location.origin)
    if (url.origin !== location.origin || BEFORE_A_HOST.test(url.pathname)) return null
    return url.pathname + url.search + url.hash
  } catch {
    return null
  }
}

/** Two slashes, of whichever kind, and however they are written: what follows would be a host. */
const BEFORE_A_HOST = /^\/(?:[/\\]|%2f|%5c)/i
