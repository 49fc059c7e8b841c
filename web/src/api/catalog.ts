import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { catalogApi, data } from './client'
import type { components, operations } from './generated/catalog'

type Schemas = components['schemas']
export type Service = Schemas['ServiceView']
export type Category = Schemas['CategoryView']
export type Provider = Schemas['ProviderView']
export type ServiceFilter = Omit<
  NonNullable<operations['list_services']['parameters']['query']>,
  'cursor' | 'limit'
>

export const catalogKeys = {
  categories: ['catalog', 'categories'] as const,
  services: (filter: object) => ['catalog', 'services', filter] as const,
  service: (id: string) => ['catalog', 'service', id] as const,
  provider: (id: string) => ['catalog', 'provider', id] as const,
}

export const categoriesQuery = () =>
  queryOptions({
    queryKey: catalogKeys.categories,
    queryFn: async ({ signal }) => (await data(catalogApi.GET('/catalog/categories', { signal }))).items,
    staleTime: 10 * 60_000,
  })

export const servicesQuery = (filter: ServiceFilter) =>
  infiniteQueryOptions({
    queryKey: catalogKeys.services(filter),
    queryFn: ({ pageParam, signal }) =>
      data(
        catalogApi.GET('/catalog/services', { params: { query: { ...filter, cursor: pageParam } }, signal }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const serviceQuery = (id: string) =>
  queryOptions({
    queryKey: catalogKeys.service(id),
    queryFn: ({ signal }) =>
      data(
        catalogApi.GET('/catalog/services/{service_id}', { params: { path: { service_id: id } }, signal }),
      ),
  })

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: catalogKeys.provider(id),
    queryFn: ({ signal }) =>
      data(
        catalogApi.GET('/catalog/providers/{provider_id}', { params: { path: { provider_id: id } }, signal }),
      ),
  })

/** After a change of a service: here, in the lists of it, and on its public page. */
export const touchedByService = [
  ['catalog', 'services'],
  ['catalog', 'service'],
  ['catalog', 'provider'],
]
