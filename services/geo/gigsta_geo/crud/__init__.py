"""The use cases of geo, and its only access to MongoDB: the read model `places`, kept by events, and the searches."""

from typing import cast

from gigsta_common.app import Runtime
from gigsta_common.events import RatingSummary, ServiceChanged
from gigsta_common.mongo import Document, Session
from gigsta_common.vocabulary import Vocabulary
from gigsta_geo import grid, models
from gigsta_geo.crud.clusters import Clusters
from gigsta_geo.crud.nearby import Nearby
from gigsta_geo.gazetteer import gazetteer
from gigsta_geo.settings import Settings

COLLECTION = "places"


class Geo:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._places = runtime.db[COLLECTION]
        self._vocabulary = Vocabulary(runtime.db)
        self.nearby = Nearby(self._places, self._vocabulary)
        self.clusters = Clusters(runtime.db)
        self.gazetteer = gazetteer()

    async def keep(self, event: ServiceChanged, sequence: int, session: Session) -> None:
        """Take over a service's latest state, and count it on the map in the same transaction.

        An older state than the one we have is ignored.
        """
        known = await self._places.find_one({"_id": event.service_id}, models.COUNTED, session=session)
        if known is not None and known["sequence"] >= sequence:
            return
        place = models.place_of(event, sequence)
        await self._vocabulary.learn(place["words"])
        update: Document = {"$set": dict(place)}
        if known is None:
            update["$setOnInsert"] = {"rating": models.UNRATED, "rating_rank": 0.0}
        before = models.spot_of(cast("models.Place", known)) if known else None
        await self._places.update_one({"_id": event.service_id}, update, upsert=True, session=session)
        await self.clusters.count(grid.difference(before, models.spot_of(place)), session)

    async def rate(self, service_id: str, summary: RatingSummary, session: Session) -> None:
        """Take over a newer summary, also of a service that is not known yet: it waits, unlisted, for the rest."""
        known = await self._places.find_one({"_id": service_id}, {"rating.version": 1}, session=session)
        if known is not None and known["rating"]["version"] >= summary.version:
            return
        rated = {"rating": models.rating_of(summary), "rating_rank": float(summary.weighted or 0.0)}
        update: Document = {"$set": rated, "$setOnInsert": {"sequence": 0, "listed": False}}
        await self._places.update_one({"_id": service_id}, update, upsert=True, session=session)


__all__ = ["Geo"]
