// Writes what the map is drawn on: the coasts of Natural Earth (by way of the package world-atlas) and the places of GeoNames
// that the geo service has. With --check, only says whether the files fit.
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'

const require = createRequire(import.meta.url)
const OURS = new Set(['036', '554'])
/** West, south, east, north of what is drawn; the antimeridian lies inside, so east is beyond 180. */
const WORLD = [90, -60, 210, 12]
const FEWEST = 1000
const checking = process.argv.includes('--check')

const countries = async (scale) => {
  const atlas = JSON.parse(await readFile(require.resolve(`world-atlas/countries-${scale}.json`), 'utf8'))
  return feature(atlas, atlas.objects.countries).features
}
const eastward = (lng) => (lng < -30 ? lng + 360 : lng)
const round = (value, digits) => Number(value.toFixed(digits))

/** Rings of a country that lie in our part of the world, with `digits` after the point. */
function rings({ geometry }, digits) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons
    .map((polygon) =>
      polygon.map((ring) => ring.map(([lng, lat]) => [round(eastward(lng), digits), round(lat, digits)])),
    )
    .filter((polygon) => {
      const [lngs, lats] = [0, 1].map((axis) => polygon[0].map((point) => point[axis]))
      const [west, east] = [Math.min(...lngs), Math.max(...lngs)]
      const inside =
        east > WORLD[0] && west < WORLD[2] && Math.max(...lats) > WORLD[1] && Math.min(...lats) < WORLD[3]
      return inside && east - west < 90
    })
}

const land = (features, ours, digits) => ({
  type: 'Feature',
  properties: { ours },
  geometry: { type: 'MultiPolygon', coordinates: features.flatMap((each) => rings(each, digits)) },
})
const near = (await countries('50m')).filter(({ id }) => !OURS.has(id))
const own = (await countries('10m')).filter(({ id }) => OURS.has(id))

const lines = (
  await readFile(new URL('../../services/geo/gigsta_geo/data/places.tsv', import.meta.url), 'utf8')
).split('\n')
const places = lines
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'))
  .filter(([, , , , , , population]) => Number(population) >= FEWEST)
  .map(([, name, , , lat, lng, population]) => ({
    type: 'Feature',
    properties: { name, people: Number(population) },
    geometry: { type: 'Point', coordinates: [round(eastward(Number(lng)), 3), round(Number(lat), 3)] },
  }))

const made = {
  'land.json': [land(near, false, 2), land(own, true, 4)],
  'places.json': places,
}
for (const [name, features] of Object.entries(made)) {
  const target = new URL(`../src/map/base/${name}`, import.meta.url)
  const text = `${JSON.stringify({ type: 'FeatureCollection', features })}\n`
  if ((await readFile(target, 'utf8').catch(() => '')) === text) continue
  if (checking) {
    console.error(`src/map/base/${name} does not fit its sources: node scripts/basemap.mjs`)
    process.exitCode = 1
  } else {
    await writeFile(target, text)
    console.log(`wrote src/map/base/${name}: ${Math.round(text.length / 1000)} kB`)
  }
}
