import { vi } from 'vitest'

export interface Call {
  method: string
  path: string
  headers: Headers
  body: unknown
}

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> }

/** Stands in for the API: `answer` sees each request and says what comes back. */
export function serve(answer: (call: Call) => Answer | Promise<Answer>): Call[] {
  const calls: Call[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.clone().text()
    const url = new URL(request.url)
    const call = {
      method: request.method,
      path: url.pathname.replace('/api/v1', '') + url.search,
      headers: request.headers,
      body: text ? (JSON.parse(text) as unknown) : undefined,
    }
    calls.push(call)
    const { status = 200, body, headers } = await answer(call)
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers })
  })
  return calls
}

export function problem(status: number, code: string, more: object = {}): Answer {
  const body = {
    type: 'about:blank',
    title: code,
    status,
    detail: `It is ${code}.`,
    code,
    request_id: 'r-1',
    ...more,
  }
  return { status, body }
}
