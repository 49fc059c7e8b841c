"""Calendars: a booking as a file, and a feed per user at a secret address."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import orjson

from gigsta_bookings import calendar
from gigsta_bookings.callers import Caller, secret_hash
from gigsta_bookings.crud.store import COLLECTION as BOOKINGS
from gigsta_bookings.crud.store import Store
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import API_PREFIX, NotFound
from gigsta_common.mongo import Document
from gigsta_common.suspensions import Suspensions

COLLECTION = "feeds"
LOOK_BACK = timedelta(days=30)
MOST = 500
KEPT_BYTES = 16_000_000
"""Of events that are written: those of some 30,000 bookings."""
VERSION = {"version": 1, "cleared": 1, "starts_at": 1}
BUT_HISTORY = {"outbox": 0, "words": 0, "wake_at": 0, "history": 0}
NEVER_WAS = {Status.AWAITING_VERIFICATION, Status.EXPIRED, Status.DECLINED}
ENDED = {Status.COMPLETED, Status.FAILED, Status.NO_SHOW}
AHEAD = tuple(status.value for status in Status if status not in {*NEVER_WAS, *ENDED, Status.CANCELLED})
BEHIND = (*AHEAD, *(status.value for status in ENDED))
PARTIES = (("customer_id", Actor.CUSTOMER), ("provider_id", Actor.PROVIDER))


class Entry(NamedTuple):
    """What an event of a feed says depends on nothing else."""

    booking_id: str
    version: int
    cleared: int
    """How often names were taken off it."""
    reader: Actor


@dataclass(frozen=True)
class Contents:
    entries: tuple[Entry, ...]
    public_url: str

    @property
    def tag(self) -> str:
        """Another wherever the file is another."""
        said = orjson.dumps([calendar.WRITER, self.public_url, *map(tuple, self.entries)])
        return sha256(said).hexdigest()[:32]


class Written:
    """The events that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Entry, bytes] = OrderedDict()
        self.size = 0

    def of(self, entries: Iterable[Entry]) -> dict[Entry, bytes]:
        found = {entry: text for entry in entries if (text := self._kept.get(entry)) is not None}
        for entry in found:
            self._kept.move_to_end(entry)
        return found

    def keep(self, entry: Entry, text: bytes) -> None:
        self.size += len(text) - len(self._kept.pop(entry, b""))
        self._kept[entry] = text
        while self.size > KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            self.size -= len(oldest)


class Feeds:
    def __init__(self, runtime: Runtime[Settings], store: Store, suspensions: Suspensions) -> None:
        self._feeds = runtime.db[COLLECTION]
        self._bookings = runtime.db[BOOKINGS]
        self._clock = runtime.clock
        self._public_url = runtime.settings.public_url
        self._store = store
        self._suspensions = suspensions
        self._written = Written()
        self._writing = asyncio.Lock()

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

    async def look(self, secret: str) -> Contents:
        """What is in the feed with this secret: enough to tell whether it has changed, and little work.

        Raises:
            NotFound: there is none, or no longer, or not while its user is suspended.
        """
        feed = await self._feeds.find_one({"secret_hash": secret_hash(secret)}, {"_id": 1})
        if feed is None or await self._suspensions.has(feed["_id"]):
            raise NotFound("There is no such calendar.", code="feed_not_found")
        return Contents(await self._of(feed["_id"]), self._public_url)

    async def _of(self, user_id: str) -> tuple[Entry, ...]:
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
        return tuple(_entry(row, actor) for row, actor in shown)

    async def _as(self, party: str, user_id: str, part: "Part", most: int) -> list[Document]:
        found = self._bookings.find(part.query | {party: user_id}, VERSION).hint(index_of(party))
        return await found.sort(part.order).limit(most).to_list()

    async def read(self, contents: Contents) -> bytes:
        """The feed as a file. No event is written twice, and one feed at a time: it is work (decision record 9)."""
        texts = self._written.of(contents.entries)
        if len(texts) < len(contents.entries):
            async with self._writing:
                texts = self._written.of(contents.entries)  # by whoever was before us
                texts |= await self._write([entry for entry in contents.entries if entry not in texts])
        return calendar.feed_of(texts[entry] for entry in contents.entries if entry in texts)

    async def _write(self, entries: list[Entry]) -> dict[Entry, bytes]:
        query = {"_id": {"$in": [entry.booking_id for entry in entries]}}
        documents = {row["_id"]: row async for row in self._bookings.find(query, BUT_HISTORY)}
        there = [entry for entry in entries if entry.booking_id in documents]
        bookings = [Booking.model_validate(documents[entry.booking_id]) for entry in there]

        def write() -> list[bytes]:
            pairs = zip(bookings, there, strict=True)
            return [calendar.written(booking, entry.reader, self._public_url) for booking, entry in pairs]

        # It may be hundreds of events: other requests go on meanwhile.
        texts = dict(zip(there, await asyncio.to_thread(write), strict=True))
        for entry, text in texts.items():  # which may be of a later version than we have seen
            self._written.keep(_entry(documents[entry.booking_id], entry.reader), text)
        return texts


def _entry(row: Document, reader: Actor) -> Entry:
    return Entry(row["_id"], row["version"], row.get("cleared", 0), reader)


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
