import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import { data, notificationsApi } from './client'
import type { components } from './generated/notifications'

type Schemas = components['schemas']
export type Notification = Schemas['Notification']
export type Preferences = Schemas['NotificationPreferences']
export type MailKind = keyof Schemas['MailPreferences']

export const MAIL_KINDS: readonly MailKind[] = ['bookings', 'reminders', 'ratings']

export const notificationKeys = {
  all: ['notifications'] as const,
  unread: ['notifications', 'unread'] as const,
  inbox: ['notifications', 'inbox'] as const,
  preferences: ['preferences'] as const,
}

/** The stream says when there is something new; this asks now and then in any case. */
export const unreadQuery = () =>
  queryOptions({
    queryKey: notificationKeys.unread,
    queryFn: async ({ signal }) =>
      (await data(notificationsApi.GET('/notifications', { params: { query: { limit: 1 } }, signal })))
        .unread_count,
    refetchInterval: 5 * 60_000,
  })

export const inboxQuery = () =>
  infiniteQueryOptions({
    queryKey: notificationKeys.inbox,
    queryFn: ({ pageParam, signal }) =>
      data(notificationsApi.GET('/notifications', { params: { query: { cursor: pageParam } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  })

export const markRead = (id: string) =>
  data(
    notificationsApi.POST('/notifications/{notification_id}/read', {
      params: { path: { notification_id: id } },
    }),
  )

export const markAllRead = () => data(notificationsApi.POST('/notifications/read-all'))

export const preferencesQuery = () =>
  queryOptions({
    queryKey: notificationKeys.preferences,
    queryFn: ({ signal }) => data(notificationsApi.GET('/notifications/preferences', { signal })),
  })

export const savePreferences = (body: Preferences) =>
  data(notificationsApi.PUT('/notifications/preferences', { body }))

/** `key` comes from the link in a mail; it can turn mails off and nothing else. */
export const unsubscribe = (key: string, kind: MailKind) =>
  notificationsApi.POST('/notifications/unsubscribe', { params: { query: { key, kind } } })
