// What the base map is made of, for the scripts that make it, and how what they made is kept or compared.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { feature } from 'topojson-client'

const require = createRequire(import.meta.url)
const PLACES = new URL('../../services/geo/gigsta_geo/data/places.tsv', import.meta.url)
export const BASE = new URL('../src/map/base/', import.meta.url)
const FEWEST = 1000

export const checking = process.argv.includes('--check')
/** The antimeridian lies inside of our part of the world, so east is beyond 180. */
export const eastward = (lng) => (lng < -30 ? lng + 360 : lng)
export const round = (value, digits) => Number(value.toFixed(digits))
/** Degrees of a piece of the coast, which has the name of its corner in the south-west. */
export const SIZE = 2
export const cellOf = (point) => point.map((degree) => Math.floor(degree / SIZE) * SIZE).join('_')
export const isOurs = ({ id }) => id === '036' || id === '554'

/** Natural Earth's countries, by way of the package world-atlas; a polygon each time. */
export async function countries(scale) {
  const atlas = JSON.parse(await readFile(require.resolve(`world-atlas/countries-${scale}.json`), 'utf8'))
  return feature(atlas, atlas.objects.countries).features.map(({ id, geometry }) => ({
    id,
    polygons: polygonsOf(geometry),
  }))
}

/** Their rings, east of the antimeridian as well. */
export const polygonsOf = ({ type, coordinates }) =>
  (type === 'Polygon' ? [coordinates] : coordinates).map((polygon) =>
    polygon.map((ring) => ring.map(([lng, lat]) => [eastward(lng), lat])),
  )

/** The places of GeoNames that the geo service has, without the smallest. */
export async function places() {
  const lines = (await readFile(PLACES, 'utf8')).split('\n')
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'))
    .map(([, name, , , lat, lng, population]) => ({
      type: 'Feature',
      properties: { name, people: Number(population) },
      geometry: { type: 'Point', coordinates: [round(eastward(Number(lng)), 3), round(Number(lat), 3)] },
    }))
    .filter(({ properties }) => properties.people >= FEWEST)
}

/** The GeoJSON of polygons. */
export const land = (coordinates) => ({ type: 'MultiPolygon', coordinates })

/** Writes a file of the base map, or says that it is not what it should be. */
export async function keep(name, content) {
  const target = new URL(name, BASE)
  const text = `${JSON.stringify(content)}\n`
  if ((await readFile(target, 'utf8').catch(() => '')) === text) return
  if (checking) {
    console.error(
      `src/map/base/${name} does not fit its sources: node ${process.argv[1].replace(/.*(?=scripts)/, '')}`,
    )
    process.exitCode = 1
    return
  }
  await mkdir(new URL('.', target), { recursive: true })
  await writeFile(target, text)
  console.log(`wrote src/map/base/${name}: ${Math.round(text.length / 1000)} kB`)
}
