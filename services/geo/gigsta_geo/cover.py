"""Which squares of the grid an area touches: a circle that is searched, and the one that a provider travels in. No I/O.

A place is listed in the squares that it lies in and in those to which its provider comes. So whoever looks for what is
there, or who comes there, asks for a few squares by their names, however many places there are and however far away.
Squares may hold more than the circle does, never less: distances decide.
"""

import math
from collections.abc import Iterator
from itertools import islice

from gigsta_geo.grid import square
from gigsta_geo.sphere import EARTH_RADIUS_M

LEVELS = (15, 12, 9)
"""Of the squares that places lie in: 1.2, 10 and 78 km high, to have one that suits each radius."""
POLAR_LEVELS = (6, 3)
"""Squares of one level are ever narrower towards the poles. Beyond `POLAR` degrees places lie in these, too."""
POLAR = 60.0
MOST_SEARCHED = 80
"""Squares that a search asks for: each is a scan of its own that MongoDB merges."""
MOST_COVERED = 32
"""Squares in which one place is listed because its provider comes there."""
_SLACK_M = 1.0

Key = str
Square = tuple[int, int, int]


def home(lat: float, lng: float) -> list[Key]:
    """The squares that a place lies in."""
    levels = (*LEVELS, *POLAR_LEVELS) if abs(lat) > POLAR else LEVELS
    return [_home(level, *square(level, lat, lng)) for level in levels]


def searched(lat: float, lng: float, metres: float) -> list[Key]:
    """The squares whose places may be within a circle."""
    polar = abs(lat) - math.degrees(metres / EARTH_RADIUS_M) > POLAR + 0.01
    return [
        _home(*one) for one in _fewest(lat, lng, metres, (*LEVELS, *POLAR_LEVELS) if polar else LEVELS, MOST_SEARCHED)
    ]


def covered(lat: float, lng: float, metres: float) -> list[Key]:
    """The squares that somebody touches who travels so far."""
    return [_come(*one) for one in _fewest(lat, lng, metres, (*LEVELS, *POLAR_LEVELS), MOST_COVERED)]


def met(lat: float, lng: float) -> list[Key]:
    """The squares in which those are listed who come to a point, among others."""
    return [_come(level, *square(level, lat, lng)) for level in (*LEVELS, *POLAR_LEVELS)]


def _home(level: int, x: int, y: int) -> Key:
    return f"{level}/{x}/{y}"


def _come(level: int, x: int, y: int) -> Key:
    return f"+{level}/{x}/{y}"


def _fewest(lat: float, lng: float, metres: float, levels: tuple[int, ...], most: int) -> list[Square]:
    """The circle in squares of the finest level with which that takes no more than `most`, or of the coarsest."""
    *finer, coarsest = levels
    for level in finer:
        found = list(islice(_touched(level, lat, lng, metres), most + 1))
        if len(found) <= most:
            return found
    return list(_touched(coarsest, lat, lng, metres))


def _touched(level: int, lat: float, lng: float, metres: float) -> Iterator[Square]:
    """Level, column and row of each square that the circle touches."""
    angle = (metres + _SLACK_M) / EARTH_RADIUS_M
    around = 2**level
    size = 2 * math.pi / around
    phi, theta = math.radians(lat), math.radians(lng)
    south, north = max(phi - angle, -math.pi / 2), min(phi + angle, math.pi / 2)
    first, last = (min(int((edge + math.pi / 2) / size), around // 2 - 1) for edge in (south, north))
    for y in range(first, last + 1):
        low, high = max(south, y * size - math.pi / 2), min(north, (y + 1) * size - math.pi / 2)
        half = _half_width(phi, angle, low, high)
        west = math.floor((theta - half + math.pi) / size)
        columns = min(math.floor((theta + half + math.pi) / size) - west + 1, around)
        for n in range(columns):
            yield level, (west + n) % around, y


def _half_width(phi: float, angle: float, low: float, high: float) -> float:
    """How far east and west of its centre a circle reaches between two latitudes, in radians of longitude."""
    widest = math.sin(phi) / math.cos(angle)
    at = math.asin(max(-1.0, min(1.0, widest)))
    at = max(low, min(high, at))
    below = math.cos(phi) * math.cos(at)
    if below <= 1e-12:
        return math.pi
    return math.acos(max(-1.0, min(1.0, (math.cos(angle) - math.sin(phi) * math.sin(at)) / below)))
