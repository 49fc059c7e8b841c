"""Calendars: a booking as a file, and a feed per user at a secret address."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gigsta_bookings import calendar
from gigsta_bookings.callers import Caller, secret_hash
from gigsta_bookings.crud.store import COLLECTION as BOOKINGS
from gigsta_bookings.crud.store import NOT_SHOWN, Store
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import API_PREFIX, NotFound
from gigsta_common.mongo import Document

COLLECTION = "feeds"
LOOK_BACK = timedelta(days=30)
MOST = 500
NEVER_WAS = {Status.AWAITING_VERIFICATION, Status.EXPIRED, Status.DECLINED}
ENDED = {Status.COMPLETED, Status.FAILED, Status.NO_SHOW}
AHEAD = tuple(status.value for status in Status if status not in {*NEVER_WAS, *ENDED, Status.CANCELLED})
BEHIND = (*AHEAD, *(status.value for status in ENDED))
PARTIES = (("customer_id", Actor.CUSTOMER), ("provider_id", Actor.PROVIDER))


class Feeds:
    def __init__(self, runtime: Runtime[Settings], store: Store) -> None:
        self._feeds = runtime.db[COLLECTION]
        self._bookings = runtime.db[BOOKINGS]
        self._clock = runtime.clock
        self._public_url = runtime.settings.public_url
        self._store = store

    async def booking(self, caller: Caller, booking_id: str) -> bytes:
        """One booking as a calendar.

        Raises:
            NotFound: there is none, or it is not the caller's to know about.
        """
        booking = await self._store.find(caller, booking_id)
        return calendar.file_of([(booking, caller.actors(booking)[0])], self._public_url)

    # -- the feed of a user

    async def since(self, user_id: str) -> datetime | None:
        """Since when the user has the feed that they have."""
        feed = await self._feeds.find_one({"_id": user_id}, {"created_at": 1})
        return feed["created_at"] if feed else None

    async def renew(self, user_id: str) -> str:
        """A new address for the user's feed; the old one ends. Only here it can be told: what is kept is a hash."""
        secret = secrets.token_urlsafe(32)
        feed = {"secret_hash": secret_hash(secret), "created_at": self._clock.now()}
        await self._feeds.update_one({"_id": user_id}, {"$set": feed}, upsert=True)
        return f"{self._public_url}{API_PREFIX}/bookings/feed.ics?key={secret}"

    async def end(self, user_id: str) -> None:
        await self._feeds.delete_one({"_id": user_id})

    async def read(self, secret: str) -> bytes:
        """The feed with this secret.

        Raises:
            NotFound: there is none, or no longer.
        """
        feed = await self._feeds.find_one({"secret_hash": secret_hash(secret)}, {"_id": 1})
        if feed is None:
            raise NotFound("There is no such calendar.", code="feed_not_found")
        shown = await self._of(feed["_id"])
        # It may be hundreds of events: other requests go on meanwhile.
        return await asyncio.to_thread(calendar.file_of, shown, self._public_url, is_feed=True)

    async def _of(self, user_id: str) -> list[tuple[Booking, Actor]]:
        """The user's bookings on either side, the earliest start first; where there are too many, the nearest."""
        shown: list[tuple[Document, Actor]] = []
        for part in parts(self._clock.now()):
            room = MOST - len(shown)
            if room > 0:
                both = await asyncio.gather(*(self._as(party, user_id, part, room) for party, _ in PARTIES))
                rows = [(row, actor) for (_, actor), rows in zip(PARTIES, both, strict=True) for row in rows]
                rows.sort(key=_start, reverse=part.latest_first)
                shown += rows[:room]
        shown.sort(key=_start)
        return [(Booking.model_validate(row), actor) for row, actor in shown]

    async def _as(self, party: str, user_id: str, part: "Part", most: int) -> list[Document]:
        found = self._bookings.find(part.query | {party: user_id}, NOT_SHOWN | {"history": 0}).hint(index_of(party))
        return await found.sort(part.order).limit(most).to_list()


@dataclass(frozen=True)
class Part:
    """Some of a feed, and which of it come first."""

    query: Document
    latest_first: bool = False

    @property
    def order(self) -> list[tuple[str, int]]:
        direction = -1 if self.latest_first else 1
        return [("starts_at", direction), ("_id", direction)]


def parts(now: datetime) -> tuple[Part, ...]:
    """What is ahead comes before what is past, and both before what was cancelled, which is there so that calendars
    take it down. What never was agreed, and is over, is in none: whoever asks and withdraws crowds nothing out.
    """
    past = {"$gte": now - LOOK_BACK}
    return (
        Part({"status": {"$in": AHEAD}, "starts_at": {"$gte": now}}),
        Part({"status": {"$in": BEHIND}, "starts_at": past | {"$lt": now}}, latest_first=True),
        Part({"status": Status.CANCELLED.value, "confirmed_at": {"$ne": None}, "starts_at": past}),
    )


def _start(row: tuple[Document, Actor]) -> tuple[datetime, str]:
    return row[0]["starts_at"], row[0]["_id"]


def index_of(party: str) -> str:
    """The name of the index (migration 0002) that has them in their order, state by state."""
    return f"{party}_by_starts_at"
