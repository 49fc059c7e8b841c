import { Bell, CalendarDays, Clock, ShieldCheck, Star, Store } from '@lucide/vue'
import type { Component } from 'vue'

const ICONS: Record<string, Component> = {
  booking: CalendarDays,
  reminder: Clock,
  rating: Star,
  provider: Store,
  user: ShieldCheck,
}

/** `booking.confirmed` looks like everything about bookings; kinds may come that this app does not know. */
export const iconOf = (kind: string): Component => ICONS[kind.split('.')[0] ?? ''] ?? Bell
