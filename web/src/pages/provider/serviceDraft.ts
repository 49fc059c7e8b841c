import type { Service } from '@/api/catalog'
import type { NewService, Schedule, ServicePatch } from '@/api/workspace'
import type { ChosenPlace } from '@/components/PlacePicker.vue'
import { hasHours } from './setup'

export const CURRENCIES = ['NZD', 'AUD'] as const
export const DURATIONS = [15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480] as const
export const BUFFERS = [0, 10, 15, 30, 45, 60, 90, 120] as const
export const MOST_RADIUS = 500
const DEFAULT_RADIUS = 20
/** Below that, a description says too little to be chosen by. */
const GOOD_DESCRIPTION = 120

/** A service as it is being written: numbers as somebody types them, the place as it was picked. */
export interface ServiceDraft {
  title: string
  description: string
  category: string
  subcategory: string
  price: string
  currency: string
  duration: number
  buffer: number
  instant: boolean
  address: string
  place: ChosenPlace | null
  /** Whether the provider goes to the customer, and how far. */
  comes: boolean
  radius: number
}

export function draftOf(service?: Service, address = ''): ServiceDraft {
  if (service === undefined)
    return {
      title: '',
      description: '',
      category: '',
      subcategory: '',
      price: '',
      currency: 'NZD',
      duration: 60,
      buffer: 0,
      instant: true,
      address,
      place: null,
      comes: true,
      radius: DEFAULT_RADIUS,
    }
  const { suburb, lat, lng } = service.location
  return {
    title: service.title,
    description: service.description,
    category: service.category,
    subcategory: service.subcategory ?? '',
    price: dollars(service.price.amount),
    currency: service.price.currency,
    duration: service.duration_minutes,
    buffer: service.buffer_minutes,
    instant: service.instant_book,
    address: service.location.address ?? '',
    place: { name: suburb, lat, lng },
    comes: service.service_radius_km !== null,
    radius: service.service_radius_km ?? DEFAULT_RADIUS,
  }
}

const dollars = (cents: number): string =>
  cents % 100 === 0 ? String(cents / 100) : (cents / 100).toFixed(2)

/** "85", "85.5" and "1,250.00" as cents; null for what is no price. */
export function cents(text: string): number | null {
  const plain = text
    .trim()
    .replace(/^\$/, '')
    .replace(/,(?=\d{3}\b)/g, '')
  if (!/^\d{1,7}([.,]\d{1,2})?$/.test(plain)) return null
  return Math.round(Number(plain.replace(',', '.')) * 100)
}

export type Missing = 'title' | 'description' | 'category' | 'price' | 'address' | 'place' | 'radius'

/** What a service cannot be saved without. */
export function missingOf(draft: ServiceDraft): Missing[] {
  const wrong: Record<Missing, boolean> = {
    title: draft.title.trim() === '',
    description: draft.description.trim() === '',
    category: draft.category === '',
    price: cents(draft.price) === null,
    address: draft.address.trim() === '',
    place: draft.place === null,
    radius: draft.comes && !(draft.radius > 0 && draft.radius <= MOST_RADIUS),
  }
  return (Object.keys(wrong) as Missing[]).filter((name) => wrong[name])
}

/** The whole of a draft that misses nothing, as the API takes it. */
export function requestOf(draft: ServiceDraft): NewService {
  if (draft.place === null) throw new Error('A service has a place.')
  const { name, lat, lng } = draft.place
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    category: draft.category,
    subcategory: draft.subcategory || null,
    price: { amount: cents(draft.price) ?? 0, currency: draft.currency },
    duration_minutes: draft.duration,
    buffer_minutes: draft.buffer,
    instant_book: draft.instant,
    location: { address: draft.address.trim(), suburb: name, lat, lng },
    service_radius_km: draft.comes ? draft.radius : null,
  }
}

/** Only what differs from the service that was loaded, so that what others changed meanwhile is not undone. */
export function changesOf(draft: ServiceDraft, service: Service): ServicePatch {
  const before = requestOf(draftOf(service))
  return Object.fromEntries(
    Object.entries(requestOf(draft)).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof NewService]),
    ),
  )
}

export interface Check {
  what: 'saved' | 'approved' | 'hours' | 'picture' | 'description'
  /** What must be is in the way of publishing; the rest makes for more bookings. */
  must: boolean
  ok: boolean
}

/** What is in the way of publishing, and what would help. */
export function checksOf(service: Service, unsaved: boolean, schedule: Schedule | undefined): Check[] {
  const mayPublish = service.status === 'published' || service.permissions.includes('publish')
  return [
    { what: 'approved', must: true, ok: mayPublish },
    { what: 'saved', must: true, ok: !unsaved },
    { what: 'hours', must: false, ok: schedule === undefined || hasHours(schedule) },
    { what: 'picture', must: false, ok: service.images.length > 0 },
    { what: 'description', must: false, ok: service.description.length >= GOOD_DESCRIPTION },
  ]
}
