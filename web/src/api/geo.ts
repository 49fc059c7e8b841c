import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { viewerZone } from '@/lib/format'
import { data, geoApi } from './client'
import type { components, operations } from './generated/geo'
import { ApiError } from './problem'

type Schemas = components['schemas']
export type NearbyService = Schemas['NearbyService']
export type Place = Schemas['GazetteerPlace']
export type NearbyFilter = Omit<operations['list_nearby_services']['parameters']['query'], 'cursor' | 'limit'>

export type Cluster = Schemas['Cluster']
export type ClusterFilter = operations['list_clusters']['parameters']['query']

export const geoKeys = {
  clusters: (filter: object) => ['geo', 'clusters', filter] as const,
  nearby: (filter: object) => ['geo', 'nearby', filter] as const,
  places: (text: string) => ['geo', 'places', text] as const,
}

export const nearbyQuery = (filter: NearbyFilter) =>
  infiniteQueryOptions({
    queryKey: geoKeys.nearby(filter),
    queryFn: ({ pageParam, signal }) =>
      data(geoApi.GET('/geo/nearby', { params: { query: { ...filter, cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const clustersQuery = (filter: ClusterFilter) =>
  queryOptions({
    queryKey: geoKeys.clusters(filter),
    queryFn: async ({ signal }) =>
      (await data(geoApi.GET('/geo/clusters', { params: { query: filter }, signal }))).items,
  })

/** Where the viewer's clock says that they are. */
function viewerCountry(): Place['country'] | undefined {
  const zone = viewerZone()
  if (zone === 'Pacific/Auckland' || zone === 'Pacific/Chatham') return 'NZ'
  return zone.startsWith('Australia/') ? 'AU' : undefined
}

export const placesQuery = (text: string) =>
  queryOptions({
    queryKey: geoKeys.places(text),
    queryFn: async ({ signal }) =>
      (
        await data(
          geoApi.GET('/geo/places', {
            params: { query: { q: text, limit: 6, prefer: viewerCountry() } },
            signal,
          }),
        )
      ).items,
    staleTime: 60 * 60_000,
  })

/** Null where no town is near, as out at sea. */
export async function nearestPlace(lat: number, lng: number): Promise<Place | null> {
  try {
    return (await data(geoApi.GET('/geo/reverse', { params: { query: { lat, lng } } }))).place
  } catch (error) {
    if (error instanceof ApiError && error.code === 'no_place_near') return null
    throw error
  }
}
