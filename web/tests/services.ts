import type { Service } from '@/api/catalog'
import type { Schedule } from '@/api/workspace'

export function anImage(id: string): Service['images'][number] {
  const size = { url: `/api/v1/catalog/images/${id}.webp`, width: 320, height: 240 }
  return { id, alt_text: '', width: 320, height: 240, small: size, medium: size, large: size }
}

export function aService(changes: Partial<Service> = {}): Service {
  return {
    id: 's1',
    version: 4,
    status: 'draft',
    provider_id: 'u1',
    provider_name: 'Harbour Home Services',
    title: 'Flat-pack assembly',
    description: 'We put it together.',
    category: 'handyman',
    subcategory: null,
    price: { amount: 8500, currency: 'NZD' },
    duration_minutes: 90,
    buffer_minutes: 15,
    instant_book: true,
    location: { address: '1 Queen Street', suburb: 'Ponsonby', lat: -36.85, lng: 174.74, approximate: false },
    service_radius_km: 20,
    images: [],
    rating: { average: null, weighted: null, count: 0 },
    created_at: '2026-11-01T00:00:00Z',
    updated_at: '2026-11-01T00:00:00Z',
    permissions: ['edit', 'publish', 'delete'],
    moderation: [],
    ...changes,
  }
}

const office = [{ start: '09:00', end: '17:00' }]

export function aSchedule(changes: Partial<Schedule> = {}): Schedule {
  return {
    timezone: 'Pacific/Auckland',
    weekly: {
      monday: office,
      tuesday: office,
      wednesday: office,
      thursday: office,
      friday: office,
      saturday: [],
      sunday: [],
    },
    exceptions: [],
    buffer_before_minutes: 0,
    buffer_after_minutes: 0,
    minimum_notice_minutes: 120,
    horizon_days: 60,
    slot_interval_minutes: 30,
    max_bookings_per_day: null,
    is_default: false,
    version: 3,
    ...changes,
  }
}
