// Writes the coasts of New Zealand and Australia: `coast.json` of the whole, and pieces in `shore/` that are finer where people
// live. They are OpenStreetMap's, which extract_coast.py brings. With --check, says whether the files fit, if it has been.
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { boundsOf, clipRing, meet, metres, weights } from './geometry.mjs'
import {
  BASE,
  cellOf,
  checking,
  countries,
  isOurs,
  keep,
  land,
  places,
  polygonsOf,
  round,
  SIZE,
} from './sources.mjs'

const SOURCE = new URL('../../.gigsta/coast/land.json', import.meta.url)
const SHORE = new URL('shore/', BASE)
/** Metres that a line may be off its coast: anywhere, and where people live. */
const COARSE = 1_500
const FINE = 40
/** Up to so many metres from a place it is fine; from there on, it becomes coarser by degrees. */
const NEAR = 6_000
const SLOPE = 1 / 15
/** How many times as long as that an island has to be. */
const ISLAND = 3
/** Degrees that the land of a piece reaches beyond it, so that no seam is seen between two. */
const OVERLAP = 0.002

if (!existsSync(SOURCE)) {
  console.log('The coasts are not compared: scripts/extract_coast.py says what brings their source.')
  process.exit(checking ? 0 : 1)
}

/** Our polygons of those about us: those whose middle is nearest to a coast of ours. */
async function ours() {
  const shores = (await countries('10m'))
    .flatMap((country) => country.polygons.flat(2).map((point) => ({ point, own: isOurs(country) })))
    .filter(({ point: [lng, lat] }) => lng > 100 && lng < 195 && lat < 0)
  return polygonsOf(JSON.parse(await readFile(SOURCE, 'utf8'))).filter(([outer]) => {
    const [west, south, east, north] = boundsOf(outer)
    const [lng, lat] = [(west + east) / 2, (south + north) / 2]
    const nearest = { far: Infinity, own: false }
    for (const { point, own } of shores) {
      const far = Math.hypot(point[0] - lng, point[1] - lat)
      if (far < nearest.far) Object.assign(nearest, { far, own })
    }
    return nearest.own
  })
}

const towns = new Map()
for (const { geometry } of await places()) {
  const key = geometry.coordinates.map(Math.floor).join()
  towns.set(key, [...(towns.get(key) ?? []), geometry.coordinates])
}

/** What a line may be off at a point: the less, the nearer the next place is. */
function tolerance(point) {
  const [west, south] = point.map(Math.floor)
  let nearest = Infinity
  for (const lng of [west - 1, west, west + 1])
    for (const lat of [south - 1, south, south + 1])
      for (const town of towns.get(`${lng},${lat}`) ?? []) nearest = Math.min(nearest, metres(point, town))
  return Math.min(FINE + Math.max(nearest - NEAR, 0) * SLOPE, COARSE)
}

/** A polygon as `limit` says for each point; nothing if it is too small for that. */
function simple(weighed, limit) {
  const rings = weighed
    .map(({ ring, weight }) => ring.filter((point, i) => weight[i] >= limit(point)))
    .filter((ring) => ring.length > 3)
  const [{ ring: outer }] = weighed
  const [west, south, east, north] = boundsOf(outer)
  const isLarge = metres([west, south], [east, north]) >= ISLAND * limit(outer[0])
  return isLarge && rings.length > 0 ? [rings] : []
}

const coarse = []
const fine = []
/** Pieces in which the fine coast is another than the coarse. Elsewhere they are of the same points, so they meet. */
const cells = new Set()
for (const polygon of await ours()) {
  const weighed = polygon.map((ring) => ({ ring, weight: weights(ring) }))
  const [whole, close] = [simple(weighed, () => COARSE), simple(weighed, tolerance)]
  coarse.push(...whole)
  fine.push(...close)
  const known = new Set(whole.flat(2))
  for (const ring of close.flat())
    ring.forEach((point, i) => {
      const around = [ring[Math.max(i - 1, 0)], point, ring[Math.min(i + 1, ring.length - 1)]]
      if (!known.has(point)) around.forEach((each) => cells.add(cellOf(each)))
    })
}

const rounded = (line) => line.map((point) => point.map((degree) => round(degree, 4)))

/** The land of a piece, and a little beyond. */
function piece(cell) {
  const [west, south] = cell.split('_').map(Number)
  const box = [west - OVERLAP, south - OVERLAP, west + SIZE + OVERLAP, south + SIZE + OVERLAP]
  return fine
    .filter(([outer]) => meet(boundsOf(outer), box))
    .map((polygon) => polygon.map((ring) => rounded(clipRing(ring, box))).filter((ring) => ring.length > 3))
    .filter((polygon) => polygon.length > 0)
}

await keep('coast.json', land(coarse.map((polygon) => polygon.map(rounded))))
for (const cell of [...cells].sort()) await keep(`shore/${cell}.json`, land(piece(cell)))
for (const file of await readdir(SHORE)) {
  if (cells.has(file.replace('.json', ''))) continue
  if (checking) {
    console.error(`src/map/base/shore/${file} is left over: node scripts/coast.mjs`)
    process.exitCode = 1
  } else await rm(new URL(file, SHORE))
}
