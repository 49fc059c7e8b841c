import { shallowRef } from 'vue'
import { ApiError } from '@/api/problem'
import { loadAreas } from '@/i18n'

/** By what somebody can show once more that an account is theirs. */
export type Method = 'password' | 'code' | 'passkey'

export interface Question {
  /** Those that the account has; where it has none, only logging in anew will do. */
  methods: Method[]
  answer(shown: boolean): void
}

/** What `OwnerDialog` asks, while it does. */
export const question = shallowRef<Question | null>(null)

/**
 * Do what takes a recent login. Where the last one is too long ago, a dialog asks to show once more who one is, and then
 * it is done again. Whether it was done: it is not where the dialog was closed.
 */
export async function asOwner(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'recent_login_required') throw error
    if (!(await ask((error.more.methods ?? []) as Method[]))) return false
    await work()
  }
  return true
}

async function ask(methods: Method[]): Promise<boolean> {
  await loadAreas(['account', 'auth'])
  question.value?.answer(false)
  return new Promise((resolve) => {
    question.value = {
      methods,
      answer: (shown) => {
        question.value = null
        resolve(shown)
      },
    }
  })
}
