import { describe, expect, it } from 'vitest'
import { anImage, aSchedule, aService } from '../../../tests/services'
import { cents, changesOf, checksOf, draftOf, missingOf, requestOf } from './serviceDraft'

it.each([
  ['85', 8500],
  [' $85.5 ', 8550],
  ['85,50', 8550],
  ['1,250.00', 125_000],
  ['0', 0],
  ['19.99', 1999],
  ['', null],
  ['-3', null],
  ['1.234', null],
  ['free', null],
])('the price %o is %o cents', (text, amount) => {
  expect(cents(text)).toBe(amount)
})

describe('a service that is being written', () => {
  it('says what it cannot be saved without', () => {
    expect(missingOf(draftOf())).toEqual(['title', 'description', 'category', 'price', 'address', 'place'])
    expect(missingOf(draftOf(aService()))).toEqual([])
    expect(missingOf({ ...draftOf(aService()), radius: 501 })).toEqual(['radius'])
    expect(missingOf({ ...draftOf(aService()), radius: 501, comes: false })).toEqual([])
  })

  it('is the same after having been read and written', () => {
    const service = aService({ price: { amount: 8550, currency: 'AUD' } })
    expect(requestOf(draftOf(service))).toMatchObject({
      title: service.title,
      price: service.price,
      location: { address: '1 Queen Street', suburb: 'Ponsonby', lat: -36.85, lng: 174.74 },
      service_radius_km: 20,
    })
    expect(changesOf(draftOf(service), service)).toEqual({})
  })

  it('sends only what was changed', () => {
    const service = aService()
    const draft = { ...draftOf(service), title: ' Flat packs ', comes: false }
    expect(changesOf(draft, service)).toEqual({ title: 'Flat packs', service_radius_km: null })
  })
})

describe('before it is published', () => {
  const failing = (...given: Parameters<typeof checksOf>) =>
    checksOf(...given)
      .filter(({ ok }) => !ok)
      .map(({ what, must }) => `${what}${must ? '!' : ''}`)

  it('what is in the way is told apart from what would help', () => {
    const nobody = aSchedule({
      weekly: { ...aSchedule().weekly, ...Object.fromEntries(DAYS.map((d) => [d, []])) },
    })
    expect(failing(aService({ permissions: ['edit'] }), true, nobody)).toEqual([
      'approved!',
      'saved!',
      'hours',
      'picture',
      'description',
    ])
    const good = aService({ images: [anImage('i1')], description: 'words '.repeat(30) })
    expect(failing(good, false, aSchedule())).toEqual([])
  })
})

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
