"""Claims: what makes it impossible to sell a time twice.

A provider's day (in UTC) is one document with the claims on it. A claim is pushed only where nothing in the document
overlaps it, which MongoDB decides within the one write, however many processes try. A claim that crosses midnight
lies in both days; both, and the booking itself, change in one transaction.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from gigsta_bookings.models import Claim, stored
from gigsta_bookings.models.claims import HOLD
from gigsta_common.errors import Conflict
from gigsta_common.ids import new_id
from gigsta_common.mongo import Database, Document, Session

COLLECTION = "calendar_days"
MOST_HOLDS = 3
"""Unverified guest bookings that may hold times of one provider's day at once: enough for honest guests, and too few
to empty a calendar with addresses that nobody reads."""


class SlotUnavailable(Conflict):
    code = "slot_unavailable"


class LookAgain(Exception):
    """The calendar has changed since `prepare` looked at it."""


@dataclass(frozen=True)
class DayLimit:
    """How many bookings a provider takes on one local day; None for any number."""

    most: int | None
    timezone: str

    def bounds_of(self, moment: datetime) -> tuple[datetime, datetime]:
        """Where the local day of a moment begins and ends."""
        zone = ZoneInfo(self.timezone)
        day = moment.astimezone(zone).date()
        start, end = (datetime.combine(day + timedelta(days=n), time(), zone).astimezone(UTC) for n in (0, 1))
        return start, end


NO_LIMIT = DayLimit(None, "UTC")


class Claims:
    def __init__(self, db: Database) -> None:
        self._days = db[COLLECTION]

    async def prepare(self, provider_id: str, claims: Iterable[Claim], limit: DayLimit) -> frozenset[str]:
        """Look before the transaction, which is dear; returns the days that have no document yet.

        Where bookings are counted every document that is counted has to be there before: counting makes those who
        count at the same time meet, and nobody meets at a document that is not there.

        Raises:
            SlotUnavailable: somebody else plainly holds an overlapping time.
        """
        missing: set[str] = set()
        for claim in claims:
            day_ids = _day_ids(provider_id, claim.starts_at, claim.ends_at)
            if limit.most is not None:
                day_ids = sorted({*day_ids, *_day_ids(provider_id, *limit.bounds_of(claim.slot_starts_at))})
            days = await self._days.find({"_id": {"$in": day_ids}}).to_list()
            if any(_overlaps(other, claim) for day in days for other in day["claims"]):
                raise _taken()
            missing |= set(day_ids) - {day["_id"] for day in days}
        if limit.most is None:
            return frozenset(missing)
        for day_id in missing:
            with contextlib.suppress(DuplicateKeyError):
                fresh = {"provider_id": provider_id, "claims": []}
                await self._days.update_one({"_id": day_id}, {"$setOnInsert": fresh}, upsert=True)
        return frozenset()

    async def swap(
        self,
        provider_id: str,
        release: frozenset[Claim],
        take: frozenset[Claim],
        limit: DayLimit,
        missing: frozenset[str],
        session: Session,
    ) -> None:
        """Give up some claims and take others, within the caller's transaction. `missing` is what `prepare` returned.

        Raises:
            SlotUnavailable: somebody else holds an overlapping time, or the day is full; the transaction must not be
                committed.
            LookAgain: somebody has just been the first on a day that was missing.
        """
        for claim in release:
            days = _day_ids(provider_id, claim.starts_at, claim.ends_at)
            gone = {"claims": {"booking_id": claim.booking_id, "kind": claim.kind}}
            update = {"$pull": gone, "$set": _stale()}
            await self._days.update_many({"_id": {"$in": days}}, update, session=session)
        held = {claim.slot_starts_at for claim in release}
        for claim in take:
            if limit.most is not None and claim.slot_starts_at not in held:
                await self._check_day(provider_id, claim, limit.most, limit, session)
            for day_id in _day_ids(provider_id, claim.starts_at, claim.ends_at):
                if day_id in missing:
                    await self._begin(day_id, provider_id, claim, session)
                else:
                    await self._push(day_id, claim, session)

    async def _begin(self, day_id: str, provider_id: str, claim: Claim, session: Session) -> None:
        try:
            day = {"_id": day_id, "provider_id": provider_id, "claims": [stored(claim)], **_stale()}
            await self._days.insert_one(day, session=session)
        except DuplicateKeyError:
            raise LookAgain from None

    async def _push(self, day_id: str, claim: Claim, session: Session) -> None:
        others = {
            "booking_id": {"$ne": claim.booking_id},
            "starts_at": {"$lt": claim.ends_at},
            "ends_at": {"$gt": claim.starts_at},
        }
        free: Document = {"_id": day_id, "claims": {"$not": {"$elemMatch": others}}}
        push = {"$push": {"claims": stored(claim)}, "$set": _stale()}
        day = await self._days.find_one_and_update(
            free, push, session=session, return_document=ReturnDocument.AFTER, projection={"claims.kind": 1}
        )
        if day is None:
            raise _taken()
        if claim.kind == HOLD and sum(other["kind"] == HOLD for other in day["claims"]) > MOST_HOLDS:
            raise SlotUnavailable(
                "Too many unverified requests wait for this day. Log in to book it, or try again in half an hour.",
                code="too_many_holds",
            )

    async def _check_day(self, provider_id: str, claim: Claim, most: int, limit: DayLimit, session: Session) -> None:
        """Count the bookings of the claim's local day, and make whoever counts them at the same time conflict."""
        start, end = limit.bounds_of(claim.slot_starts_at)
        query = {"_id": {"$in": _day_ids(provider_id, start, end)}}
        booked: set[str] = set()
        async for found in self._days.find(query, session=session):
            booked |= {other["booking_id"] for other in found["claims"] if start <= other["slot_starts_at"] < end}
        if len(booked - {claim.booking_id}) >= most:
            raise SlotUnavailable("The provider takes no more bookings on that day.")
        await self._days.update_many(query, {"$inc": {"counted": 1}}, session=session)

    async def taken(self, provider_id: str, start: datetime, end: datetime) -> list[Claim]:
        """What is claimed between two moments: one document a day, however long the provider has been busy before."""
        found: list[Claim] = []
        async for day in self._days.find({"_id": {"$in": _day_ids(provider_id, start, end)}}, {"claims": 1}):
            found += [Claim.model_construct(**claim) for claim in day["claims"]]
        return found


def _overlaps(other: Document, claim: Claim) -> bool:
    return bool(
        other["booking_id"] != claim.booking_id
        and other["starts_at"] < claim.ends_at
        and other["ends_at"] > claim.starts_at
    )


def _stale() -> Document:
    """Marks a day for `open_days`, which has to look whether the provider still has room on it."""
    return {"stale": new_id()}


def _taken() -> SlotUnavailable:
    return SlotUnavailable("That time is no longer free.")


def _day_ids(provider_id: str, start: datetime, end: datetime) -> list[str]:
    """The days touched by [start, end)."""
    last = (end - timedelta(milliseconds=1)).date()
    days = (last - start.date()).days
    return [f"{provider_id}:{start.date() + timedelta(days=n)}" for n in range(days + 1)]
