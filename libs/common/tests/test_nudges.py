"""An event that a handler writes goes out right after the handler's commit, not at the next sweep."""

import pytest

from gigsta_common import indexes, mongo
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, UserClosed
from gigsta_common.messaging import Handlers, InProcessBus, Outbox, Relay
from gigsta_common.mongo import Session
from gigsta_common.testing.events import an_event
from gigsta_common.testing.service import eventually

NEVER = 3600.0


class Echo:
    """Writes a document with an event of its own for each event that it is told."""

    def __init__(self, db: mongo.Database, outbox: Outbox, *, fails: bool = False) -> None:
        self.db = db
        self.outbox = outbox
        self.fails = fails


handlers = Handlers[Echo]()


@handlers.on("user.closed", UserClosed)
async def echo(use_cases: Echo, event: UserClosed, envelope: Envelope, session: Session) -> None:
    record = use_cases.outbox.record("user.closed", event, subject="echo", sequence=1)
    await use_cases.db["echoes"].insert_one({"_id": "echo", "outbox": [record]}, session=session)
    use_cases.outbox.nudge("echoes", "echo")
    if use_cases.fails:
        raise RuntimeError("after the nudge")


@pytest.fixture
async def relay(database: mongo.Database, bus: InProcessBus) -> Relay:
    await indexes.create_common(database, outbox_collections=("echoes",))
    return Relay(database, bus, ("echoes",), sweep_interval=NEVER)


async def test_it_is_published_without_a_sweep(
    database: mongo.Database, relay: Relay, clock: ManualClock, published: list[Envelope]
) -> None:
    relay.start()
    use_cases = Echo(database, Outbox("echo", clock, relay))
    event = an_event("user.closed", user_id="u", closed_at="2026-01-01T00:00:00Z")
    await handlers.handle_once(use_cases, database, clock, event)

    async def out() -> bool:
        return [found.subject for found in published] == ["echo"]

    await eventually(out)
    await relay.stop()


async def test_a_handler_that_fails_nudges_nobody(
    database: mongo.Database, relay: Relay, clock: ManualClock, published: list[Envelope]
) -> None:
    use_cases = Echo(database, Outbox("echo", clock, relay), fails=True)
    event = an_event("user.closed", user_id="u", closed_at="2026-01-01T00:00:00Z")
    with pytest.raises(RuntimeError):
        await handlers.handle_once(use_cases, database, clock, event)
    assert await relay.flush() == 0
    assert published == []
