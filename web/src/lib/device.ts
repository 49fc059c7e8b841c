/** The first name in each pair is what a user agent says, the second what people say; those that pretend come last. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const
const DEVICES = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'Chromebook'],
  ['Macintosh', 'Mac'],
  ['Windows', 'Windows'],
  ['Linux', 'Linux'],
] as const

const find = (names: readonly (readonly [string, string])[], text: string) =>
  names.find(([said]) => text.includes(said))?.[1]

/** What kind of device this is; null where it does not say. */
export const deviceKind = (userAgent: string): string | null => find(DEVICES, userAgent) ?? null

/** `Chrome, Android`; what is no browser's name stays as it is. */
export function deviceName(userAgent: string): string {
  const names = [find(BROWSERS, userAgent), find(DEVICES, userAgent)].filter(Boolean)
  return names.length > 0 ? names.join(', ') : userAgent
}
