"""The use cases of geo, and its only access to MongoDB: the read model `places`, kept by events, and the searches."""

from collections.abc import Callable
from typing import cast

from gigsta_common.app import Runtime
from gigsta_common.events import Envelope, OpenDaysChanged, RatingSummary, ServiceChanged
from gigsta_common.mongo import Document, Session, in_transaction
from gigsta_common.replay import sequences
from gigsta_common.vocabulary import Vocabulary
from gigsta_geo import grid, models
from gigsta_geo.crud.clusters import Clusters
from gigsta_geo.crud.nearby import Nearby
from gigsta_geo.gazetteer import gazetteer
from gigsta_geo.settings import Settings

COLLECTION = "places"


class Geo:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._db = runtime.db
        self._places = runtime.db[COLLECTION]
        self.vocabulary = Vocabulary(runtime.db)
        self.nearby = Nearby(self._places, self.vocabulary, runtime.clock)
        self.clusters = Clusters(runtime.db)
        self.gazetteer = gazetteer()

    async def keep(self, event: ServiceChanged, told: Envelope, session: Session) -> None:
        """Take over a service's latest state, and count it on the map in the same transaction.

        An older state than the one we have is ignored.
        """
        known = await self._places.find_one({"_id": event.service_id}, {**models.COUNTED, "words": 1}, session=session)
        if known is not None and not told.is_news_to(known["sequence"]):
            return
        place = models.place_of(event, told.sequence)
        await self.vocabulary.learn(place["words"], instead_of=known.get("words", []) if known else [])
        update: Document = {"$set": dict(place)}
        if known is None:
            update["$setOnInsert"] = models.UNKNOWN
        before = models.spot_of(cast("models.Place", known)) if known else None
        await self._places.update_one({"_id": event.service_id}, update, upsert=True, session=session)
        await self.clusters.count(grid.difference(before, models.spot_of(place)), session)

    async def rate(self, service_id: str, summary: RatingSummary, session: Session, *, again: bool = False) -> None:
        """Take over a newer summary, also of a service that is not known yet: it waits, unlisted, for the rest."""
        known = await self._places.find_one({"_id": service_id}, {"rating.version": 1}, session=session)
        if known is not None and known["rating"]["version"] >= summary.version + again:
            return
        rated = {"rating": models.rating_of(summary), "rating_rank": float(summary.weighted or 0.0)}
        await self._add(service_id, rated, session)

    async def open(self, event: OpenDaysChanged, told: Envelope, session: Session) -> None:
        """Take over on which days a service can be booked, also of one that is not known yet."""
        known = await self._places.find_one({"_id": event.service_id}, {"open_days_version": 1}, session=session)
        if known is not None and not told.is_news_to(known.get("open_days_version", 0)):
            return
        days = [models.day_number(day) for day in event.days]
        await self._add(event.service_id, {"open_days": days, "open_days_version": told.sequence}, session)

    async def _add(self, service_id: str, facts: Document, session: Session) -> None:
        """To a place; one that is not known yet waits, unlisted, for the rest."""
        others = {name: value for name, value in models.UNKNOWN.items() if name not in facts}
        update: Document = {"$set": facts, "$setOnInsert": {"sequence": 0, "listed": False, **others}}
        await self._places.update_one({"_id": service_id}, update, upsert=True, session=session)

    # -- for `gigsta replay`

    async def known_places(self, after: str, limit: int) -> dict[str, int]:
        """Those that are more than a rating that waits for its service."""
        return await self._known(
            {"_id": {"$gt": after}, "sequence": {"$gt": 0}}, limit, lambda place: place["sequence"]
        )

    async def known_ratings(self, after: str, limit: int) -> dict[str, int]:
        rated = {"_id": {"$gt": after}, "rating.version": {"$gt": 0}}
        return await self._known(rated, limit, lambda place: place["rating"]["version"])

    async def known_days(self, after: str, limit: int) -> dict[str, int]:
        told = {"_id": {"$gt": after}, "open_days_version": {"$gt": 0}}
        return await self._known(told, limit, lambda place: place["open_days_version"])

    async def _known(self, query: Document, limit: int, field: Callable[[Document], int]) -> dict[str, int]:
        found = (
            self._places.find(query, {"sequence": 1, "rating.version": 1, "open_days_version": 1})
            .sort("_id", 1)
            .limit(limit)
        )
        return sequences(await found.to_list(), field)

    async def forget_place(self, service_id: str, sequence: int) -> None:
        """Drop a place, and take it off the map, unless it has changed."""

        async def work(session: Session) -> Document | None:
            same = {"_id": service_id, "sequence": sequence}
            place = await self._places.find_one_and_delete(same, {**models.COUNTED, "words": 1}, session=session)
            if place is not None:
                await self.clusters.count(grid.difference(models.spot_of(place), None), session)
            return place

        gone = await in_transaction(self._db, work)
        if gone is not None:
            await self.vocabulary.learn([], instead_of=gone.get("words", []))

    async def forget_rating(self, service_id: str, version: int) -> None:
        same = {"_id": service_id, "rating.version": version}
        await self._places.update_one(same, {"$set": {"rating": models.UNRATED, "rating_rank": 0.0}})

    async def forget_days(self, service_id: str, version: int) -> None:
        same = {"_id": service_id, "open_days_version": version}
        await self._places.update_one(same, {"$set": {"open_days": [], "open_days_version": 0}})


__all__ = ["Geo"]
