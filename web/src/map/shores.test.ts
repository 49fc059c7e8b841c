import type { MultiPolygon } from 'geojson'
import { describe, expect, it, vi } from 'vitest'
import { CLOSE, drawingOf, piecesIn, shores } from './shores'
import type { Bounds } from './spots'

const AUCKLAND: Bounds = [174.6, -37, 174.9, -36.7]
/** Land on both sides of the edge at 175, as a piece has it: a little beyond the edge. */
const LAND: MultiPolygon = {
  type: 'MultiPolygon',
  coordinates: [
    [
      [
        [176.002, -37.5],
        [176.002, -37.2],
        [175, -37],
        [175, -37.8],
        [176.002, -37.5],
      ],
    ],
  ],
}
const answer = () => new Response(JSON.stringify(LAND))

describe('the finer coast', () => {
  it('has a piece wherever people live by the sea', () => {
    expect(piecesIn(AUCKLAND)).toEqual(['174_-38'])
    expect(piecesIn([173.9, -38.1, 174.1, -37.9])).toContain('174_-40')
    expect(piecesIn([183.3, -44.1, 183.5, -43.9])).toEqual([])
  })

  it('has none inland, nor at sea', () => {
    expect(piecesIn([132.2, -25.8, 133.8, -24.2])).toEqual([])
    expect(piecesIn([160.2, -39.8, 161.8, -38.2])).toEqual([])
  })

  it('covers what the coarser one has there, and draws no line where a piece ends', () => {
    const [sea, land, coast] = drawingOf('174_-38', LAND)
    expect(sea?.geometry).toMatchObject({ coordinates: [expect.arrayContaining([[176, -36]])] })
    expect(land?.geometry).toEqual(LAND)
    expect(coast?.geometry).toMatchObject({ coordinates: [LAND.coordinates[0]?.[0]?.slice(1)] })
  })

  it('is brought once, from close up', async () => {
    const fetched = vi.fn(() => Promise.resolve(answer()))
    vi.stubGlobal('fetch', fetched)
    const shoresIn = shores()
    expect(await shoresIn(AUCKLAND, CLOSE - 1)).toBeNull()
    expect((await shoresIn(AUCKLAND, CLOSE))?.features).toHaveLength(3)
    expect(await shoresIn(AUCKLAND, CLOSE)).toBeNull()
    expect(fetched).toHaveBeenCalledTimes(1)
  })

  it('is asked for again after it did not come', async () => {
    const fetched = vi.fn(() => Promise.resolve(answer()))
    fetched.mockRejectedValueOnce(new TypeError('offline'))
    vi.stubGlobal('fetch', fetched)
    const shoresIn = shores()
    expect(await shoresIn(AUCKLAND, CLOSE)).toBeNull()
    expect((await shoresIn(AUCKLAND, CLOSE))?.features).toHaveLength(3)
  })
})
