import type { DateException, Schedule, TimeWindow, WeeklyPlan } from '@/api/workspace'

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type DayName = (typeof DAYS)[number]

export const MIDNIGHT = '24:00'
const DAWN = '00:00'
export const NEW_WINDOW: TimeWindow = { start: '09:00', end: '17:00' }

/** A plan as it is being written. A window that ends before it begins goes on after midnight. */
export interface PlanDraft {
  timezone: string
  weekly: Record<DayName, TimeWindow[]>
  exceptions: { date: string; windows: TimeWindow[] }[]
}

/** Fields for times know no 24:00: there, the end of a day is the beginning of the next. */
const typed = ({ start, end }: TimeWindow): TimeWindow => ({ start, end: end === MIDNIGHT ? DAWN : end })

export function planDraftOf(schedule: Schedule): PlanDraft {
  const weekly = Object.fromEntries(DAYS.map((day) => [day, schedule.weekly[day].map(typed)]))
  return {
    timezone: schedule.timezone,
    weekly: weekly as PlanDraft['weekly'],
    exceptions: [...schedule.exceptions]
      .sort((one, other) => one.date.localeCompare(other.date))
      .map(({ date, windows }) => ({ date, windows: windows.map(typed) })),
  }
}

/** Whether it goes on after midnight; one that ends at midnight does not. */
export const crossesMidnight = ({ start, end }: TimeWindow): boolean =>
  start !== '' && end !== '' && end !== DAWN && end < start

/** What of a window lies on its own day, and what on the next. */
function split(window: TimeWindow): { today: TimeWindow; tomorrow: TimeWindow | null } {
  if (crossesMidnight(window))
    return {
      today: { start: window.start, end: MIDNIGHT },
      tomorrow: { start: DAWN, end: window.end },
    }
  return { today: { start: window.start, end: window.end === DAWN ? MIDNIGHT : window.end }, tomorrow: null }
}

const inOrder = (windows: readonly TimeWindow[]): TimeWindow[] =>
  [...windows].sort((one, other) => one.start.localeCompare(other.start))

export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

export function weekdayOf(date: string): DayName {
  return DAYS[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7] as DayName
}

/** The plan as the API takes it: every window within its day, so that one across midnight becomes two. */
export function weeklyOf(draft: PlanDraft): WeeklyPlan {
  const weekly = Object.fromEntries(DAYS.map((day) => [day, [] as TimeWindow[]])) as Record<
    DayName,
    TimeWindow[]
  >
  DAYS.forEach((day, index) => {
    for (const window of draft.weekly[day]) {
      const { today, tomorrow } = split(window)
      weekly[day].push(today)
      if (tomorrow) weekly[DAYS[(index + 1) % DAYS.length] as DayName].push(tomorrow)
    }
  })
  return Object.fromEntries(DAYS.map((day) => [day, inOrder(weekly[day])])) as unknown as WeeklyPlan
}

/** Where an exception goes on after midnight, the next date gets one as well, with what it has of the week. */
export function exceptionsOf(draft: PlanDraft): DateException[] {
  const weekly = weeklyOf(draft)
  const found = new Map<string, TimeWindow[]>()
  for (const { date, windows } of draft.exceptions)
    found.set(
      date,
      windows.map((window) => split(window).today),
    )
  for (const { date, windows } of draft.exceptions) {
    for (const window of windows) {
      const { tomorrow } = split(window)
      if (tomorrow === null) continue
      const next = nextDate(date)
      found.set(next, [...(found.get(next) ?? weekly[weekdayOf(next)]), tomorrow])
    }
  }
  return [...found]
    .map(([date, windows]) => ({ date, windows: inOrder(windows) }))
    .sort((one, other) => one.date.localeCompare(other.date))
}

export type WindowFault = 'empty' | 'nothing' | 'overlap'

const overlaps = (windows: readonly TimeWindow[]): boolean =>
  inOrder(windows).some((window, index, all) => {
    const before = all[index - 1]
    return before !== undefined && window.start < before.end
  })

function faultOf(windows: readonly TimeWindow[], asTaken: readonly TimeWindow[]): WindowFault | null {
  if (windows.some(({ start, end }) => start === '' || end === '')) return 'empty'
  if (windows.some(({ start, end }) => start === end && start !== DAWN)) return 'nothing'
  return overlaps(asTaken) ? 'overlap' : null
}

/** What is wrong, by weekday and by date; nothing where it can be saved. */
export function faultsOf(draft: PlanDraft): Record<string, WindowFault> {
  const faults: Record<string, WindowFault> = {}
  const weekly = weeklyOf(draft)
  for (const day of DAYS) {
    const fault = faultOf(draft.weekly[day], weekly[day])
    if (fault) faults[day] = fault
  }
  const typedOn = new Map(draft.exceptions.map(({ date, windows }) => [date, windows]))
  for (const { date, windows } of exceptionsOf(draft)) {
    const fault = faultOf(typedOn.get(date) ?? [], windows)
    if (fault) faults[date] = fault
  }
  return faults
}

/** The first time that is free for another window on a day: an hour after the last, or the usual day. */
export function nextWindow(windows: readonly TimeWindow[]): TimeWindow {
  const last = windows.at(-1)
  if (!last || last.end === '' || crossesMidnight(last)) return { ...NEW_WINDOW }
  const hour = Number(last.end.slice(0, 2)) + 1
  if (last.end === DAWN || hour >= 23) return { start: '', end: '' }
  const clock = (at: number) => `${String(at).padStart(2, '0')}:00`
  return { start: clock(hour), end: clock(Math.min(hour + 3, 23)) }
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** How much of a week is open, in minutes. */
export function openMinutes(weekly: WeeklyPlan): number {
  return DAYS.flatMap((day) => weekly[day]).reduce(
    (sum, { start, end }) => sum + minutes(end) - minutes(start),
    0,
  )
}

/** The windows of a date: those of an exception, or of its weekday. */
export function windowsOn(schedule: Schedule, date: string): TimeWindow[] {
  const exception = schedule.exceptions.find((one) => one.date === date)
  return inOrder(exception ? exception.windows : schedule.weekly[weekdayOf(date)])
}
