import { beforeEach, describe, expect, it, vi } from 'vitest'
import { changePassword } from '@/api/account'
import { problem, serve } from '../../tests/server'
import { asOwner, question } from './owner'

const work = () => changePassword({ new_password: 'a few good words' })
const refusal = problem(403, 'recent_login_required', { methods: ['password', 'passkey'] })

beforeEach(() => {
  question.value = null
})

describe('what takes a recent login', () => {
  it('is done at once where there is one', async () => {
    const calls = serve(() => ({ status: 204 }))
    await expect(asOwner(work)).resolves.toBe(true)
    expect(calls).toHaveLength(1)
    expect(question.value).toBeNull()
  })

  it('is done again, as another attempt, once its owner has shown who they are', async () => {
    let proven = false
    const calls = serve(() => (proven ? { status: 204 } : refusal))
    const done = asOwner(work)
    await vi.waitFor(() => expect(question.value?.methods).toEqual(['password', 'passkey']))
    proven = true
    question.value?.answer(true)
    await expect(done).resolves.toBe(true)
    expect(question.value).toBeNull()
    const [one, other] = calls.map(({ headers }) => headers.get('Idempotency-Key'))
    expect(one).not.toBe(other)
  })

  it('is left alone where the dialog is closed', async () => {
    const calls = serve(() => refusal)
    const done = asOwner(work)
    await vi.waitFor(() => expect(question.value).not.toBeNull())
    question.value?.answer(false)
    await expect(done).resolves.toBe(false)
    expect(calls).toHaveLength(1)
  })

  it('fails as anything else does', async () => {
    serve(() => problem(409, 'last_admin'))
    await expect(asOwner(work)).rejects.toMatchObject({ code: 'last_admin' })
    expect(question.value).toBeNull()
  })
})
