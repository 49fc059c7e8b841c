import { flushPromises } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Service } from '@/api/catalog'
import { ApiError } from '@/api/problem'
import { anImage, aService } from '../../../tests/services'
import { problem, serve } from '../../../tests/server'
import { refusalOf, useImageUploads } from './useImageUploads'

const send = vi.hoisted(() => vi.fn())
vi.mock('@/lib/upload', () => ({ sendFile: send }))

const picture = (name = 'a.jpg') => new File(['pixels'], name, { type: 'image/jpeg' })
const upload = {
  media_id: 'm1',
  method: 'PUT',
  url: '/api/v1/catalog/uploads/m1?signature=x',
  headers: { 'Content-Type': 'image/jpeg' },
  size_bytes: 6,
  expires_at: '2026-12-01T00:10:00Z',
}
const withImage = aService({ images: [anImage('m1')] })

beforeEach(() => {
  send.mockReset().mockResolvedValue(undefined)
  URL.createObjectURL = () => 'blob:preview'
  URL.revokeObjectURL = () => undefined
})

function begin() {
  const done: Service[] = []
  const takenBack = vi.fn()
  const scope = effectScope()
  const found = scope.run(() =>
    useImageUploads(() => 's1', { done: (service) => done.push(service), takenBack }, 0),
  )
  if (!found) throw new Error('the scope runs')
  return { ...found, done, takenBack, scope }
}

describe('a picture', () => {
  it('is asked for, sent to where that said, and completed', async () => {
    const calls = serve(({ path }) => ({ body: path.endsWith('/complete') ? withImage : upload }))
    const { add, uploads, done } = begin()
    add([picture()])
    await flushPromises()
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /catalog/services/s1/media',
      'POST /catalog/services/s1/media/m1/complete',
    ])
    expect(calls[0]?.body).toEqual({ content_type: 'image/jpeg', size_bytes: 6, alt_text: '' })
    expect(send.mock.calls[0]?.[0]).toEqual(upload)
    expect(done).toEqual([withImage])
    expect(uploads.value).toEqual([])
  })

  it('that takes long to be made is asked for again', async () => {
    let tries = 0
    serve(({ path }) => {
      if (!path.endsWith('/complete')) return { body: upload }
      tries += 1
      return tries < 3 ? problem(409, 'upload_in_progress') : { body: withImage }
    })
    const { add, done } = begin()
    add([picture()])
    await vi.waitFor(() => expect(done).toHaveLength(1))
    expect(tries).toBe(3)
  })

  it('that is not taken says why, gives its room back, and can be tried again', async () => {
    let bad = true
    const calls = serve(({ method, path }) => {
      if (method === 'DELETE') return { status: 204 }
      if (!path.endsWith('/complete')) return { body: upload }
      return bad ? problem(422, 'image_refused') : { body: withImage }
    })
    const { add, uploads, retry, done } = begin()
    add([picture()])
    await flushPromises()
    expect(uploads.value[0]).toMatchObject({ state: 'failed', problem: { detail: 'It is image_refused.' } })
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/catalog/services/s1/media/m1' })
    bad = false
    retry(uploads.value[0]?.id ?? 0)
    await flushPromises()
    expect(done).toHaveLength(1)
  })

  it('can be given up on its way, which is no failure', async () => {
    const calls = serve(({ method }) => (method === 'DELETE' ? { status: 204 } : { body: upload }))
    send.mockImplementation(
      (_target, _file, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
        ),
    )
    const { add, uploads, cancel } = begin()
    add([picture()])
    await flushPromises()
    cancel(uploads.value[0]?.id ?? 0)
    await flushPromises()
    expect(uploads.value).toEqual([])
    expect(calls.at(-1)?.method).toBe('DELETE')
  })

  it('that is given up while it is being fitted is taken off the service again', async () => {
    let fitted: (answer: object) => void = () => undefined
    const calls = serve(({ method, path }) => {
      if (method === 'DELETE') return { status: 204 }
      return path.endsWith('/complete') ? new Promise((resolve) => (fitted = resolve)) : { body: upload }
    })
    const { add, uploads, underWay, cancel, done, takenBack } = begin()
    add([picture()])
    await flushPromises()
    expect([uploads.value[0]?.state, underWay.value]).toEqual(['working', true])
    cancel(uploads.value[0]?.id ?? 0)
    expect(underWay.value).toBe(false)
    fitted({ body: withImage })
    await flushPromises()
    expect(calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/catalog/services/s1/media/m1' })
    expect(done).toEqual([])
    expect(takenBack).toHaveBeenCalledOnce()
  })
})

it('two are sent at a time', async () => {
  serve(() => ({ body: upload }))
  send.mockImplementation(() => new Promise(() => undefined))
  const { add, uploads } = begin()
  add([picture('1'), picture('2'), picture('3')])
  await flushPromises()
  expect(uploads.value.map(({ state }) => state)).toEqual(['sending', 'sending', 'waiting'])
})

it('a lost connection is told as such', async () => {
  serve(({ method }) => (method === 'DELETE' ? { status: 204 } : { body: upload }))
  send.mockRejectedValue(new ApiError(0, 'offline', 'No connection', 'It broke off.'))
  const { add, uploads } = begin()
  add([picture()])
  await flushPromises()
  expect(uploads.value[0]?.problem?.code).toBe('offline')
})

it.each([
  [{ type: 'image/png', size: 10 }, 1, null],
  [{ type: 'image/png', size: 10 }, 0, 'count'],
  [{ type: 'image/gif', size: 10 }, 1, 'type'],
  [{ type: 'image/webp', size: 0 }, 1, 'empty'],
  [{ type: 'image/jpeg', size: 10_000_001 }, 1, 'size'],
])('of %o with room for %i: %s', (file, room, refusal) => {
  expect(refusalOf(file, room)).toBe(refusal)
})
