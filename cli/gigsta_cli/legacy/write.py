"""Writing what is not there yet."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import BulkWriteError

from gigsta_auth.hashing import Hashing
from gigsta_bookings.availability import timezone_at
from gigsta_bookings.crud.claims import NO_LIMIT, Claims, LookAgain, SlotUnavailable
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.quotas import Quotas
from gigsta_bookings.crud.schedules import Schedules
from gigsta_bookings.models import Booking, claims_of
from gigsta_bookings.models.quotas import quotas_of
from gigsta_catalog.crud.categories import ensure_categories
from gigsta_cli.legacy.made import Made
from gigsta_cli.legacy.offers import Categories
from gigsta_cli.legacy.shapes import Kind
from gigsta_common.clock import SystemClock, to_millisecond
from gigsta_common.mongo import Database, Document, Session, in_transaction
from gigsta_common.vocabulary import Vocabulary

RUN = "legacy_import"
_DUPLICATE = 11000
_BESIDES = ("outbox", "words", "wake_at")
_TRIES = 10


async def moment_of(bookings: Database) -> datetime:
    """When the import first began: what the clock had done by then is done, however often it is begun again."""
    await bookings[RUN].update_one(
        {"_id": "as_of"}, {"$setOnInsert": {"at": to_millisecond(SystemClock().now())}}, upsert=True
    )
    known = await bookings[RUN].find_one({"_id": "as_of"})
    at: datetime = (known or {})["at"]
    return at


class Writer:
    def __init__(self, databases: Mapping[str, Database], hashing: Hashing, hashers: int) -> None:
        self._databases = databases
        self._hashing = hashing
        self._hashers = asyncio.Semaphore(hashers)
        self._vocabulary = Vocabulary(databases["catalog"])
        self._claims = Claims(databases["bookings"])
        self._quotas = Quotas(databases["bookings"])

    async def categories(self, categories: Categories) -> None:
        await ensure_categories(self._databases["catalog"], categories.tree)

    async def batch(self, kind: Kind, made: list[Made]) -> dict[Any, str]:
        """Write what is missing of them; return why some could not be."""
        refused: dict[Any, str] = {}
        missing = await self._missing(made)
        if kind == "users":
            missing = list(await asyncio.gather(*(self._with_password(one) for one in missing)))
        elif kind == "services":
            await self._vocabulary.learn(word for one in missing for word in one.words)
        elif kind == "bookings":
            missing = [one for one in missing if not await self._held(one, refused)]
        await self._insert(missing, refused)
        return refused

    async def schedules(self) -> None:
        """Every approved provider has one, in the zone of what they offer, as if events had told of them."""
        catalog, bookings = self._databases["catalog"], self._databases["bookings"]
        schedules = Schedules(bookings, SystemClock(), Offerings(bookings), self._claims)
        async for provider in catalog["providers"].find({"status": "approved"}, {"_id": 1}):
            provider_id: str = provider["_id"]
            if await schedules.find(provider_id) is None:
                await in_transaction(bookings, await self._giving(schedules, provider_id))

    async def _giving(self, schedules: Schedules, provider_id: str) -> Any:
        catalog = self._databases["catalog"]
        offered = await catalog["services"].find_one({"provider_id": provider_id}, sort=[("created_at", 1)])

        async def give(session: Session) -> None:
            if offered is None:
                await schedules.ensure(provider_id, session)
            else:
                lng, lat = offered["location"]["point"]["coordinates"]
                await schedules.move_default_to(provider_id, timezone_at(lat, lng), session)

        return give

    async def _missing(self, made: list[Made]) -> list[Made]:
        wanted: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for target in (target for one in made for target in one.targets):
            wanted[target.service, target.collection].append(target.document["_id"])
        there = {
            (service, collection, document["_id"])
            for (service, collection), ids in wanted.items()
            async for document in self._databases[service][collection].find({"_id": {"$in": ids}}, {"_id": 1})
        }
        return [
            one for one in made if any((t.service, t.collection, t.document["_id"]) not in there for t in one.targets)
        ]

    async def _with_password(self, made: Made) -> Made:
        if made.password is None:
            return made
        async with self._hashers:
            made.main["password_hash"] = await self._hashing.adopt(made.password)
        return made

    async def _held(self, made: Made, refused: dict[Any, str]) -> bool:
        """Whether it is a booking that holds time: then it was written together with its claims, or refused."""
        document = made.main
        booking = Booking.model_validate({name: document[name] for name in document if name not in _BESIDES})
        if not claims_of(booking):
            return False
        try:
            await self._claim(booking, document)
        except SlotUnavailable as error:
            refused[made.old_id] = f"starts_at: {error}"
        return True

    async def _claim(self, booking: Booking, document: Document) -> None:
        """It counts, too, but is not refused for that: nobody loses what they had."""
        bookings, holds = self._databases["bookings"], claims_of(booking)

        async def write(session: Session) -> None:
            await bookings["bookings"].insert_one(document, session=session)
            await self._claims.swap(booking.provider_id, frozenset(), holds, NO_LIMIT, missing, session)
            await self._quotas.enter(booking.id, quotas_of(booking), session)

        for _ in range(_TRIES):
            missing = await self._claims.prepare(booking.provider_id, holds, NO_LIMIT)
            try:
                await in_transaction(bookings, write)
            except LookAgain:
                continue
            return
        raise SlotUnavailable("This calendar is being changed by too many at once.")

    async def _insert(self, made: list[Made], refused: dict[Any, str]) -> None:
        """First of all what comes first of each: nothing is written of what was refused at that."""
        for place in range(max((len(one.targets) for one in made), default=0)):
            placed: defaultdict[tuple[str, str], list[Made]] = defaultdict(list)
            for one in made:
                if place < len(one.targets) and one.old_id not in refused:
                    placed[one.targets[place].service, one.targets[place].collection].append(one)
            for (service, collection), some in placed.items():
                documents = [one.targets[place].document for one in some]
                try:
                    await self._databases[service][collection].insert_many(documents, ordered=False)
                except BulkWriteError as error:
                    refused |= {some[at].old_id: f"{service}.{collection}: {why}" for at, why in _refusals(error)}


def _refusals(error: BulkWriteError) -> list[tuple[int, str]]:
    """Which were refused, and why; but for those that an earlier try has written."""
    errors = error.details["writeErrors"]
    return [
        (one["index"], one["errmsg"][:200])
        for one in errors
        if one["code"] != _DUPLICATE or "_id" not in one.get("keyPattern", {})
    ]
