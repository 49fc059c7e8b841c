"""The populated places of New Zealand and Australia, by the beginning of their name and by where they are.

From GeoNames (https://www.geonames.org), CC BY 4.0; `extract_places.py` says how. It is read once and held in memory:
5,600 places, which no request has to ask a database or the network for.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from gigsta_common.errors import NotFound
from gigsta_common.words import distance, fold, forgiven, spellings
from gigsta_geo.sphere import Vector, metres, vector

ATTRIBUTION: Final = "Places: GeoNames (https://www.geonames.org), CC BY 4.0"
_FILE = Path(__file__).parent / "data" / "places.tsv"
_SHORT = 3
"""Beginnings of up to so many letters have their best places looked up once and for all."""
_KEPT = 50
"""How many of these are kept, and at most asked for."""

_NEAR = 100_000.0
"""Metres: beyond that a place says nothing of where somebody is, as out at sea."""
_SAME_PLACE = 6_000.0
"""Metres: what has one name in one region within that is one place, which the source has twice."""

_REGIONS = {
    "NZ": {
        "10": "Chatham Islands", "E7": "Auckland", "E8": "Bay of Plenty", "E9": "Canterbury", "F1": "Gisborne",
        "F2": "Hawke's Bay", "F3": "Manawatū-Whanganui", "F4": "Marlborough", "F5": "Nelson", "F6": "Northland",
        "F7": "Otago", "F8": "Southland", "F9": "Taranaki", "G1": "Waikato", "G2": "Wellington", "G3": "West Coast",
        "TAS": "Tasman",
    },
    "AU": {
        "01": "Australian Capital Territory", "02": "New South Wales", "03": "Northern Territory", "04": "Queensland",
        "05": "South Australia", "06": "Tasmania", "07": "Victoria", "08": "Western Australia",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    id: str
    name: str
    country: str
    region: str
    lat: float
    lng: float
    population: int
    other_names: tuple[str, ...]
    near: str | None = None
    """A larger place close by, where there is another of its name in its region."""


@dataclass(frozen=True)
class _Node:
    """Of a k-d tree over the unit vectors: there neither the poles nor the antimeridian are special."""

    at: Vector
    place: Place
    axis: int
    below: "_Node | None"
    above: "_Node | None"


@dataclass(frozen=True)
class _Wish:
    country: str | None = None
    """Only places there."""
    prefer: str | None = None
    """Places there before others that are meant as likely."""


class Gazetteer:
    def __init__(self, places: Iterable[Place]) -> None:
        self.places = sorted(_told_apart(list(places)), key=lambda place: (-place.population, place.name, place.id))
        """The biggest first: what an index finds first is what is shown first."""
        self._tree = _tree([(vector(place.lat, place.lng), place) for place in self.places])
        starts: set[tuple[str, int, int]] = set()
        near: dict[str, set[int]] = defaultdict(set)
        for rank, place in enumerate(self.places):
            starts |= {(start, weight, rank) for start, weight in _starts(place)}
            for spelling in spellings(" ".join(fold(place.name)), most=1):
                near[spelling].add(rank)
        self._starts = sorted(starts)
        self._near = dict(near)
        self._short: dict[tuple[str, _Wish], list[Place]] = {}
        wishes = [_Wish(), *(_Wish(country=one) for one in _REGIONS), *(_Wish(prefer=one) for one in _REGIONS)]
        for short in {start[:length] for start, _, _ in starts for length in range(1, _SHORT + 1)}:
            for wish in wishes:
                self._short[short, wish] = self._beginning(short, wish)[:_KEPT]

    def complete(self, text: str, limit: int, *, country: str | None = None, prefer: str | None = None) -> list[Place]:
        """Places with a name that goes on like this: by their own name before others, then those in the country that is
        preferred, then the biggest; those of `country` alone, where one is named.

        Where there is none, those whose whole name is nearly this.
        """
        asked = " ".join(fold(text))
        if not asked:
            return []
        wish = _Wish(country=country) if country else _Wish(prefer=prefer)
        short = len(asked) <= _SHORT
        found = self._short.get((asked, wish), []) if short else self._beginning(asked, wish)
        return (found or self._nearly(asked, wish))[:limit]

    def nearest(self, lat: float, lng: float) -> tuple[Place, float]:
        """The nearest place, and how far it is in metres.

        Raises:
            NotFound: there is none within 100 km.
        """
        place = _nearest(self._tree, vector(lat, lng))
        away = metres(vector(lat, lng), vector(place.lat, place.lng))
        if away > _NEAR:
            raise NotFound("There is no town or suburb within 100 km of this point.", code="no_place_near")
        return place, away

    def _beginning(self, asked: str, wish: _Wish) -> list[Place]:
        best: dict[int, int] = {}
        for index in range(bisect_left(self._starts, (asked,)), len(self._starts)):
            start, weight, rank = self._starts[index]
            if not start.startswith(asked):
                break
            if not self._wanted(rank, wish):
                continue
            whole = -1 if start == asked and weight == 0 else weight  # the whole name comes before longer ones
            best[rank] = min(whole, best.get(rank, whole))
        ranks = sorted(best, key=lambda rank: (best[rank], self._abroad(rank, wish), rank))
        return [self.places[rank] for rank in ranks]

    def _wanted(self, rank: int, wish: _Wish) -> bool:
        return wish.country in (None, self.places[rank].country)

    def _abroad(self, rank: int, wish: _Wish) -> bool:
        return wish.prefer not in (None, self.places[rank].country)

    def _nearly(self, asked: str, wish: _Wish) -> list[Place]:
        near = {rank for spelling in spellings(asked, most=1) for rank in self._near.get(spelling, ())}
        ranks = {rank for rank in near if self._wanted(rank, wish)}
        far = {rank: distance(" ".join(fold(self.places[rank].name)), asked) for rank in ranks}
        least = min(far.values(), default=0)
        nearest = [rank for rank in ranks if far[rank] == least <= forgiven(len(asked))]
        return [self.places[rank] for rank in sorted(nearest, key=lambda rank: (self._abroad(rank, wish), rank))]


@cache
def gazetteer() -> Gazetteer:
    """Read from the file at the first call."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return Gazetteer(_read(line) for line in lines if not line.startswith("#"))


def _read(line: str) -> Place:
    number, name, country, region, lat, lng, population, others = line.split("\t")
    return Place(
        id=f"geonames:{number}",
        name=name,
        country=country,
        region=_REGIONS[country][region],
        lat=float(lat),
        lng=float(lng),
        population=int(population),
        other_names=tuple(others.split("|")) if others else (),
    )


def _told_apart(places: list[Place]) -> Iterable[Place]:
    """Of those that share a name and a region, one for each neighbourhood, and what is close to it."""
    by_name: dict[tuple[str, str, str], list[Place]] = defaultdict(list)
    for place in sorted(places, key=lambda place: (-place.population, place.id)):
        others = by_name[place.name, place.country, place.region]
        if all(_apart(place, other) > _SAME_PLACE for other in others):
            others.append(place)
    for alike in by_name.values():
        taken = {alike[0].name}
        for place in alike:
            near = _landmark(place, places, taken) if len(alike) > 1 else None
            taken |= {near} if near else set()
            yield replace(place, near=near)


def _landmark(place: Place, places: Iterable[Place], taken: Container[str]) -> str:
    """The town of its region that people know: large for how far away it is, and named for no other of the name."""
    others = (other for other in places if other.region == place.region and other.name not in taken)
    return max(others, key=lambda other: other.population / max(_apart(place, other), _SAME_PLACE) ** 3).name


def _apart(one: Place, other: Place) -> float:
    return metres(vector(one.lat, one.lng), vector(other.lat, other.lng))


def _starts(place: Place) -> Iterable[tuple[str, int]]:
    """What one may begin to type for a place, with 0 for its name, 1 for a later word of it, 2 for another name."""
    words = fold(place.name)
    for number in range(len(words)):
        yield " ".join(words[number:]), min(number, 1)
    for name in place.other_names:
        yield " ".join(fold(name)), 2


def _tree(points: list[tuple[Vector, Place]], axis: int = 0) -> _Node:
    points.sort(key=lambda point: point[0][axis])
    middle = len(points) // 2
    at, place = points[middle]
    below, above = points[:middle], points[middle + 1 :]
    following = (axis + 1) % 3
    return _Node(
        at, place, axis, _tree(below, following) if below else None, _tree(above, following) if above else None
    )


def _nearest(tree: _Node, to: Vector) -> Place:
    best, least = tree.place, _chord(tree.at, to)
    stack: list[tuple[_Node, float]] = [(tree, 0.0)]
    while stack:
        node, off = stack.pop()
        if off > least:
            continue
        chord = _chord(node.at, to)
        if chord < least:
            best, least = node.place, chord
        aside = to[node.axis] - node.at[node.axis]
        hither, yonder = (node.below, node.above) if aside < 0 else (node.above, node.below)
        if yonder is not None:
            stack.append((yonder, aside * aside))
        if hither is not None:
            stack.append((hither, off))
    return best


def _chord(one: Sequence[float], other: Sequence[float]) -> float:
    """Squared."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2
