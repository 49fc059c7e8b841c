"""The grid that a map's clusters are counted in: squares in degrees, halved from level to level. No I/O.

At level L a square is 360 / 2**L degrees wide and high, so that 2**L of them go around and half as many from pole to
pole. Column 0 begins at the antimeridian, which no square crosses; both of its longitudes, 180 and -180, are there.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEVELS = (8, 10, 12, 14, 16, 18)
"""The levels that are counted: from 156 km to 150 m. Those between and above are put together of finer squares."""
FINEST = LEVELS[-1]
MOST_SQUARES = 2_048
"""A box is never answered with more: then the squares are larger than the zoom asks for."""
_MICRO = 1_000_000


@dataclass(frozen=True)
class Spot:
    """What of a listed service counts for the map."""

    lat: float
    lng: float
    category: str


@dataclass(frozen=True)
class Square:
    level: int
    x: int
    y: int
    category: str

    @property
    def id(self) -> str:
        return f"{self.level}/{self.x}/{self.y}/{self.category}"


@dataclass
class Tally:
    """Sums in millionths of a degree: whole numbers, so that they stay exact however often they are added to."""

    count: int = 0
    lat: int = 0
    lng: int = 0


@dataclass(frozen=True)
class Window:
    """The squares that a box touches: rows, and one or two ranges of columns."""

    level: int
    rows: tuple[int, int]
    columns: tuple[tuple[int, int], ...]

    @property
    def squares(self) -> int:
        width = sum(last - first + 1 for first, last in self.columns)
        return width * (self.rows[1] - self.rows[0] + 1)


def square(level: int, lat: float, lng: float) -> tuple[int, int]:
    """Column and row; the north pole is in the last row."""
    around = 2**level
    x = math.floor((_west(lng) + 180) / 360 * around) % around
    return x, min(math.floor((lat + 90) / 360 * around), around // 2 - 1)


def difference(before: Spot | None, after: Spot | None) -> dict[Square, Tally]:
    """What changes in the counts when a service goes from one state to another; empty where nothing does."""
    changes: dict[Square, Tally] = defaultdict(Tally)
    if before == after:
        return changes
    for spot, sign in ((before, -1), (after, 1)):
        if spot is not None:
            add(changes, spot, sign)
    return changes


def add(counts: dict[Square, Tally], spot: Spot, sign: int = 1) -> None:
    lat, lng = round(spot.lat * _MICRO), round(_west(spot.lng) * _MICRO)
    for level in LEVELS:
        tally = counts[Square(level, *square(level, spot.lat, spot.lng), spot.category)]
        tally.count += sign
        tally.lat += sign * lat
        tally.lng += sign * lng


def tally(spots: Iterable[Spot]) -> dict[Square, Tally]:
    """All counts from nothing: of the finest squares, and of each coarser level from the one below it."""
    finer: dict[tuple[int, int, str], list[int]] = {}
    for spot in spots:
        sums = finer.setdefault((*square(FINEST, spot.lat, spot.lng), spot.category), [0, 0, 0])
        _add(sums, (1, round(spot.lat * _MICRO), round(_west(spot.lng) * _MICRO)))
    counts: dict[Square, Tally] = {}
    below = FINEST
    for level in reversed(LEVELS):
        coarser: dict[tuple[int, int, str], list[int]] = {}
        for (x, y, category), sums in finer.items():
            _add(coarser.setdefault((x >> below - level, y >> below - level, category), [0, 0, 0]), sums)
        counts |= {Square(level, *key): Tally(*sums) for key, sums in coarser.items()}
        finer, below = coarser, level
    return counts


def _add(sums: list[int], more: Sequence[int]) -> None:
    for place, number in enumerate(more):
        sums[place] += number


def centre(count: int, lat: int, lng: int) -> tuple[float, float]:
    return round(lat / count / _MICRO, 6), round(lng / count / _MICRO, 6)


def window(west: float, south: float, east: float, north: float, zoom: int) -> Window:
    """The squares of a box for a map at this zoom, a quarter of a tile wide, or larger where they would be too many.

    A box whose west is east of its east crosses the antimeridian.
    """
    level = min(zoom + 2, FINEST)
    found = _window(level, west, south, east, north)
    while found.squares > MOST_SQUARES:
        level -= 1
        found = _window(level, west, south, east, north)
    return found


def counted_in(level: int) -> int:
    """The counted level whose squares make up those of `level`."""
    return next(counted for counted in LEVELS if counted >= level)


def bounds(level: int, x: int, y: int) -> tuple[float, float, float, float]:
    """West, south, east and north of a square."""
    size = 360 / 2**level
    return x * size - 180, y * size - 90, (x + 1) * size - 180, (y + 1) * size - 90


def _window(level: int, west: float, south: float, east: float, north: float) -> Window:
    first, bottom = square(level, south, west)
    last, top = square(level, north, east)
    final = 2**level - 1
    if east - west >= 360:
        columns: tuple[tuple[int, int], ...] = ((0, final),)
    elif _west(west) <= _west(east):
        columns = ((first, last),)
    elif last >= first - 1:  # it goes around, and ends where it began
        columns = ((0, final),)
    else:
        columns = ((first, final), (0, last))
    return Window(level, (bottom, top), columns)


def _west(lng: float) -> float:
    """The antimeridian has two longitudes, of which this is the one we use."""
    return -180.0 if lng == 180 else lng
