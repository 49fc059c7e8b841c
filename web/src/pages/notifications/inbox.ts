import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { inboxQuery, markAllRead, markRead, type Notification, notificationKeys } from '@/api/notifications'
import { useToasts } from '@/lib/toasts'

type Pages = InfiniteData<{ items: Notification[]; next_cursor: string | null; unread_count: number }>

/** The inbox, in which what is read is shown as read at once. */
export function useInbox() {
  const queryClient = useQueryClient()
  const toasts = useToasts()
  const query = useInfiniteQuery(inboxQuery())
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  const unread = computed(() => items.value.filter((item) => item.read_at === null))

  function show(ids: readonly string[], left: (unread: number) => number): void {
    const read_at = new Date().toISOString()
    queryClient.setQueryData<Pages>(notificationKeys.inbox, (known) => {
      if (!known) return known
      const pages = known.pages.map((page) => ({
        ...page,
        items: page.items.map((item) => (ids.includes(item.id) ? { ...item, read_at } : item)),
      }))
      return { ...known, pages }
    })
    queryClient.setQueryData<number>(notificationKeys.unread, (count) => left(count ?? 0))
  }

  const settle = {
    onError: (error: unknown) => toasts.error(error),
    // What the API knows is the truth, whatever was shown meanwhile.
    onSettled: () => queryClient.invalidateQueries({ queryKey: notificationKeys.all }),
  }
  const one = useMutation({ mutationFn: markRead, ...settle })
  const all = useMutation({ mutationFn: markAllRead, ...settle })

  function read(item: Notification): void {
    if (item.read_at !== null) return
    show([item.id], (count) => Math.max(0, count - 1))
    one.mutate(item.id)
  }

  function readAll(): void {
    show(
      unread.value.map((item) => item.id),
      () => 0,
    )
    all.mutate()
  }
  return { query, items, unread, read, readAll }
}
