import { describe, expect, it } from 'vitest'
import type { Cluster } from '@/api/geo'
import { areaOf, BOTH_COUNTRIES, boundsOf, boxOf, type Found, merged, others, spotsOf, viewOf } from './spots'

const at = (id: string, lat: number, lng: number) => ({ id, location: { lat, lng } }) as unknown as Found
const cluster = (count: number, bounds: [number, number, number, number]): Cluster => ({
  count,
  lat: (bounds[1] + bounds[3]) / 2,
  lng: (bounds[0] + bounds[2]) / 2,
  bounds,
})
const auckland = at('a', -36.85, 174.74)
const chatham = at('c', -43.95, -176.56)

describe('results on a map', () => {
  it('are one spot where they are at the same point', () => {
    const spots = spotsOf([auckland, at('b', -36.85, 174.74), at('d', -36.86, 174.74)])
    expect(spots.map((spot) => spot.services.length)).toEqual([2, 1])
  })

  it('are looked at, or else where they were looked for, or else everywhere', () => {
    const near = { lat: -36.85, lng: 174.74, km: 25 }
    expect(viewOf(spotsOf([auckland, chatham]), near)).toEqual([174.74, -43.95, 183.44, -36.85])
    expect(viewOf([], null)).toEqual(BOTH_COUNTRIES)
    const [west, south, east, north] = viewOf([], near)
    expect([(west + east) / 2, (south + north) / 2]).toEqual([expect.closeTo(174.74), expect.closeTo(-36.85)])
    expect(north - south).toBeCloseTo(0.45, 2)
    expect(east - west).toBeCloseTo(0.56, 2)
    expect(viewOf([], { ...near, lng: -176.56 })[0]).toBeGreaterThan(180)
  })

  it('are one where they would lie over each other', () => {
    const spots = spotsOf([auckland, at('b', -36.9, 174.8), chatham])
    expect(merged(spots, 4).map((spot) => spot.services.length)).toEqual([2, 1])
    expect(merged(spots, 11)).toEqual(spots)
  })

  it('lie in one box, on whichever side of the antimeridian they are', () => {
    expect(boundsOf(spotsOf([auckland, chatham]))).toEqual([174.74, -43.95, 183.44, -36.85])
    expect(boundsOf([])).toBeNull()
  })

  it('are asked for in a box that may cross the antimeridian', () => {
    expect(boxOf([165, -48, 184, -34])).toBe('165.000,-48.000,-176.000,-34.000')
  })
})

describe('clusters', () => {
  it('count what is there besides the results, and are gone where nothing is', () => {
    const spots = spotsOf([auckland, at('b', -36.85, 174.74), chatham])
    const found = [
      cluster(14, [174.375, -39.375, 177.1875, -36.5625]),
      cluster(1, [-177.1875, -45, -174.375, -42.1875]),
      cluster(7, [171.5625, -45, 174.375, -42.1875]),
    ]
    expect(others(found, spots).map(({ count }) => count)).toEqual([12, 7])
  })

  it('are drawn on our side of the antimeridian', () => {
    expect(others([cluster(3, [-177, -45, -175, -43])], [])[0]?.lng).toBe(184)
  })
})

it('the area of a view is its middle, and as wide as its nearer edge', () => {
  const area = areaOf([174, -37, 175, -36])
  expect([area.lat, area.lng]).toEqual([-36.5, 174.5])
  expect(area.km).toBeCloseTo(44.7, 1)
  expect(areaOf([178, -45, 186, -43]).lng).toBe(-178)
})
