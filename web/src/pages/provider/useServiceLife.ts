import { useQueryClient } from '@tanstack/vue-query'
import { shallowRef } from 'vue'
import { catalogKeys, type Service, touchedByService } from '@/api/catalog'
import { type ApiError, asApiError } from '@/api/problem'
import { archiveService, deleteService, publishService } from '@/api/workspace'
import { t } from '@/i18n'
import { useToasts } from '@/lib/toasts'

export type LifeAction = Exclude<Service['permissions'][number], 'edit'>

/** Publishes, archives and deletes services. What is allowed now is said by each service's `permissions`. */
export function useServiceLife() {
  const queryClient = useQueryClient()
  const toasts = useToasts()
  const running = shallowRef<{ id: string; action: LifeAction } | null>(null)
  const problem = shallowRef<ApiError | null>(null)

  async function run(service: Service, action: LifeAction): Promise<boolean> {
    if (running.value) return false
    running.value = { id: service.id, action }
    problem.value = null
    try {
      if (action === 'delete') {
        await deleteService(service.id)
        queryClient.removeQueries({ queryKey: catalogKeys.service(service.id) })
      } else {
        const moved = await (action === 'publish' ? publishService : archiveService)(service.id)
        queryClient.setQueryData(catalogKeys.service(service.id), moved)
      }
      toasts.success(t(`provider.did_${action}`, { title: service.title }))
      return true
    } catch (error) {
      problem.value = asApiError(error)
      return false
    } finally {
      running.value = null
      for (const queryKey of touchedByService)
        if (queryKey[1] !== 'service') void queryClient.invalidateQueries({ queryKey })
    }
  }

  return { run, running, problem }
}
