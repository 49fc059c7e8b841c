import { ApiError, errorOf } from './problem'

const TIMEOUT_MS = 15_000
const UPLOAD_TIMEOUT_MS = 60_000

/** Where access tokens come from; the session registers itself, so that this layer knows nothing of it. */
export interface TokenSource {
  /** A token that is good for a while yet, or null for somebody who is not logged in. */
  current(): Promise<string | null>
  /** After the API refused this one: another, or null. */
  replace(refused: string): Promise<string | null>
}

let tokens: TokenSource = { current: async () => null, replace: async () => null }

export function useTokens(source: TokenSource): void {
  tokens = source
}

/** Paths that log in, refresh, or go by the secret of a mail: they neither need a token nor wait for one. */
const WITHOUT_TOKEN =
  /\/api\/v1\/(auth\/(login|refresh|register|verify-email|forgot-password|reset-password|confirm-email|passkeys\/(request-options|login)|oauth|guests)|bookings\/mail-link|notifications\/unsubscribe)/

/** Send a request of a generated client. Throws ApiError for everything that is not a success. */
export const send = (request: Request): Promise<Response> => exchange(request, timeoutOf(request))

/**
 * The same for an answer that has no end, such as a stream of events: whoever reads it gives up, by the signal of the
 * request, when nothing comes any more.
 */
export const open = (request: Request): Promise<Response> => exchange(request, null)

async function exchange(request: Request, timeoutMs: number | null): Promise<Response> {
  const creates = request.method === 'POST' && !request.headers.has('Idempotency-Key')
  if (creates) request.headers.set('Idempotency-Key', crypto.randomUUID())
  const token = WITHOUT_TOKEN.test(request.url) ? null : await tokens.current()
  const spare = token === null ? null : request.clone()
  let response = await once(request, token, timeoutMs)
  if (response.status === 401 && token !== null && spare !== null) {
    const other = await tokens.replace(token)
    if (other !== null) response = await once(spare, other, timeoutMs)
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

async function once(request: Request, token: string | null, timeoutMs: number | null): Promise<Response> {
  if (token !== null) request.headers.set('Authorization', `Bearer ${token}`)
  const timeout = timeoutMs === null ? null : AbortSignal.timeout(timeoutMs)
  const signal = timeout === null ? request.signal : AbortSignal.any([request.signal, timeout])
  try {
    return await fetch(request, { signal })
  } catch (error) {
    if (request.signal.aborted) throw error
    if (timeout?.aborted)
      throw new ApiError(0, 'timeout', 'That took too long', 'There was no answer in time. Try again.')
    throw new ApiError(
      0,
      'offline',
      'No connection',
      'GigSta could not be reached. Check your connection and try again.',
    )
  }
}

function timeoutOf(request: Request): number {
  const isUpload = request.headers.get('content-type')?.startsWith('multipart/') ?? false
  return isUpload ? UPLOAD_TIMEOUT_MS : TIMEOUT_MS
}
