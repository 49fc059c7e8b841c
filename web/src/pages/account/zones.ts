/** The zones of New Zealand and Australia, where most of our people are. */
export const zonesHere = [
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Australia/Sydney',
  'Australia/Melbourne',
  'Australia/Brisbane',
  'Australia/Adelaide',
  'Australia/Darwin',
  'Australia/Perth',
  'Australia/Hobart',
]

/** All others that the browser knows, and `more`. */
export function zonesElsewhere(more: (string | null)[]): string[] {
  const known = 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : []
  const all = new Set([...known, ...more.filter((name) => name !== null)])
  return [...all].filter((name) => !zonesHere.includes(name)).sort()
}
