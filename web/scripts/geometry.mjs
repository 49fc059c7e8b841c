// What the coast is made with. A ring is a closed list of [lng, lat], a box [west, south, east, north].

const METRES = 111_320

/** Metres from a point to the line between two others. */
function distance([lng, lat], [fromLng, fromLat], [toLng, toLat]) {
  const narrow = Math.cos((lat * Math.PI) / 180)
  const [x, y] = [(lng - fromLng) * narrow, lat - fromLat]
  const [dx, dy] = [(toLng - fromLng) * narrow, toLat - fromLat]
  const length = dx * dx + dy * dy
  const along = length === 0 ? 0 : Math.min(Math.max((x * dx + y * dy) / length, 0), 1)
  return Math.hypot(x - along * dx, y - along * dy) * METRES
}

export const metres = (one, other) => distance(one, other, other)

/**
 * For each point of a ring, how far the line would be from it without it, in metres (Douglas and Peucker), and never more
 * than for the points that it hangs between. So whoever keeps what is above a limit also keeps what is above a higher one.
 */
export function weights(ring) {
  const last = ring.length - 1
  const found = new Float64Array(ring.length)
  found[0] = found[last] = Infinity
  const open = [[0, last, Infinity]]
  for (let span = open.pop(); span; span = open.pop()) {
    const [from, to, limit] = span
    let [farthest, most] = [-1, -1]
    for (let i = from + 1; i < to; i += 1) {
      const far = distance(ring[i], ring[from], ring[to])
      if (far > most) [farthest, most] = [i, far]
    }
    if (farthest < 0) continue
    // The first cut of a ring is between a point and itself.
    found[farthest] = Math.min(limit, most)
    open.push([from, farthest, found[farthest]], [farthest, to, found[farthest]])
  }
  return found
}

export const boundsOf = (ring) =>
  ring.reduce(
    ([west, south, east, north], [lng, lat]) => [
      Math.min(west, lng),
      Math.min(south, lat),
      Math.max(east, lng),
      Math.max(north, lat),
    ],
    [Infinity, Infinity, -Infinity, -Infinity],
  )

export const meet = (one, other) =>
  one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1]

/** The part of a ring that lies in a box (Sutherland and Hodgman); it may run along the edge of it. */
export function clipRing(ring, box) {
  let points = ring.slice(0, -1)
  for (const side of [0, 1, 2, 3]) {
    const axis = side % 2
    const isIn = (point) => (side < 2 ? point[axis] >= box[side] : point[axis] <= box[side])
    points = points.flatMap((point, i) => {
      const before = points.at(i - 1)
      const kept = isIn(point) ? [point] : []
      return isIn(point) === isIn(before) ? kept : [crossing(before, point, axis, box[side]), ...kept]
    })
  }
  return points.length < 3 ? [] : [...points, points[0]]
}

function crossing(from, to, axis, at) {
  const share = (at - from[axis]) / (to[axis] - from[axis])
  const other = from[1 - axis] + share * (to[1 - axis] - from[1 - axis])
  return axis === 0 ? [at, other] : [other, at]
}

/** Whether a point lies in a polygon: outer ring and holes, an odd number of times in all. */
export function isWithin([lng, lat], rings) {
  let inside = false
  for (const ring of rings) {
    for (let i = 1; i < ring.length; i += 1) {
      const [[fromLng, fromLat], [toLng, toLat]] = [ring[i - 1], ring[i]]
      if (fromLat > lat === toLat > lat) continue
      if (lng < fromLng + ((lat - fromLat) / (toLat - fromLat)) * (toLng - fromLng)) inside = !inside
    }
  }
  return inside
}
