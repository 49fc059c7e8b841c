"""A handler acts once for an event that comes any number of times, and not at all where it fails."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import ValidationError
from pymongo.errors import DuplicateKeyError

from gigsta_common import indexes, mongo
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, UserClosed
from gigsta_common.messaging import Handlers
from gigsta_common.messaging.handlers import INBOX, REMEMBER
from gigsta_common.mongo import Session
from gigsta_common.testing.events import an_event

CLOSED: dict[str, Any] = {"user_id": "u", "closed_at": "2026-01-01T00:00:00Z"}


class Effects:
    """The use cases: one that writes a document for each call."""

    def __init__(self, db: mongo.Database) -> None:
        self.db = db
        self.fails: Exception | None = None

    async def act(self, session: Session, what: str = "acted") -> None:
        await self.db["effects"].insert_one({"what": what}, session=session)
        if self.fails is not None:
            raise self.fails


handlers = Handlers[Effects]()


@handlers.on("user.closed", UserClosed)
async def on_closed(effects: Effects, event: UserClosed, envelope: Envelope, session: Session) -> None:
    await effects.act(session)


@pytest.fixture
async def effects(database: mongo.Database) -> Effects:
    await indexes.create_common(database)
    await database.create_collection("effects")
    return Effects(database)


Handle = Callable[[Envelope], Awaitable[None]]


@pytest.fixture
def handle(effects: Effects, clock: ManualClock) -> Handle:
    return lambda event: handlers.handle_once(effects, effects.db, clock, event)


async def count(effects: Effects) -> int:
    return await effects.db["effects"].count_documents({})


async def marks(effects: Effects) -> int:
    return await effects.db[INBOX].count_documents({})


async def test_the_same_event_twice_acts_once(effects: Effects, handle: Handle, clock: ManualClock) -> None:
    event = an_event("user.closed", event_id="e", **CLOSED)
    await handle(event)
    await handle(event)
    assert await count(effects) == 1
    mark = await effects.db[INBOX].find_one({"_id": "e"})
    assert mark is not None
    assert mark["expires_at"] == clock.now() + REMEMBER


async def test_twenty_times_at_once_acts_once(effects: Effects, handle: Handle) -> None:
    event = an_event("user.closed", event_id="e", **CLOSED)
    await asyncio.gather(*(handle(event) for _ in range(20)))
    assert await count(effects) == 1


async def test_different_events_each_act(effects: Effects, handle: Handle) -> None:
    await asyncio.gather(*(handle(an_event("user.closed", event_id=f"e{n}", **CLOSED)) for n in range(10)))
    assert await count(effects) == 10


async def test_a_failure_leaves_no_mark_and_no_effect(effects: Effects, handle: Handle) -> None:
    event = an_event("user.closed", event_id="e", **CLOSED)
    effects.fails = RuntimeError("half way")
    with pytest.raises(RuntimeError, match="half way"):
        await handle(event)
    assert (await count(effects), await marks(effects)) == (0, 0)
    effects.fails = None
    await handle(event)
    assert (await count(effects), await marks(effects)) == (1, 1)


async def test_a_duplicate_key_of_the_handlers_own_is_an_error(effects: Effects, handle: Handle) -> None:
    event = an_event("user.closed", event_id="e", **CLOSED)
    effects.fails = DuplicateKeyError("something else", 11000)
    with pytest.raises(DuplicateKeyError):
        await handle(event)
    assert (await count(effects), await marks(effects)) == (0, 0)


async def test_a_real_duplicate_key_of_the_handlers_own_is_an_error(effects: Effects, clock: ManualClock) -> None:
    clashing = Handlers[Effects]()

    @clashing.on("user.closed", UserClosed)
    async def clash(effects: Effects, event: UserClosed, envelope: Envelope, session: Session) -> None:
        await effects.db["effects"].insert_one({"_id": "taken"}, session=session)

    await effects.db["effects"].insert_one({"_id": "taken"})
    with pytest.raises(DuplicateKeyError):
        await clashing.handle_once(effects, effects.db, clock, an_event("user.closed", **CLOSED))
    assert await marks(effects) == 0


async def test_data_that_breaks_the_contract_is_an_error(effects: Effects, handle: Handle) -> None:
    with pytest.raises(ValidationError):
        await handle(an_event("user.closed", user_id="u"))
    assert await marks(effects) == 0


async def test_fields_that_are_not_known_are_ignored(effects: Effects, handle: Handle) -> None:
    await handle(an_event("user.closed", new_field=1, **CLOSED))
    assert await count(effects) == 1


@pytest.mark.parametrize("type_", ["nz.gigsta.user.closed.v2", "nz.gigsta.user.renamed.v1"])
async def test_what_is_not_known_is_left_alone(effects: Effects, handle: Handle, type_: str) -> None:
    await handle(an_event("user.closed", **CLOSED).model_copy(update={"type": type_}))
    assert (await count(effects), await marks(effects)) == (0, 0)


async def test_several_handlers_of_one_event_act_together_or_not_at_all(effects: Effects, clock: ManualClock) -> None:
    two = Handlers[Effects]()

    @two.on("user.*", UserClosed)
    async def first(effects: Effects, event: UserClosed, envelope: Envelope, session: Session) -> None:
        await effects.db["effects"].insert_one({"what": "first"}, session=session)

    @two.on("user.closed", UserClosed)
    async def second(effects: Effects, event: UserClosed, envelope: Envelope, session: Session) -> None:
        await effects.act(session, "second")

    assert two.bindings == ("user.*", "user.closed")
    event = an_event("user.closed", **CLOSED)
    effects.fails = RuntimeError("second fails")
    with pytest.raises(RuntimeError):
        await two.handle_once(effects, effects.db, clock, event)
    assert await count(effects) == 0
    effects.fails = None
    await two.handle_once(effects, effects.db, clock, event)
    assert [d["what"] for d in await effects.db["effects"].find().to_list()] == ["first", "second"]


async def test_two_events_that_write_one_document_both_act(effects: Effects, clock: ManualClock) -> None:
    counting = Handlers[Effects]()

    @counting.on("user.closed", UserClosed)
    async def add(effects: Effects, event: UserClosed, envelope: Envelope, session: Session) -> None:
        await effects.db["effects"].update_one({"_id": "sum"}, {"$inc": {"n": 1}}, upsert=True, session=session)

    events = [an_event("user.closed", event_id=f"e{n}", **CLOSED) for n in range(15)]
    await asyncio.gather(*(counting.handle_once(effects, effects.db, clock, event) for event in events))
    found = await effects.db["effects"].find_one({"_id": "sum"})
    assert found is not None
    assert found["n"] == 15
