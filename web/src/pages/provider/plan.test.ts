import { describe, expect, it } from 'vitest'
import { aSchedule } from '../../../tests/services'
import {
  exceptionsOf,
  faultsOf,
  nextWindow,
  openMinutes,
  type PlanDraft,
  planDraftOf,
  weekdayOf,
  weeklyOf,
  windowsOn,
} from './plan'

const w = (text: string) => {
  const [start = '', end = ''] = text.split('-')
  return { start, end }
}
const said = (windows: readonly { start: string; end: string }[]) =>
  windows.map(({ start, end }) => `${start}-${end}`)
const draft = (changes: Partial<PlanDraft> = {}, weekly: Partial<PlanDraft['weekly']> = {}): PlanDraft => {
  const plan = planDraftOf(aSchedule())
  return { ...plan, ...changes, weekly: { ...plan.weekly, ...weekly } }
}

describe('the week', () => {
  it('is the same after having been read and written', () => {
    const schedule = aSchedule()
    schedule.weekly = { ...schedule.weekly, friday: [w('18:00-24:00'), w('09:00-12:00')] }
    expect(said(planDraftOf(schedule).weekly.friday)).toEqual(['18:00-00:00', '09:00-12:00'])
    expect(said(weeklyOf(planDraftOf(schedule)).friday)).toEqual(['09:00-12:00', '18:00-24:00'])
    expect(weeklyOf(draft())).toEqual(aSchedule().weekly)
  })

  it('has a window across midnight as two, from Sunday into Monday as well', () => {
    const weekly = weeklyOf(draft({}, { saturday: [w('22:00-02:00')], sunday: [w('20:00-01:30')] }))
    expect(said(weekly.saturday)).toEqual(['22:00-24:00'])
    expect(said(weekly.sunday)).toEqual(['00:00-02:00', '20:00-24:00'])
    expect(said(weekly.monday)).toEqual(['00:00-01:30', '09:00-17:00'])
  })

  it('knows how long it is open', () => {
    expect(openMinutes(aSchedule().weekly)).toBe(5 * 8 * 60)
    expect(openMinutes(weeklyOf(draft({}, { sunday: [w('00:00-00:00')] })))).toBe((5 * 8 + 24) * 60)
  })
})

describe('an exception', () => {
  it('that goes on after midnight leaves the next date as it was, and adds to it', () => {
    // The 4th of December 2026 is a Friday.
    const exceptions = exceptionsOf(
      draft({ exceptions: [{ date: '2026-12-03', windows: [w('21:00-01:00')] }] }),
    )
    expect(exceptions.map(({ date, windows }) => [date, said(windows)])).toEqual([
      ['2026-12-03', ['21:00-24:00']],
      ['2026-12-04', ['00:00-01:00', '09:00-17:00']],
    ])
  })

  it('comes before the weekday', () => {
    const schedule = aSchedule({ exceptions: [{ date: '2026-12-04', windows: [] }] })
    expect(weekdayOf('2026-12-04')).toBe('friday')
    expect(windowsOn(schedule, '2026-12-04')).toEqual([])
    expect(said(windowsOn(schedule, '2026-12-03'))).toEqual(['09:00-17:00'])
  })
})

describe('what is wrong', () => {
  it('is told for the day it is on', () => {
    const wrong = draft(
      { exceptions: [{ date: '2026-12-25', windows: [w('10:00-')] }] },
      { monday: [w('09:00-12:00'), w('11:00-13:00')], tuesday: [w('09:00-09:00')], friday: [] },
    )
    expect(faultsOf(wrong)).toEqual({ monday: 'overlap', tuesday: 'nothing', '2026-12-25': 'empty' })
    expect(faultsOf(draft())).toEqual({})
  })

  it('may come from the night before', () => {
    const wrong = draft({}, { monday: [w('22:00-10:00')] })
    expect(faultsOf(wrong)).toEqual({ tuesday: 'overlap' })
  })
})

it.each([
  [[], '09:00-17:00'],
  [[w('09:00-12:00')], '13:00-16:00'],
  [[w('09:00-20:30')], '21:00-23:00'],
  [[w('09:00-22:30')], '-'],
  [[w('20:00-00:00')], '-'],
])('after %o comes %s', (windows, next) => {
  expect(said([nextWindow(windows)])).toEqual([next])
})
