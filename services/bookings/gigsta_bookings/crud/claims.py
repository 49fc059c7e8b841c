"""Claims: what makes it impossible to sell a time twice.

A provider's day (in UTC) is one document with the claims on it. A claim is pushed only where nothing in the document
overlaps it, which MongoDB decides within the one write, however many processes try. A claim that crosses midnight
lies in both days; both, and the booking itself, change in one transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from gigsta_bookings.availability import Span
from gigsta_bookings.models import Claim, stored
from gigsta_common.errors import Conflict
from gigsta_common.mongo import Database, Session

COLLECTION = "calendar_days"


class SlotUnavailable(Conflict):
    code = "slot_unavailable"


class Claims:
    def __init__(self, db: Database) -> None:
        self._days = db[COLLECTION]

    async def prepare(self, provider_id: str, claims: Iterable[Claim]) -> None:
        """Make sure that the day documents exist, before the transaction: racing upserts would make it fail."""
        for day_id in {day_id for claim in claims for day_id in _day_ids(provider_id, claim.starts_at, claim.ends_at)}:
            try:
                fresh = {"provider_id": provider_id, "claims": []}
                await self._days.update_one({"_id": day_id}, {"$setOnInsert": fresh}, upsert=True)
            except DuplicateKeyError:
                pass

    async def swap(self, provider_id: str, release: Iterable[Claim], take: Iterable[Claim], session: Session) -> None:
        """Give up some claims and take others, within the caller's transaction.

        Raises:
            SlotUnavailable: somebody else holds an overlapping time; the transaction must not be committed.
        """
        for claim in release:
            days = _day_ids(provider_id, claim.starts_at, claim.ends_at)
            await self._days.update_many({"_id": {"$in": days}}, {"$pull": {"claims": stored(claim)}}, session=session)
        for claim in take:
            others = {
                "booking_id": {"$ne": claim.booking_id},
                "starts_at": {"$lt": claim.ends_at},
                "ends_at": {"$gt": claim.starts_at},
            }
            for day_id in _day_ids(provider_id, claim.starts_at, claim.ends_at):
                free = {"_id": day_id, "claims": {"$not": {"$elemMatch": others}}}
                done = await self._days.update_one(free, {"$push": {"claims": stored(claim)}}, session=session)
                if not done.matched_count:
                    raise SlotUnavailable("That time is no longer free.")

    async def taken(self, provider_id: str, start: datetime, end: datetime) -> list[Span]:
        """What is claimed between two moments: one document a day, however long the provider has been busy before."""
        found: list[Span] = []
        async for day in self._days.find({"_id": {"$in": _day_ids(provider_id, start, end)}}, {"claims": 1}):
            found += [Span(starts_at=claim["starts_at"], ends_at=claim["ends_at"]) for claim in day["claims"]]
        return found


def _day_ids(provider_id: str, start: datetime, end: datetime) -> list[str]:
    """The days touched by [start, end)."""
    last = (end - timedelta(milliseconds=1)).date()
    days = (last - start.date()).days
    return [f"{provider_id}:{start.date() + timedelta(days=n)}" for n in range(days + 1)]
