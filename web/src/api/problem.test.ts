import { describe, expect, it } from 'vitest'
import { errorOf } from './problem'

const answer = (body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: 503, headers })

describe('an answer that is an error', () => {
  it('says what its problem document says', async () => {
    const body = {
      status: 503,
      code: 'down',
      title: 'Down',
      detail: 'Down for a moment.',
      request_id: 'r-1',
      mfa_token: 'm',
    }
    const error = await errorOf(answer(body, { 'retry-after': '7' }))
    expect(error).toMatchObject({
      status: 503,
      code: 'down',
      title: 'Down',
      detail: 'Down for a moment.',
      requestId: 'r-1',
      retryAfter: 7,
    })
    expect(error.more.mfa_token).toBe('m')
  })

  it('says what is wrong with fields as people do', async () => {
    const errors = [
      { field: 'phone_number', message: 'must be a phone number' },
      { field: 'email', message: 'Too long.' },
    ]
    const error = await errorOf(answer({ detail: 'The request does not validate: phone_number.', errors }))
    expect(error.field('phone_number')).toBe('Must be a phone number.')
    expect(error.detail).toBe('Must be a phone number. Too long.')
  })

  it.each([
    ['nothing', ''],
    ['a page', '<h1>Bad gateway</h1>'],
    ['null', null],
    ['a list', [1]],
    ['a text', '"down"'],
    ['an empty object', {}],
    ["a proxy's own", { message: 'Service Unavailable' }],
    ['members of other types', { code: 1, title: null, detail: {}, request_id: 5, errors: 'str' }],
    ['empty words', { title: '', detail: '  ' }],
    ['errors that are none', { errors: [null, 'x', { field: 'email' }, { field: 1, message: 'x' }] }],
  ])('has words and can be asked for its fields where it is %s', async (_name, body) => {
    const error = await errorOf(answer(body, { 'x-request-id': 'r-2' }))
    expect(error.title).toBe('Something went wrong')
    expect(error.detail).toBe('The answer could not be read.')
    expect(error.code).toBe('unreadable')
    expect(error.requestId).toBe('r-2')
    expect(error.isPassing).toBe(true)
    expect(error.field('email')).toBeUndefined()
  })
})
