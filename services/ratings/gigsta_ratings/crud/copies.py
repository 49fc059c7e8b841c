"""Ratings' part in `gigsta replay`: the summaries that it tells of, and what it keeps of bookings."""

from typing import cast

from gigsta_common.events import RatingSummarised
from gigsta_common.mongo import Collection, Database, Document
from gigsta_common.replay import CollectionSource, Fact, sequences
from gigsta_ratings import models
from gigsta_ratings.models import SubjectKind, Tally


def summaries_told(db: Database, kind: SubjectKind) -> CollectionSource:
    def fact(document: Document) -> Fact:
        subject = document["_id"].partition(":")[2]
        summary = models.summarise(cast("Tally", document))
        data = RatingSummarised(kind=kind, subject_id=subject, summary=summary)
        return Fact("rating.summarised", data, subject, summary.version)

    return CollectionSource(db["summaries"], fact, prefix=models.tally_id((kind, "")))


class KeptOfBookings:
    """The invitations or the endings."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def known(self, after: str, limit: int) -> dict[str, int]:
        found = self._collection.find({"_id": {"$gt": after}}, {"sequence": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda kept: int(kept["sequence"]))

    async def forget(self, booking_id: str, sequence: int) -> None:
        await self._collection.delete_one({"_id": booking_id, "sequence": sequence})


class KeptClosures:
    """Who has closed their account. There is only one word of it, so its number does not matter."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def known(self, after: str, limit: int) -> dict[str, int]:
        found = self._collection.find({"_id": {"$gt": after}}, {"_id": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda _: 0)

    async def forget(self, user_id: str, _: int) -> None:
        await self._collection.delete_one({"_id": user_id})
