import { describe, expect, it } from 'vitest'
import { aUser } from '../../../tests/users'
import { progress, stepOf } from './steps'

const applicant = (changes: Parameters<typeof aUser>[0] = {}) =>
  aUser({ roles: ['user', 'provider'], profile_missing: [], ...changes })

describe('the way to become a provider', () => {
  it('begins with the choice to be one', () => {
    expect(stepOf(aUser(), null)).toBe('choose')
  })

  it('asks for the details first, and goes on where it was left', () => {
    expect(stepOf(applicant({ profile_missing: ['address'] }), null)).toBe('details')
    expect(stepOf(applicant(), null)).toBe('application')
    expect(stepOf(applicant(), null, true)).toBe('details')
  })

  it('waits for an answer, and starts over from the application where that was no', () => {
    expect(stepOf(applicant({ provider_status: 'pending', profile_missing: ['address'] }), null, true)).toBe(
      'waiting',
    )
    expect(stepOf(applicant({ provider_status: 'rejected' }), null)).toBe('application')
  })

  it('ends with the first service', () => {
    const approved = applicant({ provider_status: 'approved' })
    expect([null, 0, 1].map((services) => stepOf(approved, services))).toEqual(['service', 'service', 'done'])
  })
})

it('counts the steps behind', () => {
  expect(progress('details')).toEqual({ done: 0, at: 0 })
  expect(progress('waiting')).toEqual({ done: 1, at: 1 })
  expect(progress('service')).toEqual({ done: 2, at: 2 })
})
