import { shallowRef } from 'vue'
import { type ApiError, asApiError } from '@/api/problem'

/** One thing that a form does: busy while it does it, and what went wrong. */
export function useSubmit<Input extends unknown[]>(work: (...input: Input) => Promise<unknown>) {
  const busy = shallowRef(false)
  const problem = shallowRef<ApiError | null>(null)

  /** Whether it worked. */
  async function submit(...input: Input): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await work(...input)
      return true
    } catch (error) {
      problem.value = asApiError(error)
      return false
    } finally {
      busy.value = false
    }
  }

  /** What is wrong with a field. */
  const wrong = (field: string) => problem.value?.field(field)
  return { busy, problem, submit, wrong }
}
