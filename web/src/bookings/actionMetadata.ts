import {
  BadgeCheck,
  CalendarCheck,
  CalendarClock,
  CalendarX,
  Check,
  CheckCheck,
  CircleDot,
  CircleX,
  Gavel,
  MailCheck,
  MessageSquareText,
  Play,
  Scale,
  Undo2,
  UserX,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { MessageKey } from '@/i18n/keys'

/** How an action looks and behaves. What it means, and who may do it when, is the backend's alone. */
export interface ActionUi {
  icon: Component
  style: 'primary' | 'secondary' | 'quiet' | 'danger'
  /** `auto` asks first where the action is critical, costs something or needs a reason. */
  confirm: 'always' | 'auto' | 'never'
  /** What the confirmation adds in words of its own; the consequence comes from the backend. */
  explain?: MessageKey
  /** The confirmation has room for a reason, although nobody asks for one. */
  reason?: boolean
}

/** For any action that this app has never heard of. It gets a button that works. */
export const DEFAULT_ACTION_UI: ActionUi = { icon: CircleDot, style: 'secondary', confirm: 'auto' }

export const ACTION_UI_METADATA: Readonly<Record<string, Partial<ActionUi>>> = {
  verify_guest: { icon: MailCheck, style: 'primary', confirm: 'never' },
  accept: { icon: Check, style: 'primary', confirm: 'never' },
  decline: { icon: CircleX, style: 'danger', explain: 'actions.explainDecline' },
  withdraw: { icon: Undo2, style: 'danger', explain: 'actions.explainWithdraw' },
  change_time: { icon: CalendarClock, confirm: 'always' },
  cancel: { icon: CalendarX, style: 'danger', confirm: 'always' },
  propose_reschedule: {
    icon: CalendarClock,
    confirm: 'always',
    explain: 'actions.explainPropose',
    reason: true,
  },
  accept_reschedule: { icon: CalendarCheck, style: 'primary' },
  decline_reschedule: { icon: CircleX },
  withdraw_reschedule: { icon: Undo2, style: 'quiet' },
  start: { icon: Play, style: 'primary', confirm: 'never' },
  complete: { icon: CheckCheck, style: 'primary', confirm: 'always', explain: 'actions.explainComplete' },
  unable_to_complete: { icon: CircleX, style: 'danger' },
  confirm_completion: {
    icon: BadgeCheck,
    style: 'primary',
    confirm: 'always',
    explain: 'actions.explainConfirm',
  },
  report_no_show: { icon: UserX, style: 'danger', explain: 'actions.explainNoShow' },
  retract_no_show: { icon: Undo2 },
  contest_no_show: { icon: Scale, style: 'primary', confirm: 'always', reason: true },
  open_dispute: { icon: Scale, style: 'quiet', explain: 'actions.explainDispute' },
  respond_to_dispute: { icon: MessageSquareText, style: 'primary', confirm: 'always' },
  withdraw_dispute: { icon: Undo2, style: 'quiet', confirm: 'always', reason: true },
  resolve_completed: { icon: Gavel, style: 'primary' },
  resolve_cancelled: { icon: Gavel },
  resolve_failed: { icon: Gavel },
}
