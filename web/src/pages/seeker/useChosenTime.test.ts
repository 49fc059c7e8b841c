import { expect, it } from 'vitest'
import { timeIn } from './useChosenTime'

const now = Date.parse('2026-12-01T21:00:00Z')

it.each([
  ['2026-12-01T21:00:01Z', 'ahead'],
  ['2026-12-02T10:30:00+13:00', 'ahead'],
  ['2026-12-01T21:00:00.000Z', 'over'],
  ['2020-01-01T00:00:00Z', 'over'],
  ['2026-13-45T99:00:00Z', 'none'],
  ['1', 'none'],
  ['2030', 'none'],
  ['tomorrow', 'none'],
  ['', 'none'],
  [undefined, 'none'],
])('finds in %s a time that is %s', (text, found) => {
  expect(timeIn(text, now)).toBe(found)
})
