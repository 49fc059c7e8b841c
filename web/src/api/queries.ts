import { QueryClient } from '@tanstack/vue-query'
import { asApiError } from './problem'

const TRIES = 2

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // What cannot get better by itself is shown at once.
        retry: (failures, error) => failures < TRIES && asApiError(error).isPassing,
      },
      mutations: { retry: false },
    },
  })
}
