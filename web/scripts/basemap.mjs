// Writes what goes with our coasts, which scripts/coast.mjs makes: the neighbours of Natural Earth and the places of GeoNames.
// With --check, only says whether the files fit.
import { readFile } from 'node:fs/promises'
import { boundsOf, isWithin, meet } from './geometry.mjs'
import { BASE, cellOf, countries, isOurs, keep, land, places, round } from './sources.mjs'

/** West, south, east, north of what is drawn. */
const WORLD = [90, -60, 210, 12]
/** Metres by which a name may be moved, and in what steps. */
const FARTHEST = 2_000
const STEP = 50
const DIRECTIONS = 24
const METRES = 111_320

const abroad = (await countries('50m'))
  .filter((country) => !isOurs(country))
  .flatMap(({ polygons }) => polygons)
  .filter(([outer]) => {
    const [west, south, east, north] = boundsOf(outer)
    return meet([west, south, east, north], WORLD) && east - west < 90
  })
const rounded = abroad.map((polygon) =>
  polygon.map((ring) => ring.map((point) => point.map((degree) => round(degree, 2)))),
)

const pieces = new Map()
/** What is drawn where a point is, at the closest: a piece of the coast, or the whole where there is none. */
async function drawnAt(point) {
  const cell = cellOf(point)
  if (!pieces.has(cell)) {
    const read = (name) => readFile(new URL(name, BASE), 'utf8')
    const { coordinates } = JSON.parse(await read(`shore/${cell}.json`).catch(() => read('coast.json')))
    pieces.set(
      cell,
      coordinates.map((polygon) => ({ polygon, box: boundsOf(polygon[0]) })),
    )
  }
  return pieces.get(cell)
}

async function isOnLand(point) {
  const box = [...point, ...point]
  const near = (await drawnAt(point)).filter((each) => meet(each.box, box))
  return near.some(({ polygon }) => isWithin(point, polygon))
}

/** GeoNames says where a place is to a kilometre, which may be in the water beside it; its name is drawn ashore. */
async function ashore([lng, lat]) {
  for (let metres = 0; metres <= FARTHEST; metres += STEP) {
    for (let turn = 0; turn < DIRECTIONS; turn += 1) {
      const angle = (turn / DIRECTIONS) * 2 * Math.PI
      const degrees = metres / METRES
      const east = (degrees * Math.sin(angle)) / Math.cos((lat * Math.PI) / 180)
      const point = [round(lng + east, 3), round(lat + degrees * Math.cos(angle), 3)]
      if (await isOnLand(point)) return point
    }
  }
  return [lng, lat]
}

const named = []
for (const place of await places()) {
  const coordinates = await ashore(place.geometry.coordinates)
  named.push({ ...place, geometry: { type: 'Point', coordinates } })
}

await keep('abroad.json', land(rounded))
await keep('places.json', { type: 'FeatureCollection', features: named })
