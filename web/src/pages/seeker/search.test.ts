import { describe, expect, it } from 'vitest'
import { catalogFilter, nearbyFilter, queryOf, radiusFor, searchOf } from './search'

const everything = {
  q: 'lawn',
  place: 'Ponsonby',
  lat: '-36.85',
  lng: '174.74',
  category: 'gardening',
  radius: '10',
  max_price: '120',
  min_rating: '4',
  sort: 'price',
  view: 'map',
}

describe('a search in the address', () => {
  it('survives being read and written', () => {
    expect(queryOf(searchOf(everything))).toEqual(everything)
    expect(Object.values(queryOf(searchOf({}))).filter((value) => value !== undefined)).toEqual([])
  })

  it('leaves out what makes no sense', () => {
    const odd = searchOf({
      lat: '200',
      lng: 'x',
      category: '$ne',
      radius: '9999',
      max_price: 'free',
      sort: 'best',
    })
    expect(odd).toMatchObject({ place: null, category: null, radius: 200, maxPrice: null, sort: null })
  })

  it.each([
    ['-5', '99'],
    ['0', '0'],
    ['1e308', '-1'],
    ['10000001', '5.01'],
    ['Infinity', 'NaN'],
  ])('leaves out limits that the API would refuse: a price of %s, %s stars', (max_price, min_rating) => {
    const query = { max_price, min_rating, lat: '-36.85', lng: '174.74' }
    const search = searchOf(query)
    expect(search).toMatchObject({ maxPrice: null, minRating: null })
    expect(catalogFilter(search)).toEqual({ sort: 'rating' })
  })

  it('keeps every limit that the API takes', () => {
    expect(searchOf({ max_price: '10000000', min_rating: '5' })).toMatchObject({
      maxPrice: 10_000_000,
      minRating: 5,
    })
    expect(searchOf({ max_price: '0.01', min_rating: '0.5' })).toMatchObject({
      maxPrice: 0.01,
      minRating: 0.5,
    })
  })
})

it('an area on the map becomes a radius that holds it', () => {
  expect([0.4, 10, 10.1, 60, 150].map(radiusFor)).toEqual([5, 10, 25, 100, 200])
})

describe('what the API is asked', () => {
  it('is what is near a place, where there is one', () => {
    const search = searchOf(everything)
    if (search.place === null) throw new Error('there is a place')
    expect(nearbyFilter({ ...search, place: search.place })).toEqual({
      lat: -36.85,
      lng: 174.74,
      radius_km: 10,
      sort: 'price',
      q: 'lawn',
      category: 'gardening',
      max_price: 12_000,
      min_rating: 4,
    })
  })

  it('is the catalogue otherwise, the best match first where there are words', () => {
    expect(catalogFilter(searchOf({ q: 'lawn' }))).toEqual({ q: 'lawn', sort: 'relevance' })
    expect(catalogFilter(searchOf({ sort: 'distance' }))).toEqual({ sort: 'rating' })
    expect(catalogFilter(searchOf({ sort: 'relevance' }))).toEqual({ sort: 'rating' })
  })
})
