import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { availabilityQuery } from '@/api/bookings'
import { sameClock, viewerZone } from '@/lib/format'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const MINUTE_MS = 60_000

/** What an address says of the time to book. */
export function timeIn(text: string | undefined, now = Date.now()): 'ahead' | 'over' | 'none' {
  if (text === undefined || !INSTANT.test(text)) return 'none'
  const at = Date.parse(text)
  return Number.isNaN(at) ? 'none' : at > now ? 'ahead' : 'over'
}

/** The time that somebody is about to book: whether it is still free, and the provider's zone where the clock differs. */
export function useChosenTime(chosen: () => { serviceId: string; startsAt: string }) {
  const query = useQuery(
    computed(() => {
      const { serviceId, startsAt } = chosen()
      const ahead = timeIn(startsAt) === 'ahead'
      const until = ahead ? new Date(Date.parse(startsAt) + MINUTE_MS).toISOString() : ''
      return { ...availabilityQuery({ serviceId }, startsAt, until), enabled: ahead }
    }),
  )
  const zone = computed(() => {
    const theirs = query.data.value?.timezone
    return theirs && !sameClock(chosen().startsAt, viewerZone(), theirs) ? theirs : null
  })
  const taken = computed(() => {
    const at = Date.parse(chosen().startsAt)
    return query.data.value?.items.every(({ starts_at }) => Date.parse(starts_at) !== at) === true
  })
  return { zone, taken }
}
