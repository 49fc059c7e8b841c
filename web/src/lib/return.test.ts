import { expect, it } from 'vitest'
import { safeReturn } from './return'

it.each(['/bookings', '/search?q=a%20b#top', '/'])('goes back to %s', (next) => {
  expect(safeReturn(next)).toBe(next)
})

it.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '',
  undefined,
  ['/a'],
])('does not go to %s', (next) => {
  expect(safeReturn(next)).toBeNull()
})
