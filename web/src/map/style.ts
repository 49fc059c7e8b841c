import type {
  GeoJSONSourceSpecification,
  LayerSpecification,
  LineLayerSpecification,
  StyleSpecification,
} from 'maplibre-gl'
import type { Theme } from '@/lib/theme'
import abroadUrl from './base/abroad.json?url'
import coastUrl from './base/coast.json?url'
import placesUrl from './base/places.json?url'
import { CLOSE, type Shores } from './shores'

/** WebGL knows nothing of the theme's variables. */
const COLOURS = {
  light: {
    sea: '#dbe7f3',
    land: '#fbfaf7',
    abroad: '#eef0f1',
    coast: '#b9c8d8',
    name: '#46536b',
    halo: '#fbfaf7',
  },
  dark: {
    sea: '#0b1220',
    land: '#1c2635',
    abroad: '#141d2a',
    coast: '#3a4a61',
    name: '#aab7cb',
    halo: '#141d2a',
  },
} as const
const FONT = ['Figtree Variable', 'sans-serif']

export const ATTRIBUTION =
  '<a href="https://www.openstreetmap.org/copyright" target="_blank" rel="noopener">© OpenStreetMap contributors</a> · GeoNames CC BY 4.0'

export function layersFor(theme: Theme): LayerSpecification[] {
  const colour = COLOURS[theme]
  const line: LineLayerSpecification['paint'] = {
    'line-color': colour.coast,
    'line-width': ['interpolate', ['linear'], ['zoom'], 3, 0.5, 10, 1.2],
  }
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': colour.sea } },
    { id: 'abroad', type: 'fill', source: 'abroad', paint: { 'fill-color': colour.abroad } },
    { id: 'abroad-coast', type: 'line', source: 'abroad', paint: line },
    { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour.land } },
    { id: 'coast', type: 'line', source: 'land', paint: line },
    // A piece covers what the whole has there: first with sea, then with its own land. Its edges are no coast.
    {
      id: 'shore-sea',
      type: 'fill',
      source: 'shores',
      minzoom: CLOSE,
      filter: ['==', ['get', 'kind'], 'sea'],
      paint: { 'fill-color': colour.sea, 'fill-antialias': false },
    },
    {
      id: 'shore-land',
      type: 'fill',
      source: 'shores',
      minzoom: CLOSE,
      filter: ['==', ['get', 'kind'], 'land'],
      paint: { 'fill-color': colour.land, 'fill-antialias': false },
    },
    {
      id: 'shore-coast',
      type: 'line',
      source: 'shores',
      minzoom: CLOSE,
      filter: ['==', ['get', 'kind'], 'coast'],
      paint: line,
    },
    {
      id: 'places',
      type: 'symbol',
      source: 'places',
      // The smaller a place, the closer one has to be; the larger, the sooner it gets the room.
      filter: [
        '>=',
        ['get', 'people'],
        ['interpolate', ['linear'], ['zoom'], 3, 200_000, 5, 60_000, 7, 12_000, 9, 2_000, 11, 0],
      ],
      layout: {
        'text-field': ['get', 'name'],
        'text-font': FONT,
        'text-size': ['interpolate', ['linear'], ['get', 'people'], 1_000, 11, 300_000, 14],
        'symbol-sort-key': ['-', 0, ['get', 'people']],
        'text-padding': 6,
      },
      paint: { 'text-color': colour.name, 'text-halo-color': colour.halo, 'text-halo-width': 1.4 },
    },
  ]
}

const file = (data: string): GeoJSONSourceSpecification => ({
  type: 'geojson',
  data: new URL(data, location.href).href,
})

const NOTHING: Shores = { type: 'FeatureCollection', features: [] }

export const styleFor = (theme: Theme): StyleSpecification => ({
  version: 8,
  sources: {
    abroad: file(abroadUrl),
    land: { ...file(coastUrl), tolerance: 0.2 },
    shores: { type: 'geojson', data: NOTHING },
    places: file(placesUrl),
  },
  layers: layersFor(theme),
})
