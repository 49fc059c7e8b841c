"""Seeing off those who have closed their account.

There may be thousands of bookings to end and to clear of a name, more than one transaction should hold. So the event
only notes that somebody leaves, and the clock does the rest, booking by booking, as often as it takes.
"""

import logging
from datetime import datetime, timedelta

from pymongo.errors import ConnectionFailure

from gigsta_bookings import departures as rules
from gigsta_bookings import transitions
from gigsta_bookings.crud import feeds, policies, schedules
from gigsta_bookings.crud.claims import NO_LIMIT
from gigsta_bookings.crud.store import COLLECTION as BOOKINGS
from gigsta_bookings.crud.store import NOT_SHOWN, Store
from gigsta_bookings.models import Actor, Booking
from gigsta_bookings.rules import Command
from gigsta_bookings.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Forbidden
from gigsta_common.mongo import Document, Session
from gigsta_common.replay import sequences

log = logging.getLogger(__name__)

COLLECTION = "departures"
AGAIN_AFTER = timedelta(minutes=1)
WATCHED_FOR = timedelta(hours=1)
"""As long as something of theirs may still come: guests verify within half an hour, tokens die within ten minutes."""
PARTIES = (("customer_id", Actor.CUSTOMER), ("provider_id", Actor.PROVIDER))


class Departures:
    def __init__(self, runtime: Runtime[Settings], store: Store) -> None:
        self._departures = runtime.db[COLLECTION]
        self._bookings = runtime.db[BOOKINGS]
        self._theirs = (
            (runtime.db[feeds.COLLECTION], "_id"),
            (runtime.db[schedules.COLLECTION], "_id"),
            (runtime.db[policies.COLLECTION], "provider_id"),
        )
        self._clock = runtime.clock
        self._store = store

    async def begin(self, user_id: str, closed_at: datetime, session: Session) -> None:
        """Note that somebody leaves, and remove what is theirs alone."""
        noted = {"closed_at": closed_at, "next_at": self._clock.now()}
        await self._departures.update_one({"_id": user_id}, {"$setOnInsert": noted}, upsert=True, session=session)
        await self._erase(user_id, session)

    async def look_again(self, user_id: str, session: Session) -> None:
        """Something has come to be theirs. Does nothing for somebody who has not left."""
        now = self._clock.now()
        await self._departures.update_one({"_id": user_id}, {"$set": {"next_at": now}}, session=session)

    async def has_left(self, user_id: str, session: Session | None = None) -> bool:
        return await self._departures.find_one({"_id": user_id}, {"_id": 1}, session=session) is not None

    async def refuse(self, customer_id: str, provider_id: str) -> None:
        """Raises Forbidden or Conflict where one of them has left: a token lives on for some minutes."""
        parties = {"_id": {"$in": [customer_id, provider_id]}}
        left = {found["_id"] for found in await self._departures.find(parties, {"_id": 1}).to_list()}
        if customer_id in left:
            raise Forbidden("This account is closed.", code="account_closed")
        if left:
            raise Conflict("This service is no longer on offer.", code="service_not_bookable")

    async def known(self, after: str, limit: int) -> dict[str, int]:
        """For `gigsta replay`: who has left. There is only one word of it, so its number does not matter."""
        found = self._departures.find({"_id": {"$gt": after}}, {"_id": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda _: 0)

    async def forget(self, user_id: str, _: int) -> None:
        await self._departures.delete_one({"_id": user_id})

    async def run_due(self) -> int:
        """See off whoever is due; return how many bookings that changed."""
        changed = 0
        for departure in await self._departures.find({"next_at": {"$lte": self._clock.now()}}).to_list():
            changed += await self._see_off(departure)
        return changed

    async def _erase(self, user_id: str, session: Session | None = None) -> None:
        for collection, owner in self._theirs:
            await collection.delete_many({owner: user_id}, session=session)

    async def _see_off(self, departure: Document) -> int:
        changed = 0
        await self._erase(departure["_id"])  # once more: what was being written meanwhile
        for party, actor in PARTIES:
            states = {"status": {"$in": [*rules.ENDED_BY_THEM, *rules.WAITED_FOR]}}
            query = {party: departure["_id"], "$or": [states, rules.NAMED[actor]]}
            async for document in self._bookings.find(query, NOT_SHOWN):
                try:
                    changed += await self._leave(Booking.model_validate(document), departure["_id"], actor)
                except ConnectionFailure:
                    raise
                except Exception:
                    log.exception("a booking cannot be left; it is tried again", extra={"booking_id": document["_id"]})
        now = self._clock.now()
        watched = now < departure["closed_at"] + WATCHED_FOR or changed
        await self._departures.update_one(
            {"_id": departure["_id"]}, {"$set": {"next_at": now + AGAIN_AFTER if watched else None}}
        )
        return changed

    async def _leave(self, booking: Booking, user_id: str, actor: Actor) -> int:
        """End it where it can be ended, and take the name off it. What others change meanwhile is for the next look."""
        now = self._clock.now()
        row = rules.way_out(booking, actor, now)
        if row is not None:
            after = transitions.apply(row, booking, actor, user_id, now, Command(rules.REASON))
            if not await self._store.save(booking, after, row.event, NO_LIMIT):
                return 0
            booking = after
        after = rules.nameless(booking, actor)
        cleared = after != booking and await self._store.clear_names(booking, after)
        return int(row is not None or cleared)
