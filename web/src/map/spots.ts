import type { Service } from '@/api/catalog'
import type { Cluster, NearbyService } from '@/api/geo'

export type Found = Service | NearbyService
/** West, south, east, north. East of the antimeridian it goes on counting, so that New Zealand is in one piece. */
export type Bounds = [number, number, number, number]

/** Where one or more of the results are: those of one provider are often at the same point. */
export interface Spot {
  key: string
  lng: number
  lat: number
  services: Found[]
}

/** As the query client has it: it makes lists of tuples. */
export type Counted = Omit<Cluster, 'bounds'> & { bounds: readonly number[] }

export const idOf = (service: Found): string => ('id' in service ? service.id : service.service_id)

const eastward = (lng: number): number => (lng < 0 ? lng + 360 : lng)
const westward = (lng: number): number => ((((lng + 180) % 360) + 360) % 360) - 180

export function spotsOf(services: readonly Found[]): Spot[] {
  const spots = new Map<string, Spot>()
  for (const service of services) {
    const { lat, lng } = service.location
    const key = `${lat.toFixed(4)},${lng.toFixed(4)}`
    const spot = spots.get(key) ?? { key, lat, lng: eastward(lng), services: [] }
    spot.services.push(service)
    spots.set(key, spot)
  }
  return [...spots.values()]
}

const ROOM = { wide: 72, high: 36 }

/** Spots that would lie over each other at this zoom are one, where the first of them is. */
export function merged(spots: readonly Spot[], zoom: number): Spot[] {
  const degrees = 360 / (512 * 2 ** zoom)
  const groups: Spot[] = []
  for (const spot of spots) {
    const high = ROOM.high * degrees * Math.cos((spot.lat * Math.PI) / 180)
    const close = groups.find(
      (group) =>
        Math.abs(group.lng - spot.lng) < ROOM.wide * degrees && Math.abs(group.lat - spot.lat) < high,
    )
    if (close) close.services.push(...spot.services)
    else groups.push({ ...spot, services: [...spot.services] })
  }
  return groups
}

export function boundsOf(spots: readonly Spot[]): Bounds | null {
  if (spots.length === 0) return null
  const [lngs, lats] = [spots.map((spot) => spot.lng), spots.map((spot) => spot.lat)]
  return [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)]
}

export const BOTH_COUNTRIES: Bounds = [112, -47.5, 179, -10]
const KM_OF_A_DEGREE = 111.2

/** Where to look: at the results; where there are none, at where they were looked for; and at all that there is. */
export function viewOf(
  spots: readonly Spot[],
  near: { lat: number; lng: number; km: number } | null,
): Bounds {
  if (spots.length > 0 || near === null) return boundsOf(spots) ?? BOTH_COUNTRIES
  const [high, lng] = [near.km / KM_OF_A_DEGREE, eastward(near.lng)]
  const wide = high / Math.max(Math.cos((near.lat * Math.PI) / 180), 0.01)
  return [lng - wide, near.lat - high, lng + wide, near.lat + high]
}

/** As `/geo/clusters` has it: within ±180, a west that is east of its east crosses the antimeridian. */
export function boxOf([west, south, east, north]: Bounds): string {
  const [low, high] = [Math.max(south, -90), Math.min(north, 90)]
  return [westward(west), low, westward(east), high].map((degree) => degree.toFixed(3)).join(',')
}

/** What there is besides the results that are shown: clusters without these, and none that has nothing else. */
export function others(clusters: readonly Counted[], spots: readonly Spot[]): Counted[] {
  return clusters
    .map((cluster) => {
      const [west, south, east, north] = cluster.bounds as Readonly<Bounds>
      const shown = spots
        .filter((spot) => {
          const lng = westward(spot.lng)
          return lng >= west && lng < east && spot.lat >= south && spot.lat < north
        })
        .reduce((sum, spot) => sum + spot.services.length, 0)
      return { ...cluster, lng: eastward(cluster.lng), count: cluster.count - shown }
    })
    .filter((cluster) => cluster.count > 0)
}

const KM_PER_DEGREE = 111.3

/** The middle of what a map shows, and how far it is from there to the nearer edge. */
export function areaOf([west, south, east, north]: Bounds): { lat: number; lng: number; km: number } {
  const lat = (south + north) / 2
  const wide = ((east - west) / 2) * KM_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
  const high = ((north - south) / 2) * KM_PER_DEGREE
  return {
    lat: Number(lat.toFixed(3)),
    lng: Number(westward((west + east) / 2).toFixed(3)),
    km: Math.min(wide, high),
  }
}
