import { onScopeDispose, reactive, watch } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import type { ChosenPlace } from '@/components/PlacePicker.vue'
import { bookingDraft, bookingIntent } from '@/session/memory'
import { useSession } from '@/session/store'
import type { GuestDetails } from './GuestFields.vue'

export interface BookingDraft {
  note: string
  address: string
  place: ChosenPlace | null
  asGuest: boolean
  guest: GuestDetails
}

/**
 * What somebody types into a booking of a service. It is kept, in this tab, where they are called away from it: to log in,
 * to log in again because their session was over, to choose another time. A user finds what is theirs and nobody else's;
 * what a guest typed goes with them into the login that they begin here, and into no other.
 */
export function useBookingDraft(serviceId: string, startsAt: () => string) {
  const session = useSession()
  const draft = reactive(blank())
  let untouched = ''
  let over = false

  function blank(): BookingDraft {
    return {
      note: '',
      address: session.user?.address ?? '',
      place: null,
      asGuest: false,
      guest: { full_name: '', email: '', phone_number: '' },
    }
  }

  function keep(owner: string | null): void {
    if (JSON.stringify(draft) !== untouched) bookingDraft.keep({ serviceId, owner, typed: draft })
  }

  /** Begin anew for whoever is here now, with what is kept for them. */
  function begin(): void {
    const who = session.user?.id ?? null
    Object.assign(draft, blank())
    untouched = JSON.stringify(draft)
    const kept = bookingDraft.read()
    const loggedInFromHere = kept?.owner === null && bookingIntent.read()?.serviceId === serviceId
    if (kept?.serviceId === serviceId && (kept.owner === who || loggedInFromHere)) {
      const typed = kept.typed as BookingDraft
      Object.assign(draft, typed, { address: typed.address || draft.address })
    }
    // What a user typed waits for them to log in again.
    if (who !== null || kept?.owner === null) bookingDraft.forget()
    // They have come back: nothing leads here again by itself.
    if (who !== null) bookingIntent.forget()
  }

  /** It is booked. */
  function finish(): void {
    over = true
    bookingDraft.forget()
    bookingIntent.forget()
  }

  begin()
  // At once, before anything could be drawn for, or sent by, somebody else.
  watch(
    () => session.user?.id,
    (_now, before) => {
      if (before !== undefined && session.expired && !over) keep(before)
      begin()
    },
    { flush: 'sync' },
  )
  onBeforeRouteLeave((to) => {
    if (over) return
    if (to.meta.strangers && !session.user) bookingIntent.keep(serviceId, startsAt())
    if (to.meta.strangers || to.path === `/services/${serviceId}`) keep(session.user?.id ?? null)
  })
  // A reload loses nothing of a user's; a guest's is kept for nobody who may sit here after them.
  const onLeave = () => {
    if (!over && session.user) keep(session.user.id)
  }
  window.addEventListener('pagehide', onLeave)
  onScopeDispose(() => window.removeEventListener('pagehide', onLeave))

  return { draft, finish }
}
