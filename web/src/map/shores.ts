import type { FeatureCollection, Geometry, MultiPolygon, Position } from 'geojson'
import type { Bounds } from './spots'

type Ring = Position[]
export type Shores = FeatureCollection<Geometry, { kind: 'sea' | 'land' | 'coast' }>

/** From here on the coast is drawn of finer pieces, where somebody lives near it. */
export const CLOSE = 7
/** Degrees of a piece, which has the name of its corner in the south-west. */
const SIZE = 2
const PATIENCE = 20_000
/** Made by `scripts/coast.mjs`. */
const FILES = import.meta.glob<string>('./base/shore/*.json', {
  query: '?url',
  import: 'default',
  eager: true,
})

const fileOf = (cell: string): string => `./base/shore/${cell}.json`

export function piecesIn([west, south, east, north]: Bounds): string[] {
  const cells: string[] = []
  for (let lng = Math.floor(west / SIZE) * SIZE; lng < east; lng += SIZE) {
    for (let lat = Math.floor(south / SIZE) * SIZE; lat < north; lat += SIZE) cells.push(`${lng}_${lat}`)
  }
  return cells.filter((cell) => fileOf(cell) in FILES)
}

/** What is drawn of a piece: sea over all that the coarser coast has there, land over that, and the line between them. */
export function drawingOf(cell: string, land: MultiPolygon): Shores['features'] {
  const [west = 0, south = 0] = cell.split('_').map(Number)
  const [east, north] = [west + SIZE, south + SIZE]
  const corners = [west, east, east, west, west].map((lng, i) => [lng, i > 1 && i < 4 ? north : south])
  const lines = land.coordinates.flat().flatMap((ring) => linesIn(ring, [west, south, east, north]))
  const part = (kind: 'sea' | 'land' | 'coast', geometry: Geometry): Shores['features'][number] => ({
    type: 'Feature',
    properties: { kind },
    geometry,
  })
  return [
    part('sea', { type: 'Polygon', coordinates: [corners] }),
    part('land', land),
    part('coast', { type: 'MultiLineString', coordinates: lines }),
  ]
}

/** A ring without what lies beyond its piece: the land goes on a little there, so that there is no seam, and ends at no sea. */
function linesIn(ring: Ring, [west, south, east, north]: Bounds): Ring[] {
  const lines: Ring[] = [[]]
  ring.forEach(([lng = 0, lat = 0], i) => {
    const [lastLng = NaN, lastLat = NaN] = ring[i - 1] ?? []
    const isBeyond =
      Math.max(lng, lastLng) < west ||
      Math.min(lng, lastLng) > east ||
      Math.max(lat, lastLat) < south ||
      Math.min(lat, lastLat) > north
    if (isBeyond) lines.push([])
    lines.at(-1)?.push([lng, lat])
  })
  return lines.filter((line) => line.length > 1)
}

/** Brings the pieces of a view, each once, and has all that came so far; nothing when none is new. */
export function shores(): (bounds: Bounds, zoom: number) => Promise<Shores | null> {
  const asked = new Set<string>()
  const features: Shores['features'] = []

  async function bring(cell: string): Promise<boolean> {
    asked.add(cell)
    try {
      const answer = await fetch(FILES[fileOf(cell)] ?? '', { signal: AbortSignal.timeout(PATIENCE) })
      if (!answer.ok) throw new Error(`${cell}: ${answer.status}`)
      features.push(...drawingOf(cell, (await answer.json()) as MultiPolygon))
      return true
    } catch {
      // There is the coarser coast meanwhile, and another try with the next move.
      asked.delete(cell)
      return false
    }
  }
  return async (bounds, zoom) => {
    const missing = zoom < CLOSE ? [] : piecesIn(bounds).filter((cell) => !asked.has(cell))
    const brought = await Promise.all(missing.map(bring))
    return brought.includes(true) ? { type: 'FeatureCollection', features } : null
  }
}
