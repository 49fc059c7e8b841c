import { useQueryClient } from '@tanstack/vue-query'
import {
  type Schedule,
  type ScheduleChoice,
  saveSchedule,
  scheduleQuery,
  workspaceKeys,
} from '@/api/workspace'
import { t } from '@/i18n'
import { useSubmit } from '@/lib/form'
import { useToasts } from '@/lib/toasts'

type Part = Partial<Omit<ScheduleChoice, 'version' | 'is_default'>>

/**
 * Saves a part of the schedule, which is kept as a whole: the rest stays as it was loaded. `over` puts the part on top of
 * whatever the schedule is by now, after it was changed elsewhere.
 */
export function useScheduleSave() {
  const queryClient = useQueryClient()
  const toasts = useToasts()

  return useSubmit(async (loaded: Schedule, part: Part, over: boolean) => {
    const known = over ? await queryClient.fetchQuery({ ...scheduleQuery(), staleTime: 0 }) : loaded
    const saved = await saveSchedule({ ...known, ...part })
    queryClient.setQueryData(workspaceKeys.schedule, saved)
    void queryClient.invalidateQueries({ queryKey: ['bookings', 'availability'] })
    toasts.success(t('provider.saved'))
  })
}
