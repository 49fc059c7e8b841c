"""The search around a point: what is within the radius asked for, and who travels as far as the point.

Two ways through the places. Outwards from the point, by distance: `$nearSphere` walks an index that has what is asked
for before the point. Best or cheapest first: an index yields each square in that order, MongoDB merges those of the
squares that the circle touches, and stops at the end of the page. Neither looks at more because there are more.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gigsta_common.clock import Clock
from gigsta_common.errors import Unprocessable
from gigsta_common.mongo import Collection, Document
from gigsta_common.pagination import Key, decode_cursor, page_of
from gigsta_common.vocabulary import Vocabulary
from gigsta_geo import cover
from gigsta_geo.models import MOST_TRAVELLED_KM, day_number
from gigsta_geo.schemas import NearbyQuery, NearbyService
from gigsta_geo.sphere import EARTH_RADIUS_M, metres, vector

NOT_SHOWN = {"words": 0, "cells": 0, "open_days": 0}
_NEAR_M = 0.001
"""What is that near to a distance is looked at as a whole, so that a page may end there."""
_SLACK_M = _NEAR_M / 2
"""MongoDB reckons distances in the same way, but for the last digits: so it is asked for a little more."""
_SPARE = 4
"""Fetched beyond the page: mostly one of them is farther than the page's last, which is then known to be complete."""
FEW = 2_000
"""Places with a word that are looked at one by one, wherever they are, to find who comes from beyond the radius."""
MOST_AHEAD = timedelta(days=367)
_ORDERS = {"rating": ("rating_rank", -1), "price": ("price.amount", 1)}

After = tuple[float, str]
"""The sort value and the id of the last place shown."""


@dataclass(frozen=True)
class Ring:
    """Around the point, beyond `inner` metres up to `outer`. With `comers`, those whose providers come to the point."""

    inner: float
    outer: float
    comers: bool = False
    index: str | None = None
    """To go by; None where it depends on what is rarer, which MongoDB tries out."""


class Nearby:
    def __init__(self, places: Collection, vocabulary: Vocabulary, clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._vocabulary = vocabulary

    async def search(self, query: NearbyQuery) -> tuple[list[NearbyService], str | None]:
        """A page of the services around a point, and the cursor of the next.

        Raises:
            Unprocessable: the cursor is not one of this list's.
        """
        if not self._can_be_open(query.available_on):
            return [], None
        meanings = await self.meanings(query)
        wanted = conditions(query, meanings)
        if query.sort == "distance":
            found = await self._by_distance(query, wanted, meanings)
        else:
            found = await self._sorted(query, wanted)
        return page_of(found, query.limit, lambda place: _key(query, place), _render)

    def _can_be_open(self, day: date | None) -> bool:
        """Nobody needs to be looked at for a day that is over everywhere, or that no calendar reaches."""
        today = self._clock.now().date()
        return day is None or today - timedelta(days=1) <= day <= today + MOST_AHEAD

    async def meanings(self, query: NearbyQuery) -> list[list[str]] | None:
        return await self._vocabulary.meanings(query.q) if query.q else None

    def are_few(self, meanings: list[list[str]] | None) -> bool:
        """Whether hardly any place has what is asked for."""
        return meanings is not None and self._vocabulary.uses(meanings) <= FEW

    async def _by_distance(
        self, query: NearbyQuery, wanted: Document, meanings: list[list[str]] | None
    ) -> list[Document]:
        """The nearest first, those equally far by id. Only when these are all, those who come from farther away."""
        after = _after(query, float)
        need = query.limit + 1
        found: list[Document] = []
        for ring in rings(query):
            if len(found) < need and (after is None or after[0] <= ring.outer):
                few = ring.comers and self.are_few(meanings)
                by_index = replace(ring, index=index_of(query, ring, few=few))
                found += await self._nearest(query, wanted, by_index, after, need - len(found))
        return found

    async def _nearest(
        self, query: NearbyQuery, wanted: Document, ring: Ring, after: After | None, need: int
    ) -> list[Document]:
        """The first of a ring, beyond `after`."""
        if after is None or after[0] <= ring.inner:
            return await self._outwards(query, wanted, ring, ring.inner, need)
        beyond = after[0] + _NEAR_M
        as_far = await self._walk(query, wanted, replace(ring, inner=after[0] - _NEAR_M, outer=min(beyond, ring.outer)))
        found = [place for place in as_far if (place["distance"], place["_id"]) > after]
        if len(found) < need and beyond < ring.outer:
            found += await self._outwards(query, wanted, ring, beyond, need)
        return _in_order(found)[:need]

    async def _outwards(
        self, query: NearbyQuery, wanted: Document, ring: Ring, inner: float, need: int
    ) -> list[Document]:
        """The first beyond `inner`. Some as far as the last one fetched may be missing: if that matters, all that are
        as far are looked up."""
        ring = replace(ring, inner=inner)
        batch = await self._walk(query, wanted, ring, limit=need + _SPARE)
        if len(batch) == need + _SPARE:
            edge = batch[-1]["distance"]
            start = max(inner, edge - _NEAR_M)
            certain = [place for place in batch if place["distance"] <= start]
            if len(certain) < need:
                as_far = replace(ring, inner=start, outer=min(edge + _NEAR_M, ring.outer))
                certain += await self._walk(query, wanted, as_far)
            batch = certain
        return [place for place in _in_order(batch) if inner < place["distance"] <= ring.outer][:need]

    async def _walk(self, query: NearbyQuery, wanted: Document, ring: Ring, limit: int = 0) -> list[Document]:
        """What is in the ring, but for a hair's breadth; the nearest `limit` of that."""
        found = self._places.find(outwards(query, wanted, ring), NOT_SHOWN, limit=limit)
        return await self._measured(query, found.hint(ring.index) if ring.index else found)

    async def _sorted(self, query: NearbyQuery, wanted: Document) -> list[Document]:
        """By rating or price, within the radius and who comes from beyond it."""
        name, direction = _ORDERS[query.sort]
        match = in_squares(query, wanted)
        after = _after(query, float if query.sort == "rating" else int)
        if after is not None:
            value, last = after
            beyond, upto = ("$lt", "$lte") if direction < 0 else ("$gt", "$gte")
            match = {"$and": [match, {name: {upto: value}}, {"$or": [{name: {beyond: value}}, {"_id": {"$gt": last}}]}]}
        found = self._places.find(match, NOT_SHOWN, sort=[(name, direction), ("_id", 1)], limit=query.limit + 1)
        if not query.q:
            found = found.hint(f"category_by_{query.sort}" if query.category else f"by_{query.sort}")
        return await self._measured(query, found)

    async def _measured(self, query: NearbyQuery, found: Any) -> list[Document]:
        here = vector(query.lat, query.lng)
        places: list[Document] = await found.to_list()
        for place in places:
            lng, lat = place["point"]["coordinates"]
            place["distance"] = metres(here, vector(lat, lng))
        return places


def rings(query: NearbyQuery) -> tuple[Ring, Ring]:
    radius = query.radius_km * 1000
    return Ring(-1.0, radius), Ring(radius, MOST_TRAVELLED_KM * 1000, comers=True)


def index_of(query: NearbyQuery, ring: Ring, *, few: bool) -> str | None:
    """The index for a ring; `few` is whether hardly any place has the words asked for.

    Who comes from beyond may live far away: few are sooner looked at wherever they are, of many those who come here. To
    have MongoDB try it out costs more than either way, as it tries anew for each step outwards.
    """
    if ring.comers:
        return "by_words" if query.q and few else "by_cover"
    if query.q:
        return None if query.category else "by_words"
    if query.category and query.available_on:
        return "category_by_day"
    return "by_category" if query.category else "everywhere"


def outwards(query: NearbyQuery, wanted: Document, ring: Ring) -> Document:
    """The condition of a walk from the point outwards."""
    point = {"type": "Point", "coordinates": [query.lng, query.lat]}
    near = {
        "$geometry": point,
        "$minDistance": max(0.0, ring.inner - _SLACK_M),
        "$maxDistance": ring.outer + _SLACK_M,
    }
    wanted = {**wanted, "point": {"$nearSphere": near}}
    if ring.comers:
        wanted["service_radius_km"] = {"$gt": 0}
        wanted["cells"] = {"$in": cover.met(query.lat, query.lng)}
        wanted["$expr"] = _within(query, 0.0)
    return wanted


def in_squares(query: NearbyQuery, wanted: Document) -> Document:
    """The condition by squares: what is within the radius, or comes from beyond it."""
    here = cover.searched(query.lat, query.lng, query.radius_km * 1000) + cover.met(query.lat, query.lng)
    wanted = {**wanted, "cells": {"$in": here}, "$expr": _within(query, query.radius_km)}
    if query.q:
        # Says no more, but lets MongoDB go by the words: it tries both ways, and rare words are sooner found so.
        farthest = max(query.radius_km, MOST_TRAVELLED_KM) * 1000 + 1
        circle = [[query.lng, query.lat], farthest / EARTH_RADIUS_M]
        wanted["point"] = {"$geoWithin": {"$centerSphere": circle}}
    return wanted


def _within(query: NearbyQuery, radius_km: float) -> Document:
    """Whether a place is within a radius, or its provider comes to the point: haversines compared, not distances."""
    lng, lat = ({"$degreesToRadians": {"$arrayElemAt": ["$point.coordinates", n]}} for n in (0, 1))
    phi, theta = math.radians(query.lat), math.radians(query.lng)
    across = _haversine({"$subtract": [lng, theta]})
    here = {
        "$add": [
            _haversine({"$subtract": [lat, phi]}),
            {"$multiply": [max(0.0, math.cos(phi)), {"$cos": lat}, across]},
        ]
    }
    per_km = 1000 / EARTH_RADIUS_M
    travelled = _haversine({"$multiply": ["$service_radius_km", per_km]})
    return {"$lte": [here, {"$max": [math.sin(radius_km * per_km / 2) ** 2, travelled]}]}


def _haversine(angle: Document) -> Document:
    return {"$pow": [{"$sin": {"$divide": [angle, 2]}}, 2]}


def conditions(query: NearbyQuery, meanings: list[list[str]] | None) -> Document:
    wanted: dict[str, Any] = {"listed": True}
    also: list[Document] = []
    if query.category is not None:
        wanted["category"] = query.category
    if query.min_rating:  # at least 0 stars asks for nothing, so the unrated stay
        wanted["rating.average"] = {"$gte": query.min_rating}
    if query.max_price is not None:
        wanted["price.amount"] = {"$lte": query.max_price}
    if query.available_on is not None:
        wanted["open_days"] = day_number(query.available_on)
    if meanings is not None:
        also += [{"words": {"$in": meaning}} for meaning in meanings] or [{"words": None}]
    return {**wanted, "$and": also} if also else wanted


def _in_order(places: list[Document]) -> list[Document]:
    return sorted(places, key=lambda place: (place["distance"], place["_id"]))


def _value(query: NearbyQuery, place: Document) -> float:
    if query.sort == "distance":
        return float(place["distance"])
    return float(place["rating_rank"]) if query.sort == "rating" else int(place["price"]["amount"])


def _key(query: NearbyQuery, place: Document) -> Key:
    """Names the order, so that a cursor of one order is refused in another."""
    return (query.sort, _value(query, place), place["_id"])


def _after(query: NearbyQuery, kind: type[int] | type[float]) -> After | None:
    """Of the cursor, bounded by what MongoDB can hold; None on the first page."""
    if query.cursor is None:
        return None
    sort, value, last = decode_cursor(query.cursor, str, kind, str)
    if sort != query.sort or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise Unprocessable(
            "The cursor is not one that this list gave.",
            errors=[{"field": "cursor", "message": "not a cursor of this order"}],
        )
    return value, str(last)


def _render(place: Mapping[str, Any]) -> NearbyService:
    lng, lat = place["point"]["coordinates"]
    travels = place.get("service_radius_km")
    return NearbyService.model_validate(
        {
            **place,
            "service_id": place["_id"],
            "location": {"address": place["address"], "lat": lat, "lng": lng},
            "image": place.get("image"),
            "distance_m": round(place["distance"]),
            "service_radius_km": travels,
            "comes_to_you": travels is not None and place["distance"] <= travels * 1000,
        }
    )
