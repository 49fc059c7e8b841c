import { expect, it } from 'vitest'
import { safeReturn } from './return'

it.each([
  '/bookings',
  '/search?q=a%20b#top',
  '/',
  '/search?next=//evil.example',
  '/a//b',
  '/search?q=%2F%2Fa',
])('goes back to %s', (next) => {
  expect(safeReturn(next)).toBe(next)
})

it('goes where the browser would, without detours', () => {
  expect(safeReturn('/a/../bookings')).toBe('/bookings')
  expect(safeReturn('/./bookings')).toBe('/bookings')
})

const HOST = 'evil.example/x'
const ATTACKS = [
  `//${HOST}`,
  `///${HOST}`,
  `/\\${HOST}`,
  `\\\\${HOST}`,
  `/.//${HOST}`,
  `/./\\${HOST}`,
  `/..//${HOST}`,
  `/a/..//${HOST}`,
  `/a/../.\\/${HOST}`,
  `/.\\/${HOST}`,
  `/%2e//${HOST}`,
  `/%2E%2e//${HOST}`,
  `/a/%2e%2e//${HOST}`,
  `/%2F${HOST}`,
  `/%2f/${HOST}`,
  `/%5C${HOST}`,
  `/.//%5c${HOST}`,
  `/./%2F${HOST}`,
  `/\t/${HOST}`,
  `/\n/${HOST}`,
  `/\r\n\\${HOST}`,
  `/.\t//${HOST}`,
  `/.\n/\\${HOST}`,
  ` //${HOST}`,
  `\t//${HOST}`,
  `https://${HOST}`,
  `https:/${HOST}`,
  'javascript:alert(1)',
  '/\\user:name@evil.example',
  '',
  undefined,
  null,
  ['/a'],
]

it.each(ATTACKS)('does not go to %j', (next) => {
  expect(safeReturn(next)).toBeNull()
})

it.each([...ATTACKS, '/\t/a', '/a\n//b', '/?//x', '/#//x'])('stays here, whatever becomes of %j', (next) => {
  const safe = safeReturn(next) ?? '/'
  expect(new URL(safe, location.origin).origin).toBe(location.origin)
  expect(safeReturn(safe)).toBe(safe)
})
