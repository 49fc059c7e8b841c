import { expect, it } from 'vitest'
import { loadAreas, t } from '@/i18n'
import { routes } from '.'

/** Pages about one thing are called what it is, by `usePageTitle`. */
const ABOUT_ONE = ['/bookings/:id', '/bookings/mail-link', '/guest']

it('every page has a name of its own, for tabs and bookmarks', async () => {
  const named = routes.filter(({ path }) => path !== '/' && !ABOUT_ONE.includes(path))
  await loadAreas(named.flatMap(({ meta }) => meta?.words ?? []))
  // Customers, providers and administrators each have their ratings.
  const areaOf = (path: string) => path.split('/')[1]
  const names = named.map(({ path, meta }) => meta?.title && `${areaOf(path)}: ${t(meta.title)}`)
  expect(names.filter((name) => name === undefined)).toEqual([])
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
