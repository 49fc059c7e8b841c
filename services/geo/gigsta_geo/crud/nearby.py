"""The search around a point: what is within the radius asked for, and who travels as far as the point.

`$geoNear` walks an index outwards from the point and yields the places in order of their distance, those equally far
in any order. Everything that decides what is found stands before the point in the index, as far as it can.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gigsta_common.errors import Unprocessable
from gigsta_common.mongo import Collection, Document
from gigsta_common.pagination import Key, decode_cursor, page_of
from gigsta_common.vocabulary import Vocabulary
from gigsta_geo.models import REACHES_KM
from gigsta_geo.schemas import NearbyQuery, NearbyService

_SLACK_M = 0.001
"""MongoDB compares a distance with its bounds not quite as it reports it: so it is asked for a little more."""

After = tuple[float, str]
"""The sort value and the id of the last place shown."""


@dataclass(frozen=True)
class Band:
    """A ring around the point: beyond `inner` up to `outer` metres. With `reach`, those who come that far."""

    inner: float
    outer: float
    reach: float | None = None


class Nearby:
    def __init__(self, places: Collection, vocabulary: Vocabulary) -> None:
        self._places = places
        self._vocabulary = vocabulary

    async def search(self, query: NearbyQuery) -> tuple[list[NearbyService], str | None]:
        """A page of the services around a point, and the cursor of the next.

        Raises:
            Unprocessable: the cursor is not one of this list's.
        """
        wanted = conditions(query, await self.meanings(query))
        find = self._by_distance if query.sort == "distance" else self._sorted
        return page_of(await find(query, wanted), query.limit, lambda place: _key(query, place), _render)

    async def meanings(self, query: NearbyQuery) -> list[list[str]] | None:
        return await self._vocabulary.meanings(query.q) if query.q else None

    async def _by_distance(self, query: NearbyQuery, wanted: Document) -> list[Document]:
        """The nearest first, those equally far by id. Only when these are all, those who come from farther away."""
        after = _after(query, float)
        need = query.limit + 1
        found: list[Document] = []
        near, *far = bands(query)
        if after is None or after[0] <= near.outer:
            found = await self._nearest(query, wanted, near, after, need)
        if len(found) < need:
            rings = await asyncio.gather(*(self._nearest(query, wanted, ring, after, need) for ring in far))
            found += _in_order([place for ring in rings for place in ring])
        return found[:need]

    async def _nearest(
        self, query: NearbyQuery, wanted: Document, band: Band, after: After | None, need: int
    ) -> list[Document]:
        """The first `need` of a band. One more is fetched: if it is farther than the last of these, all are certain.

        If not, those at that very distance are looked up by themselves.
        """
        stages = ring(query, wanted, band, after)
        batch = await self._run([*stages, {"$limit": need + 1}])
        if len(batch) > need:
            edge = batch[need]["distance"]
            nearer = [place for place in batch if place["distance"] < edge]
            if len(nearer) < need:
                around = Band(max(band.inner, edge - _SLACK_M), min(band.outer, edge + _SLACK_M), band.reach)
                ties = ring(query, wanted, around, after)
                ties += [{"$match": {"distance": edge}}, {"$sort": {"_id": 1}}, {"$limit": need}]
                nearer += await self._run(ties)
            batch = nearer
        return _in_order(batch)[:need]

    async def _sorted(self, query: NearbyQuery, wanted: Document) -> list[Document]:
        """By rating or price: MongoDB looks at all within the bands, and keeps only the best `limit + 1`."""
        field, direction, kind = ("rating_rank", -1, float) if query.sort == "rating" else ("price.amount", 1, int)
        stages: list[Document] = []
        after = _after(query, kind)
        if after is not None:
            value, last = after
            beyond = {"$lt" if direction < 0 else "$gt": value}
            stages.append({"$match": {"$or": [{field: beyond}, {field: value, "_id": {"$gt": last}}]}})
        stages += [{"$sort": {field: direction, "_id": 1}}, {"$limit": query.limit + 1}]
        runs = (self._run([*ring(query, wanted, band, None), *stages]) for band in bands(query))
        found = [place for places in await asyncio.gather(*runs) for place in places]
        found.sort(key=lambda place: (direction * _value(query, place), place["_id"]))
        return found[: query.limit + 1]

    async def _run(self, pipeline: list[Document]) -> list[Document]:
        cursor = await self._places.aggregate([*pipeline, {"$project": {"words": 0}}])
        return await cursor.to_list()


def bands(query: NearbyQuery) -> list[Band]:
    """Within the radius, and then by how far providers travel, those classes that go beyond it."""
    radius = query.radius_km * 1000
    return [
        Band(0.0, radius),
        *(Band(radius, reach * 1000, reach) for reach in REACHES_KM if reach > query.radius_km),
    ]


def ring(query: NearbyQuery, wanted: Document, band: Band, after: After | None) -> list[Document]:
    """The stages that yield a band's places in order of their distance, those after `after` only."""
    least = band.inner if after is None else max(band.inner, after[0])
    most: Document = {"$lte": band.outer}
    matches: list[Document] = [{"distance": most}]
    if band.inner:
        most["$gt" if band.reach is not None else "$gte"] = band.inner
    if band.reach is not None:
        matches.append({"$expr": {"$lte": ["$distance", {"$multiply": ["$service_radius_km", 1000]}]}})
        wanted = {**wanted, "reach": band.reach}
    if after is not None:
        beyond = [{"distance": {"$gt": after[0]}}, {"distance": after[0], "_id": {"$gt": after[1]}}]
        matches.append({"$or": beyond})
    near: Document = {
        "near": {"type": "Point", "coordinates": [query.lng, query.lat]},
        "key": "point",
        "distanceField": "distance",
        "maxDistance": band.outer + _SLACK_M,
        "query": wanted,
        "spherical": True,
    }
    if least > 0:
        near["minDistance"] = max(0.0, least - _SLACK_M)
    return [{"$geoNear": near}, {"$match": {"$and": matches}}]


def conditions(query: NearbyQuery, meanings: list[list[str]] | None) -> Document:
    wanted: dict[str, Any] = {"listed": True}
    also: list[Document] = []
    if query.category is not None:
        wanted["category"] = query.category
    if query.min_rating:  # at least 0 stars asks for nothing, so the unrated stay
        wanted["rating.average"] = {"$gte": query.min_rating}
    if query.max_price is not None:
        wanted["price.amount"] = {"$lte": query.max_price}
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
            "comes_to_you": travels is not None and place["distance"] <= travels * 1000,
        }
    )
