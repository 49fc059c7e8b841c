import { type Map as MapLibreMap, Marker } from 'maplibre-gl'
import { t, tn } from '@/i18n'
import { money } from '@/lib/format'
import { type Counted, idOf, type Spot } from './spots'

// The list has the same for the keyboard and for screen readers, so a marker takes no place in the order of tabs.
const PILL =
  'btn h-8 min-h-0 rounded-full font-sans whitespace-nowrap border-base-300 bg-base-100 px-2.5 text-sm font-semibold shadow-md hover:border-primary ' +
  'aria-pressed:border-primary aria-pressed:bg-primary aria-pressed:text-primary-content'
const CLUSTER =
  'grid h-7 min-w-9 cursor-pointer font-sans px-2 place-items-center rounded-full border border-base-content/25 bg-neutral/85 text-xs ' +
  'font-semibold text-neutral-content shadow-md hover:bg-neutral'

function button(className: string, text: string, label: string): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.tabIndex = -1
  made.className = className
  made.textContent = text
  made.setAttribute('aria-label', label)
  return made
}

export interface SpotMarker {
  spot: Spot
  element: HTMLElement
  marker: Marker
}

interface SpotEvents {
  hover: (spot: Spot | null) => void
  select: (spot: Spot) => void
}

export function spotMarker(map: MapLibreMap, spot: Spot, on: SpotEvents): SpotMarker {
  const [cheapest] = [...spot.services].sort((one, other) => one.price.amount - other.price.amount)
  const price = cheapest ? money(cheapest.price) : ''
  const count = spot.services.length
  const titles = spot.services.map((service) => service.title).join(', ')
  const text = count > 1 ? t('seeker.countFrom', { count, price }) : price
  const element = button(PILL, text, `${titles}: ${text}`)
  element.dataset.spot = spot.services.map(idOf).join(' ')
  element.addEventListener('pointerenter', () => on.hover(spot))
  element.addEventListener('pointerleave', () => on.hover(null))
  element.addEventListener('click', (event) => {
    event.stopPropagation()
    on.select(spot)
  })
  return { spot, element, marker: new Marker({ element }).setLngLat([spot.lng, spot.lat]).addTo(map) }
}

/** How many more there are about here, below the results that are shown there; it takes one closer. */
export function clusterMarker(map: MapLibreMap, cluster: Counted): Marker {
  const element = button(CLUSTER, `+${cluster.count}`, tn('seeker.moreHere', cluster.count))
  element.dataset.cluster = String(cluster.count)
  element.addEventListener('click', () => {
    map.easeTo({ center: [cluster.lng, cluster.lat], zoom: Math.min(map.getZoom() + 2, 13) })
  })
  return new Marker({ element, offset: [0, 34] }).setLngLat([cluster.lng, cluster.lat]).addTo(map)
}
