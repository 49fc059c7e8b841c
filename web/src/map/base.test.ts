import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { FeatureCollection, MultiPolygon, Point, Position } from 'geojson'
import { describe, expect, it } from 'vitest'

const BASE = path.join(import.meta.dirname, 'base')
const PLACES = path.resolve(import.meta.dirname, '../../../services/geo/gigsta_geo/data/places.tsv')

interface Place {
  name: string
  people: number
  at: Position
}

const lines = readFileSync(PLACES, 'utf8').split('\n')
const geo: Place[] = lines
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .map(([, name = '', , , lat, lng, people]) => ({
    name,
    people: Number(people),
    at: [east(lng), Number(lat)],
  }))
  .filter(({ people }) => people >= 1000)
const names = read<FeatureCollection<Point, { name: string; people: number }>>('places.json').features
const drawn: Place[] = names.map(({ properties, geometry }) => ({ ...properties, at: geometry.coordinates }))
/** Rings, each with how far north and south it reaches. */
const lands = new Map<string, { ring: Position[]; south: number; north: number }[]>()

function east(lng = ''): number {
  return Number(lng) < 0 ? Number(lng) + 360 : Number(lng)
}

function read<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(BASE, name), 'utf8')) as T
}

/** What the map draws there at its closest: a piece where there is one. */
function landAt([lng = 0, lat = 0]: Position) {
  const piece = `shore/${Math.floor(lng / 2) * 2}_${Math.floor(lat / 2) * 2}.json`
  const name = existsSync(path.join(BASE, piece)) ? piece : 'coast.json'
  const known = lands.get(name)
  if (known) return known
  const land = read<MultiPolygon>(name)
    .coordinates.flat()
    .map((ring) => {
      const lats = ring.map(([, each = 0]) => each)
      return { ring, south: Math.min(...lats), north: Math.max(...lats) }
    })
  lands.set(name, land)
  return land
}

/** Going east from a point on land, one crosses a coast an odd number of times. */
function isInWater({ at: [lng = 0, lat = 0] }: Place): boolean {
  const rings = landAt([lng, lat]).filter(({ south, north }) => south <= lat && lat < north)
  return rings.reduce((sum, { ring }) => sum + crossings(ring, lng, lat), 0) % 2 === 0
}

function crossings(ring: Position[], lng: number, lat: number): number {
  return ring.filter(([toLng = 0, toLat = 0], i) => {
    const [fromLng = toLng, fromLat = toLat] = ring[i - 1] ?? []
    if (fromLat > lat === toLat > lat) return false
    return lng < fromLng + ((lat - fromLat) / (toLat - fromLat)) * (toLng - fromLng)
  }).length
}

function kilometres(one: Position, other: Position): number {
  const [[lng = 0, lat = 0], [toLng = 0, toLat = 0]] = [one, other]
  return Math.hypot((toLng - lng) * Math.cos((lat * Math.PI) / 180), toLat - lat) * 111.3
}

/** With more than 5,000 people and in the water: GeoNames often rounds to a minute, or to a hundredth of a degree. */
const BESIDE = [
  ['Beach Haven', 'Bucklands Beach', 'Favona', 'Half Moon Bay'], // Auckland
  ['Cronulla', 'Oyster Bay', 'Rose Bay', 'Sans Souci', 'Seaforth'], // Sydney
  ['Sydney', 'Sydney Central Business District'], // both of them at Circular Quay
  ['Eleebana', 'Green Point', 'Hampton', 'Petone', 'Wellington Point'],
].flat()

describe('the coast', () => {
  it('has the places of geo on land, but for those that are not where they are said to be', () => {
    const wet = geo.filter(isInWater)
    expect(geo.length).toBeGreaterThan(4_000)
    // 48 when this was written, and 152 with the coast of Natural Earth.
    expect(wet.length).toBeLessThanOrEqual(50)
    expect(
      wet
        .filter(({ people }) => people > 5_000)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(BESIDE.sort())
  })

  it('has every name on land, which is never far from where GeoNames has it', () => {
    expect(drawn.map(({ name }) => name)).toEqual(geo.map(({ name }) => name))
    expect(drawn.filter(isInWater)).toEqual([])
    const moved = drawn.map((each, i) => kilometres(each.at, geo[i]?.at ?? []))
    expect(Math.max(...moved)).toBeLessThan(0.8)
  })
})
