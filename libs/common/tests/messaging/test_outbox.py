"""The outbox loses nothing, whatever dies when, and keeps the order of each document."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import prometheus_client as prometheus
import pytest
from pymongo.errors import AutoReconnect

from gigsta_common import indexes, mongo
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, UserClosed
from gigsta_common.messaging import BusUnavailable, NotRouted, Outbox, Relay
from gigsta_common.messaging.outbox import FIELD
from gigsta_common.testing.events import an_event
from gigsta_common.testing.service import eventually


class FakeBus:
    """Notes what is published; `fail` may raise instead."""

    def __init__(self, fail: Callable[[Envelope], None] = lambda _: None) -> None:
        self.fail = fail
        self.published: list[Envelope] = []
        self.away: str | None = None

    async def publish(self, event: Envelope) -> None:
        await asyncio.sleep(0)
        self.fail(event)
        self.published.append(event)

    def problem(self) -> str | None:
        return self.away

    def ids(self) -> list[str]:
        return [event.id for event in self.published]


class Crash(BaseException):
    """The process dies here."""


class Steps:
    """Dies at the n-th of the steps it is told of."""

    def __init__(self, dies_at: int) -> None:
        self.dies_at = dies_at
        self.taken = 0

    def step(self, *_: object) -> None:
        self.taken += 1
        if self.taken == self.dies_at:
            raise Crash


class Collection:
    """A collection whose reads and writes may be told to fail."""

    def __init__(self, real: mongo.Collection, before: Callable[[str], None]) -> None:
        self._real = real
        self._before = before

    def find(self, *args: Any, **options: Any) -> Any:
        self._before("find")
        return self._real.find(*args, **options)

    async def bulk_write(self, *args: Any, **options: Any) -> Any:
        self._before("clear")
        result = await self._real.bulk_write(*args, **options)
        self._before("cleared")
        return result


def shaky(db: mongo.Database, before: Callable[[str], None]) -> Any:
    class Database:
        def __getitem__(self, name: str) -> Collection:
            return Collection(db[name], before)

    return Database()


def relay(db: Any, bus: FakeBus, **options: Any) -> Relay:
    return Relay(db, bus, ("things",), **options)  # type: ignore[arg-type]


async def put(db: mongo.Database, thing: str, *events: str) -> None:
    records = [
        an_event(subject=thing, event_id=event, sequence=n).model_dump(mode="json") for n, event in enumerate(events)
    ]
    await db["things"].insert_one({"_id": thing, FIELD: records})


async def left(db: mongo.Database) -> dict[str, list[str]]:
    documents = await db["things"].find({f"{FIELD}.id": {"$gt": ""}}).to_list()
    return {document["_id"]: [record["id"] for record in document[FIELD]] for document in documents}


def first_seen(ids: list[str]) -> list[str]:
    return list(dict.fromkeys(ids))


async def test_a_record_becomes_the_event_it_was_made_from(database: mongo.Database, clock: ManualClock) -> None:
    bus = FakeBus()
    the_relay = relay(database, bus)
    outbox = Outbox("auth", clock, the_relay)
    data = UserClosed(user_id="u", closed_at=datetime(2026, 1, 1, tzinfo=UTC))
    record = outbox.record("user.closed", data, subject="u", sequence=7)
    await database["things"].insert_one({"_id": "u", FIELD: [record]})
    outbox.nudge("things", "u")
    await outbox.flush()
    (event,) = bus.published
    assert (event.type, event.source, event.sequence) == ("nz.gigsta.user.closed.v1", "/gigsta/auth", 7)
    assert event.time == clock.now()
    assert UserClosed.model_validate(event.data) == data
    assert await left(database) == {}


async def test_a_shape_under_another_name_is_refused(database: mongo.Database, clock: ManualClock) -> None:
    outbox = Outbox("auth", clock, relay(database, FakeBus()))
    with pytest.raises(ValueError, match="not the shape"):
        outbox.record("user.opened", UserClosed(user_id="u", closed_at=clock.now()), subject="u", sequence=1)


async def test_a_nudge_for_a_collection_that_is_not_relayed_is_refused(
    database: mongo.Database, clock: ManualClock
) -> None:
    with pytest.raises(ValueError, match="outbox collections"):
        Outbox("auth", clock, relay(database, FakeBus())).nudge("others", "u")


async def test_what_a_crash_left_is_published_by_the_next_start(database: mongo.Database) -> None:
    await put(database, "a", "a0", "a1")
    bus = FakeBus()
    the_relay = relay(database, bus)
    the_relay.start()

    async def out() -> bool:
        return bus.ids() == ["a0", "a1"] and await left(database) == {}

    await eventually(out)
    await the_relay.stop()


@pytest.mark.parametrize("dies_at", range(1, 13))
async def test_a_crash_at_any_step_loses_nothing(database: mongo.Database, dies_at: int) -> None:
    expected = {thing: [f"{thing}{n}" for n in range(3)] for thing in ("a", "b", "c")}
    for thing, events in expected.items():
        await put(database, thing, *events)
    steps = Steps(dies_at)
    bus = FakeBus(steps.step)
    try:
        await relay(shaky(database, steps.step), bus).sweep()
    except Crash:
        pass
    else:
        assert steps.taken < dies_at
    bus.fail = lambda _: None
    assert await relay(database, bus).sweep() >= 0
    for thing, events in expected.items():
        assert first_seen([event.id for event in bus.published if event.subject == thing]) == events
    assert await left(database) == {}


async def test_a_failed_clearing_sends_twice_and_then_clears(database: mongo.Database) -> None:
    await put(database, "a", "a0")
    bus = FakeBus()
    fails = ["clear"]

    def before(step: str) -> None:
        if step in fails:
            fails.remove(step)
            raise AutoReconnect("gone")

    the_relay = relay(shaky(database, before), bus, sweep_interval=0.01)
    the_relay.start()

    async def out() -> bool:
        return await left(database) == {}

    await eventually(out)
    assert bus.ids() == ["a0", "a0"]
    await the_relay.stop()


async def test_the_first_event_that_fails_holds_back_the_rest_of_its_document_only(database: mongo.Database) -> None:
    await put(database, "a", "a0", "a1", "a2")
    await put(database, "b", "b0", "b1")

    def not_a1(event: Envelope) -> None:
        if event.id == "a1":
            raise BusUnavailable("no confirm")

    bus = FakeBus(not_a1)
    assert await relay(database, bus).sweep() == 3
    assert await left(database) == {"a": ["a1", "a2"]}
    bus.fail = lambda _: None
    assert await relay(database, bus).sweep() == 2
    assert [event.id for event in bus.published if event.subject == "a"] == ["a0", "a1", "a2"]


@pytest.mark.parametrize("error", [NotRouted("nobody"), BusUnavailable("no confirm"), KeyError("a bug")])
async def test_stuck_documents_do_not_hold_up_the_others(database: mongo.Database, error: Exception) -> None:
    for n in range(12):
        await put(database, f"{n:02}", f"e{n}")

    def stuck(event: Envelope) -> None:
        if int(event.subject) < 6:
            raise error

    bus = FakeBus(stuck)
    assert await relay(database, bus, batch=3).sweep() == 6
    assert set(bus.ids()) == {f"e{n}" for n in range(6, 12)}
    assert set(await left(database)) == {f"{n:02}" for n in range(6)}


async def test_a_record_that_is_no_event_does_not_hold_up_the_others(database: mongo.Database) -> None:
    await database["things"].insert_one({"_id": "bad", FIELD: [{"id": "x", "rubbish": True}]})
    await put(database, "good", "g0")
    bus = FakeBus()
    assert await relay(database, bus).sweep() == 1
    assert bus.ids() == ["g0"]
    assert await left(database) == {"bad": ["x"]}


async def test_more_than_one_batch(database: mongo.Database) -> None:
    for n in range(23):
        await put(database, f"d{n}", f"e{n}")
    bus = FakeBus()
    assert await relay(database, bus, batch=5).sweep() == 23
    assert len(bus.ids()) == 23
    assert await left(database) == {}


async def test_more_nudges_than_one_batch(database: mongo.Database) -> None:
    bus = FakeBus()
    the_relay = relay(database, bus, batch=5)
    for n in range(12):
        await put(database, f"d{n}", f"e{n}")
        the_relay.nudge("things", f"d{n}")
    assert await the_relay.flush() == 12
    assert await left(database) == {}


async def test_while_the_bus_is_away_a_sweep_gives_up_after_one_batch(database: mongo.Database) -> None:
    for n in range(20):
        await put(database, f"d{n}", f"e{n}")
    tried: list[str] = []

    def away(event: Envelope) -> None:
        tried.append(event.id)
        raise BusUnavailable("away")

    bus = FakeBus(away)
    bus.away = "away"
    assert await relay(database, bus, batch=4).sweep() == 0
    assert len(tried) == 4
    assert len(await left(database)) == 20


async def test_two_relays_at_once_keep_the_order_of_each_document(database: mongo.Database) -> None:
    expected = {f"d{n}": [f"d{n}e{k}" for k in range(4)] for n in range(30)}
    bus = FakeBus()
    for thing, events in expected.items():
        await put(database, thing, *events)
    relays = [relay(database, bus, batch=7), relay(database, bus, batch=4)]
    await asyncio.gather(*(r.sweep() for r in relays))
    for thing, events in expected.items():
        assert first_seen([event.id for event in bus.published if event.subject == thing]) == events
    assert await left(database) == {}


async def test_events_added_meanwhile_are_neither_lost_nor_early(database: mongo.Database) -> None:
    await put(database, "a", "e0")
    bus = FakeBus()
    the_relay = relay(database, bus, sweep_interval=30)
    the_relay.start()
    for n in range(1, 40):
        record = an_event(subject="a", event_id=f"e{n}", sequence=n).model_dump(mode="json")
        await database["things"].update_one({"_id": "a"}, {"$push": {FIELD: record}})
        the_relay.nudge("things", "a")

    async def out() -> bool:
        return await left(database) == {}

    await eventually(out)
    await the_relay.stop()
    assert first_seen(bus.ids()) == [f"e{n}" for n in range(40)]


async def test_stopping_publishes_what_was_nudged(database: mongo.Database) -> None:
    bus = FakeBus()
    the_relay = relay(database, bus, sweep_interval=600)
    the_relay.start()
    await eventually_idle(the_relay)
    await put(database, "a", "a0")
    the_relay.nudge("things", "a")
    await the_relay.stop()
    assert bus.ids() == ["a0"]
    assert the_relay.problem() == "the outbox relay has stopped"


async def eventually_idle(the_relay: Relay) -> None:
    async def idle() -> bool:
        return not the_relay._wake.is_set() and not the_relay._publishing.locked()

    await eventually(idle)


async def test_stopping_never_hangs_wherever_the_relay_is(database: mongo.Database) -> None:
    for turns in range(40):
        the_relay = relay(database, FakeBus(), sweep_interval=0.001)
        the_relay.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(10):
            await the_relay.stop()


async def test_stopping_does_not_wait_for_a_bus_that_hangs(
    database: mongo.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gigsta_common.messaging.outbox.STOP_WITHIN", 0.05)
    bus = FakeBus()
    hanging = asyncio.Event()

    async def hang(_: Envelope) -> None:
        hanging.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(bus, "publish", hang)
    await put(database, "a", "a0")
    the_relay = relay(database, bus)
    the_relay.start()
    await hanging.wait()
    async with asyncio.timeout(10):
        await the_relay.stop()
    assert await left(database) == {"a": ["a0"]}


async def test_it_lives_through_a_database_that_goes_and_comes(database: mongo.Database) -> None:
    await put(database, "a", "a0")
    fails = 3

    def before(step: str) -> None:
        nonlocal fails
        if step == "find" and fails:
            fails -= 1
            raise AutoReconnect("gone") if fails else ZeroDivisionError

    bus = FakeBus()
    the_relay = relay(shaky(database, before), bus, sweep_interval=0.01)
    the_relay.start()

    async def out() -> bool:
        return bus.ids() == ["a0"]

    await eventually(out)
    assert the_relay.problem() is None
    await the_relay.stop()


async def test_it_counts_what_goes_out_and_what_does_not(database: mongo.Database) -> None:
    await put(database, "a", "a0", "a1")
    registry = prometheus.CollectorRegistry()

    def not_a1(event: Envelope) -> None:
        if event.id == "a1":
            raise NotRouted("nobody")

    await relay(database, FakeBus(not_a1), registry=registry).sweep()
    assert registry.get_sample_value("gigsta_events_published_total") == 1
    assert registry.get_sample_value("gigsta_event_publish_failures_total") == 1


async def test_a_sweep_reads_only_an_index(database: mongo.Database) -> None:
    await indexes.create_common(database, outbox_collections=("things",))
    await database["things"].insert_many([{"_id": str(n), FIELD: []} for n in range(50)])
    await put(database, "a", "a0")
    plan = await database["things"].find({f"{FIELD}.id": {"$gt": ""}, "_id": {"$nin": []}}).explain()
    assert plan["executionStats"]["totalDocsExamined"] == 1
    assert "outbox_pending" in str(plan["queryPlanner"]["winningPlan"])
