"""Calendars: a booking as a file, and a feed per user at a secret address."""

import asyncio
import secrets
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
SHOWN = tuple(
    status.value for status in Status if status not in {Status.AWAITING_VERIFICATION, Status.EXPIRED, Status.DECLINED}
)
"""What never came to be is left out. What was cancelled is not, so that calendars take it down."""
ORDER = [("starts_at", 1), ("_id", 1)]
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
        """The user's bookings on either side, the earliest start first."""
        both = await asyncio.gather(*(self._as(party, user_id) for party, _ in PARTIES))
        rows = [(row, actor) for (_, actor), rows in zip(PARTIES, both, strict=True) for row in rows]
        rows.sort(key=lambda found: (found[0]["starts_at"], found[0]["_id"]))
        return [(Booking.model_validate(row), actor) for row, actor in rows[:MOST]]

    async def _as(self, party: str, user_id: str) -> list[Document]:
        query = of_party(party, user_id, self._clock.now() - LOOK_BACK)
        found = self._bookings.find(query, NOT_SHOWN | {"history": 0}).hint(index_of(party))
        return await found.sort(ORDER).limit(MOST).to_list()


def of_party(party: str, user_id: str, since: datetime) -> Document:
    """Which bookings are in the feed."""
    return {party: user_id, "status": {"$in": SHOWN}, "starts_at": {"$gte": since}}


def index_of(party: str) -> str:
    """The name of the index (migration 0002) that has them in their order, state by state."""
    return f"{party}_by_starts_at"
