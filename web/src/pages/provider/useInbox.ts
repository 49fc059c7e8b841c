import { useQueries, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { type Booking, bookingQuery } from '@/api/bookings'
import { ownBookingsQuery } from '@/api/workspace'
import { byUrgency, LIVE, mayWait, type Waiting, waitsFor } from './agenda'

export interface InboxItem {
  booking: Booking
  waiting: Waiting
}

const EVERY_MINUTE = 60_000

/** A provider's live bookings, and those among them that wait for an answer, the most urgent first. */
export function useInbox() {
  // The other side may act at any moment; the stream of notifications asks sooner, this asks in any case.
  const list = useQuery({ ...ownBookingsQuery({ status: LIVE }), refetchInterval: EVERY_MINUTE })
  const live = computed(() => list.data.value?.items ?? [])
  const candidates = computed(() => live.value.filter((booking) => mayWait(booking, Date.now())))
  const details = useQueries({
    queries: computed(() =>
      candidates.value.map(({ id }) => ({ ...bookingQuery(id), refetchInterval: EVERY_MINUTE })),
    ),
  })
  const items = computed<InboxItem[]>(() =>
    details.value
      .flatMap(({ data }) => {
        const waiting = data ? waitsFor(data, Date.now()) : null
        return data && waiting ? [{ booking: data, waiting }] : []
      })
      .sort((one, other) => byUrgency(one.booking, other.booking)),
  )
  const pending = computed(
    () =>
      list.isPending.value || (items.value.length === 0 && details.value.some(({ isPending }) => isPending)),
  )
  const error = computed(() => list.error.value ?? details.value.find((one) => one.error)?.error ?? null)
  const fetching = computed(() => list.isFetching.value || details.value.some(({ isFetching }) => isFetching))

  function retry(): void {
    void list.refetch()
    for (const one of details.value) if (one.isError) void one.refetch()
  }

  return { live, items, pending, error, fetching, retry }
}
