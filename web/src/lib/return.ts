/** Where to go after logging in: a path of ours, never another site's address. */
export function safeReturn(next: unknown): string | null {
  if (typeof next !== 'string' || !next.startsWith('/') || /^\/[/\\]/.test(next)) return null
  try {
    const url = new URL(next, 'https://here.invalid')
    return url.origin === 'https://here.invalid' ? url.pathname + url.search + url.hash : null
  } catch {
    return null
  }
}
