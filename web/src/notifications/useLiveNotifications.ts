import { type QueryClient, useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { bookingKeys } from '@/api/bookings'
import { type Notification, notificationKeys } from '@/api/notifications'
import { ratingKeys } from '@/api/ratings'
import { useToasts } from '@/lib/toasts'
import { useSession } from '@/session/store'

/** What is older was missed, and is found in the inbox: a toast for it would be no news. */
const FRESH_MS = 2 * 60_000
/** When what there is is asked for without knowing that nothing will be missed after it. */
const PATIENCE_MS = 3_000

/** Whatever is shown of what a notification is about is asked for again. */
export function refreshAbout(
  queryClient: QueryClient,
  { kind, data }: Pick<Notification, 'kind' | 'data'>,
): void {
  const again = (queryKey: readonly string[]) => void queryClient.invalidateQueries({ queryKey })
  again(notificationKeys.all)
  if (data.booking_id) {
    again(bookingKeys.one(data.booking_id))
    again(bookingKeys.lists)
    again(ratingKeys.booking(data.booking_id))
  }
  if (kind.startsWith('rating.')) again(ratingKeys.all)
}

/**
 * As long as the caller is there, what happens to this user is shown as it happens. Answers whether it is heard already:
 * what is asked for then need not be asked for again.
 */
export function useLiveNotifications(userId: string): Readonly<Ref<boolean>> {
  const queryClient = useQueryClient()
  const router = useRouter()
  const session = useSession()
  const toasts = useToasts()
  const stop = new AbortController()
  const heard = ref(false)
  const late = setTimeout(() => (heard.value = true), PATIENCE_MS)
  onScopeDispose(() => {
    stop.abort()
    clearTimeout(late)
  })

  function tell(item: Notification): void {
    refreshAbout(queryClient, item)
    // What somebody may do is in the access token: an approved provider gets another one at once.
    if (item.kind.startsWith('provider.')) void session.refresh().catch(() => null)
    const isNews = Date.now() - Date.parse(item.created_at) < FRESH_MS
    const isSeen = router.currentRoute.value.path === '/notifications'
    if (isNews && !isSeen && document.visibilityState === 'visible') toasts.info(item.title, item.link)
  }

  function ready(): void {
    void queryClient.invalidateQueries({ queryKey: notificationKeys.all })
    heard.value = true
  }

  // Nobody waits for it, and strangers never load it.
  void import('./tabs').then(({ listen }) => listen(userId, { ready, item: tell }, stop.signal))
  return readonly(heard)
}
