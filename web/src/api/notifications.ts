import { queryOptions } from '@tanstack/vue-query'
import { data, notificationsApi } from './client'

export const notificationKeys = {
  all: ['notifications'] as const,
  unread: ['notifications', 'unread'] as const,
}

export const unreadQuery = () =>
  queryOptions({
    queryKey: notificationKeys.unread,
    queryFn: async ({ signal }) =>
      (await data(notificationsApi.GET('/notifications', { params: { query: { limit: 1 } }, signal })))
        .unread_count,
    refetchInterval: 60_000,
  })
