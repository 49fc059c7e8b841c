import { ApiError } from '@/api/problem'

const TIMEOUT_MS = 120_000

export interface UploadTarget {
  method: string
  url: string
  headers: Record<string, string>
}

/** Sends a file to where it was said to go. By XMLHttpRequest, which alone tells how far an upload is. */
export function sendFile(
  target: UploadTarget,
  file: Blob,
  on: { progress: (share: number) => void; signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(target.method, target.url)
    request.timeout = TIMEOUT_MS
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      on.progress(total ? loaded / total : 0),
    )
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve()
      else reject(problemOf(request))
    })
    request.addEventListener('error', () =>
      reject(
        new ApiError(
          0,
          'offline',
          'No connection',
          'The upload broke off. Check your connection and try again.',
        ),
      ),
    )
    request.addEventListener('timeout', () =>
      reject(new ApiError(0, 'timeout', 'That took too long', 'The upload took too long. Try again.')),
    )
    request.addEventListener('abort', () =>
      reject(new DOMException('The upload was given up.', 'AbortError')),
    )
    on.signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

/** Our own storage says why in JSON; others do not. */
function problemOf(request: XMLHttpRequest): ApiError {
  try {
    const said = JSON.parse(request.responseText) as Record<string, string>
    if (said.code && said.title && said.detail)
      return new ApiError(request.status, said.code, said.title, said.detail, said.request_id ?? null)
  } catch {
    // Then only the status is known.
  }
  return new ApiError(request.status, 'upload_refused', 'Not taken', 'The upload was not taken. Try again.')
}
