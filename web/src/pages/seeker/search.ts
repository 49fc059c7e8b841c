import type { LocationQuery } from 'vue-router'
import type { ServiceFilter } from '@/api/catalog'
import type { NearbyFilter } from '@/api/geo'
import type { ChosenPlace } from '@/components/PlacePicker.vue'

export const RADII = [5, 10, 25, 50, 100] as const
export const SORTS = ['relevance', 'distance', 'rating', 'price', 'newest'] as const
/** The API takes no price beyond it. */
const MOST_DOLLARS = 10_000_000
export type Sort = (typeof SORTS)[number]

/** What somebody is looking for. It lives in the address, so that it can be kept, sent and gone back to. */
export interface Search {
  q: string
  place: ChosenPlace | null
  category: string | null
  radius: number
  maxPrice: number | null
  minRating: number | null
  sort: Sort | null
  /** On a small screen: the map instead of the list. */
  onMap: boolean
}

const number = (value: unknown): number | null => {
  const read = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isFinite(read) ? read : null
}
const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most)
/** A limit that leaves something out; null for one that is none, or that nothing could keep to. */
const limit = (value: unknown, most: number): number | null => {
  const read = number(value)
  return read !== null && read > 0 && read <= most ? read : null
}
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export function searchOf(query: LocationQuery): Search {
  const [lat, lng] = [number(query.lat), number(query.lng)]
  const inRange = lat !== null && lng !== null && Math.abs(lat) <= 90 && Math.abs(lng) <= 180
  const sort = SORTS.find((each) => each === query.sort) ?? null
  return {
    q: text(query.q).slice(0, 100),
    place: inRange ? { name: text(query.place) || `${lat}, ${lng}`, lat, lng } : null,
    category: /^[a-z0-9-]{1,60}$/.test(text(query.category)) ? text(query.category) : null,
    radius: within(number(query.radius) ?? 25, 1, 200),
    maxPrice: limit(query.max_price, MOST_DOLLARS),
    minRating: limit(query.min_rating, 5),
    sort,
    onMap: query.view === 'map',
  }
}

export function queryOf(search: Search): Record<string, string | undefined> {
  const { place } = search
  return {
    q: search.q || undefined,
    ...(place ? { place: place.name, lat: String(place.lat), lng: String(place.lng) } : {}),
    category: search.category ?? undefined,
    radius: place && search.radius !== 25 ? String(search.radius) : undefined,
    max_price: search.maxPrice?.toString(),
    min_rating: search.minRating?.toString(),
    sort: search.sort ?? undefined,
    view: search.onMap ? 'map' : undefined,
  }
}

/** The smallest radius on offer that holds what a map shows. */
export const radiusFor = (km: number): number => RADII.find((radius) => radius >= km) ?? 200

/** With a place, what is near it is asked for; prices are in dollars here and in cents there. */
export function nearbyFilter(search: Search & { place: ChosenPlace }): NearbyFilter {
  const sort = search.sort === 'rating' || search.sort === 'price' ? search.sort : 'distance'
  return { lat: search.place.lat, lng: search.place.lng, radius_km: search.radius, sort, ...common(search) }
}

export function catalogFilter(search: Search): ServiceFilter {
  const byDefault = search.q ? 'relevance' : 'rating'
  const sort = search.sort === null || search.sort === 'distance' ? byDefault : search.sort
  return { sort: sort === 'relevance' && !search.q ? 'rating' : sort, ...common(search) }
}

function common(search: Search) {
  return {
    ...(search.q ? { q: search.q } : {}),
    ...(search.category ? { category: search.category } : {}),
    ...(search.maxPrice !== null ? { max_price: Math.round(search.maxPrice * 100) } : {}),
    ...(search.minRating !== null ? { min_rating: search.minRating } : {}),
  }
}
