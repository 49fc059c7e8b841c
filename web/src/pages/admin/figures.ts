/** The calendar day so many days ago, in UTC as the metrics count, as YYYY-MM-DD. */
export function daysAgo(days: number, now: Date = new Date()): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10)
}

/** 0.4567 is "46 %"; nothing to count is a dash. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`
}

/** Every calendar day from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  return days
}

/** "95 min", "3.5 h", "4 days": what somebody says of a time they waited. */
export function waited(minutes: number | null): string {
  if (minutes === null) return '–'
  if (minutes < 120) return `${Math.round(minutes)} min`
  if (minutes < 48 * 60) return `${(minutes / 60).toFixed(1).replace('.0', '')} h`
  return `${Math.round(minutes / 1440)} days`
}
