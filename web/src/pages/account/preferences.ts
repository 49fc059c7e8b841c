import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { notificationKeys, type Preferences, preferencesQuery, savePreferences } from '@/api/notifications'
import { useToasts } from '@/lib/toasts'

/**
 * How somebody wants to be told. A change is shown at once, and taken back where it could not be saved; changes are
 * sent one after the other, since each replaces everything.
 */
export function usePreferences() {
  const queryClient = useQueryClient()
  const toasts = useToasts()
  const key = notificationKeys.preferences
  const query = useQuery(preferencesQuery())

  const saving = useMutation({
    scope: { id: 'preferences' },
    mutationFn: savePreferences,
    onMutate: async (next) => {
      await queryClient.cancelQueries({ queryKey: key })
      const before = queryClient.getQueryData<Preferences>(key)
      queryClient.setQueryData(key, next)
      return before
    },
    onError: (error, _next, before) => {
      queryClient.setQueryData(key, before)
      toasts.error(error)
    },
  })

  function change(part: Partial<Preferences>): Promise<Preferences> {
    const now = queryClient.getQueryData<Preferences>(key)
    const mail = { bookings: true, reminders: true, ratings: true }
    return saving.mutateAsync({ mail, ...now, ...part })
  }
  return { query, preferences: query.data, change, saving: saving.isPending }
}
