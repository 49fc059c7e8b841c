import type { Service } from '@/api/catalog'
import type { Schedule } from '@/api/workspace'

/** What a provider still has to do before anybody can book them, in the order in which it makes sense. */
export type Task = 'service' | 'publish' | 'hours' | 'picture'

export interface TodoItem {
  task: Task
  to: string
  done: boolean
}

export const hasHours = (schedule: Schedule): boolean =>
  Object.values(schedule.weekly).some((windows) => windows.length > 0)

export function setupOf(services: readonly Service[], schedule: Schedule): TodoItem[] {
  const [first] = services
  const shown = services.filter(({ status }) => status === 'published')
  const edit = first ? `/provider/services/${first.id}` : '/provider/services/new'
  return [
    { task: 'service', to: '/provider/services/new', done: services.length > 0 },
    { task: 'hours', to: '/provider/schedule', done: !schedule.is_default && hasHours(schedule) },
    { task: 'picture', to: edit, done: services.some(({ images }) => images.length > 0) },
    { task: 'publish', to: edit, done: shown.length > 0 },
  ]
}

/** A list to go through is shown until somebody can be booked; later, only what keeps others from booking. */
export function needsSetup(services: readonly Service[], schedule: Schedule): boolean {
  return services.every(({ status }) => status !== 'published') || !hasHours(schedule)
}
