"""How bookings ended, one document each. Counted when asked, from an index: so there is no counter to go wrong."""

from typing import cast

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.app import Runtime
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.mongo import Session
from gigsta_ratings.models import Role, reliability
from gigsta_ratings.models.reliability import Ending, Reliability
from gigsta_ratings.settings import Settings


class Outcomes:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._endings = cast("AsyncCollection[Ending]", runtime.db["endings"])
        self._counting = runtime.db["endings"]

    async def follow(self, event: BookingChanged, told: Envelope, session: Session) -> None:
        known = await self._endings.find_one({"_id": event.booking_id}, {"sequence": 1}, session=session)
        if known is not None and not told.is_news_to(known["sequence"]):
            return
        after = reliability.ending_after(event, told.sequence, known=known is not None)
        if after is not None:
            await self._endings.replace_one({"_id": event.booking_id}, after, upsert=True, session=session)

    async def reliability(self, role: Role, user_id: str) -> Reliability:
        """How reliable somebody has been as a customer or as a provider."""
        theirs = {f"{role}_id": user_id, role: {"$type": "string"}}
        groups = await self._counting.aggregate([{"$match": theirs}, {"$group": {"_id": f"${role}", "n": {"$sum": 1}}}])
        return reliability.summarise({group["_id"]: group["n"] async for group in groups})
