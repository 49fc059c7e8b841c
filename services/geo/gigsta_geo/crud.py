"""The read model `places`, kept by events, and the search around a point."""

from typing import Any

from gigsta_common.app import Runtime
from gigsta_common.errors import Unprocessable
from gigsta_common.events import RatingSummary, ServiceChanged
from gigsta_common.mongo import Document, Session
from gigsta_common.pagination import Key, decode_cursor, encode_cursor
from gigsta_geo import models
from gigsta_geo.schemas import NearbyQuery, NearbyService
from gigsta_geo.settings import Settings

COLLECTION = "places"
_NEAR_TIE_M = 0.001
"""Around a distance to look for others at exactly that distance."""


class Geo:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._places = runtime.db[COLLECTION]

    # -- events

    async def keep(self, event: ServiceChanged, sequence: int, session: Session) -> None:
        """Take over a service's latest state; an older one than we have is ignored."""
        known = await self._places.find_one({"_id": event.service_id}, {"sequence": 1}, session=session)
        if known is not None and known["sequence"] >= sequence:
            return
        update: Document = {"$set": dict(models.place_of(event, sequence))}
        if known is None:
            update["$setOnInsert"] = {"rating": models.UNRATED, "rating_rank": 0.0}
        await self._places.update_one({"_id": event.service_id}, update, upsert=True, session=session)

    async def rate(self, service_id: str, summary: RatingSummary, session: Session) -> None:
        """Take over a newer summary, also of a service that is not known yet: it waits, unlisted, for the rest."""
        known = await self._places.find_one({"_id": service_id}, {"rating.version": 1}, session=session)
        if known is not None and known["rating"]["version"] >= summary.version:
            return
        rated = {"rating": models.rating_of(summary), "rating_rank": float(summary.weighted or 0.0)}
        update: Document = {"$set": rated, "$setOnInsert": {"sequence": 0, "listed": False}}
        await self._places.update_one({"_id": service_id}, update, upsert=True, session=session)

    # -- search

    async def nearby(self, query: NearbyQuery) -> tuple[list[NearbyService], str | None]:
        """A page of the services around a point, and the cursor of the next.

        Raises:
            Unprocessable: the cursor is not one of this list's.
        """
        found = await (self._by_distance(query) if query.sort == "distance" else self._sorted(query))
        shown = found[: query.limit]
        more = len(found) > query.limit
        cursor = encode_cursor(_key(query, shown[-1])) if more else None
        return [_render(place) for place in shown], cursor

    async def _by_distance(self, query: NearbyQuery) -> list[Document]:
        """The nearest first, those equally far by id: the index gives the one order, and we make the other.

        MongoDB yields the places in order of distance without sorting them, but ties in any order. So of the first
        `limit + 1`, all are certain but those at the largest distance; these are looked up by themselves.
        """
        after = _after(query, float)
        if after is not None and after[0] > query.radius_km * 1000:
            return []
        batch = await self._near(query, after, stages=[{"$limit": query.limit + 1}])
        if len(batch) > query.limit:
            edge = batch[-1]["distance"]
            stages: list[Document] = [
                {"$match": {"distance": edge}},
                {"$sort": {"_id": 1}},
                {"$limit": query.limit + 1},
            ]
            ties = await self._near(query, after, around=edge, stages=stages)
            batch = [place for place in batch if place["distance"] < edge] + ties
        return sorted(batch, key=lambda place: (place["distance"], place["_id"]))[: query.limit + 1]

    async def _sorted(self, query: NearbyQuery) -> list[Document]:
        """By rating or price within the radius: MongoDB keeps only the best `limit + 1` while it looks at all."""
        field, direction, kind = ("rating_rank", -1, float) if query.sort == "rating" else ("price.amount", 1, int)
        stages: list[Document] = []
        after = _after(query, kind)
        if after is not None:
            value, last = after
            beyond = {"$lt" if direction < 0 else "$gt": value}
            stages.append({"$match": {"$or": [{field: beyond}, {field: value, "_id": {"$gt": last}}]}})
        stages += [{"$sort": {field: direction, "_id": 1}}, {"$limit": query.limit + 1}]
        return await self._near(query, None, stages=stages)

    async def _near(
        self,
        query: NearbyQuery,
        after: tuple[float, str] | None,
        *,
        stages: list[Document],
        around: float | None = None,
    ) -> list[Document]:
        near: Document = {
            "near": {"type": "Point", "coordinates": [query.lng, query.lat]},
            "key": "point",
            "distanceField": "distance",
            "maxDistance": query.radius_km * 1000,
            "query": _conditions(query),
            "spherical": True,
        }
        pipeline: list[Document] = [{"$geoNear": near}]
        if after is not None:
            near["minDistance"] = max(0.0, after[0] - _NEAR_TIE_M)
            beyond = [{"distance": {"$gt": after[0]}}, {"distance": after[0], "_id": {"$gt": after[1]}}]
            pipeline.append({"$match": {"$or": beyond}})
        if around is not None:
            near["minDistance"] = max(0.0, around - _NEAR_TIE_M)
            near["maxDistance"] = around + _NEAR_TIE_M
        cursor = await self._places.aggregate([*pipeline, *stages, {"$project": {"words": 0}}])
        return await cursor.to_list()


def _conditions(query: NearbyQuery) -> Document:
    conditions: dict[str, Any] = {"listed": True}
    if query.category is not None:
        conditions["category"] = query.category
    if query.min_rating:  # at least 0 stars asks for nothing, so the unrated stay
        conditions["rating.average"] = {"$gte": query.min_rating}
    if query.max_price is not None:
        conditions["price.amount"] = {"$lte": query.max_price}
    if query.q:
        # The words are letters and digits only, so there is nothing in them for a pattern to misread.
        words = models.fold(query.q)[: models.MAX_QUERY_WORDS]
        conditions["$and"] = [{"words": {"$regex": f"^{word}"}} for word in words] or [{"words": None}]
    return conditions


def _key(query: NearbyQuery, place: Document) -> Key:
    """Names the order, so that a cursor of one order is refused in another."""
    if query.sort == "distance":
        return (query.sort, float(place["distance"]), place["_id"])
    if query.sort == "rating":
        return (query.sort, float(place["rating_rank"]), place["_id"])
    return (query.sort, place["price"]["amount"], place["_id"])


def _after(query: NearbyQuery, kind: type[int] | type[float]) -> tuple[float, str] | None:
    """The sort value and the id of the last place shown, bounded by what MongoDB can hold; None on the first page."""
    if query.cursor is None:
        return None
    sort, value, last = decode_cursor(query.cursor, str, kind, str)
    if sort != query.sort or not isinstance(value, int | float) or not 0 <= value < 2**53:
        raise Unprocessable(
            "The cursor is not one that this list gave.",
            errors=[{"field": "cursor", "message": "not a cursor of this order"}],
        )
    return value, str(last)


def _render(place: Document) -> NearbyService:
    lng, lat = place["point"]["coordinates"]
    location = {"address": place["address"], "lat": lat, "lng": lng}
    facts = {**place, "service_id": place["_id"], "location": location, "distance_m": round(place["distance"])}
    return NearbyService.model_validate(facts)
