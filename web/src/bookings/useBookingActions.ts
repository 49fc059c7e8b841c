import { useQueryClient } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, ref, toValue } from 'vue'
import { type ActionRequest, type Booking, type BookingAction, bookingKeys, takeAction } from '@/api/bookings'
import { idempotencyKey } from '@/api/client'
import { ApiError, asApiError } from '@/api/problem'
import { ACTION_UI_METADATA, type ActionUi, DEFAULT_ACTION_UI } from './actionMetadata'

/** An action as the backend offers it, with the looks and behaviour that this app adds. */
export interface UiAction extends BookingAction {
  ui: ActionUi
  buttonClass: string
  /** Whether a dialog opens first: to confirm, or to ask for what is needed. */
  needsDialog: boolean
}

export type ActionInput = Pick<ActionRequest, 'reason' | 'starts_at'>

const BUTTONS: Record<ActionUi['style'], string> = {
  primary: 'btn-primary',
  secondary: 'btn-outline border-base-300',
  quiet: 'btn-ghost',
  danger: 'btn-outline btn-error',
}
const ORDER: ActionUi['style'][] = ['primary', 'secondary', 'quiet', 'danger']

export function withLooks(action: BookingAction): UiAction {
  const known = ACTION_UI_METADATA[action.action_name] ?? {}
  const byDefault = {
    ...DEFAULT_ACTION_UI,
    style: action.is_critical ? ('danger' as const) : DEFAULT_ACTION_UI.style,
  }
  const ui = { ...byDefault, ...known }
  const mustAsk = action.requires_reason || action.requires_time
  const risky = action.is_critical || action.consequence !== null
  return {
    ...action,
    ui,
    buttonClass: BUTTONS[ui.style],
    needsDialog: mustAsk || ui.confirm === 'always' || (ui.confirm === 'auto' && risky),
  }
}

/** What may be done with a booking now, and the way to do it. `key` is for guests: the secret of their link. */
export function useBookingActions(
  booking: MaybeRefOrGetter<Booking>,
  key?: MaybeRefOrGetter<string | undefined>,
) {
  const queryClient = useQueryClient()
  const running = ref<string | null>(null)
  const problem = ref<ApiError | null>(null)
  /** One attempt keeps its name until it has an answer, so that sending it again does not do it twice. */
  let attempt: { of: string; key: string } | null = null

  const actions = computed(() =>
    toValue(booking)
      .available_actions.map(withLooks)
      .sort((one, other) => rank(one) - rank(other)),
  )

  /** Returns the booking as it is afterwards, or null where it did not work; `problem` says why. */
  async function run(action: UiAction, input: ActionInput = {}): Promise<Booking | null> {
    const current = toValue(booking)
    const request = requestFor(action, input, current)
    const sameAttempt = JSON.stringify([current.id, current.version, action.action_name, request])
    if (attempt?.of !== sameAttempt) attempt = { of: sameAttempt, key: idempotencyKey() }
    running.value = action.action_name
    problem.value = null
    try {
      const moved = await takeAction(current, action.action_name, request, {
        key: toValue(key),
        attempt: attempt.key,
      })
      attempt = null
      queryClient.setQueryData(bookingKeys.one(current.id), moved)
      void queryClient.invalidateQueries({ queryKey: bookingKeys.lists })
      return moved
    } catch (error) {
      problem.value = asApiError(error)
      // The booking moved on meanwhile: what may be done now is another matter.
      if (problem.value.status === 409)
        void queryClient.invalidateQueries({ queryKey: bookingKeys.one(current.id) })
      return null
    } finally {
      running.value = null
    }
  }

  return { actions, run, running, problem, clear: () => (problem.value = null) }
}

/** What can be done comes before what cannot, and the likeliest before what is drastic. */
function rank(action: UiAction): number {
  return ORDER.indexOf(action.ui.style) + (action.enabled ? 0 : ORDER.length)
}

/** The backend refuses what an action does not take, so only what was asked for is sent. */
function requestFor(action: UiAction, input: ActionInput, booking: Booking): Omit<ActionRequest, 'version'> {
  const reason = input.reason?.trim()
  return {
    ...(reason ? { reason } : {}),
    ...(action.requires_time ? { starts_at: input.starts_at } : {}),
    ...(action.about_proposal ? { proposal_version: booking.proposal?.version } : {}),
  }
}
