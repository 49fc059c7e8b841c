"""The bus within a process that may be killed: an event stays in the outbox until it was handled everywhere."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from gigsta_common import mongo
from gigsta_common.events import Envelope
from gigsta_common.messaging import InProcessBus, NotHandledYet, Relay, Subscription
from gigsta_common.messaging.outbox import FIELD
from gigsta_common.testing.events import NotingHandler, an_event
from gigsta_common.testing.service import eventually


class Process:
    """A bus and a relay that live and die together."""

    def __init__(self, db: mongo.Database) -> None:
        self.bus = InProcessBus(until_handled=True)
        self.relay = Relay(db, self.bus, ("things",), sweep_interval=0.02)

    async def listen(self, service: str, handler: NotingHandler, *delays: int) -> None:
        await self.bus.subscribe(Subscription(service, ("#",), handler, retry_delays_ms=delays))

    async def dies(self) -> None:
        """As by SIGKILL: nothing is finished."""
        running = [*self.bus._consumers.values(), *(t for q in self.bus._queues.values() for t in q.in_hand)]
        if self.relay._task:
            running.append(self.relay._task)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def start(database: mongo.Database) -> AsyncIterator[Callable[[], Process]]:
    made: list[Process] = []

    def begin() -> Process:
        made.append(Process(database))
        return made[-1]

    yield begin
    for process in made:
        for queue in process.bus._queues.values():
            for timer in queue.retries:
                timer.cancel()
        await process.dies()


async def put(db: mongo.Database, thing: str, *events: str) -> None:
    records = [an_event(subject=thing, event_id=e, sequence=n).model_dump(mode="json") for n, e in enumerate(events)]
    await db["things"].insert_one({"_id": thing, FIELD: records})


async def left(db: mongo.Database) -> list[str]:
    documents: list[dict[str, Any]] = await db["things"].find().to_list()
    return [record["id"] for document in documents for record in document[FIELD]]


async def test_an_event_is_cleared_once_everybody_has_handled_it(
    start: Callable[[], Process], database: mongo.Database
) -> None:
    process, one, two = start(), NotingHandler(), NotingHandler()
    two.gate.clear()
    await process.listen("one", one)
    await process.listen("two", two)
    await put(database, "t", "e1")
    assert await process.relay.sweep() == 0
    assert one.ids() == ["e1"]
    assert await left(database) == ["e1"]
    two.gate.set()

    async def cleared() -> bool:
        await process.relay.sweep()
        return await left(database) == []

    await eventually(cleared)
    assert (one.ids(), two.ids()) == (["e1"], ["e1"]), "asking again is not handling again"
    assert process.bus._deliveries == {}


async def test_what_a_killed_process_had_in_hand_is_handled_by_the_next(
    start: Callable[[], Process], database: mongo.Database
) -> None:
    first, slow = start(), NotingHandler()
    slow.gate.clear()
    await first.listen("one", slow)
    first.relay.start()
    await put(database, "t", "e1", "e2")

    async def in_hand() -> bool:
        return [event.id for event in slow.begun] == ["e1"]

    await eventually(in_hand)
    await first.dies()
    second, handler = start(), NotingHandler()
    await second.listen("one", handler)
    second.relay.start()

    async def done() -> bool:
        return handler.ids() == ["e1", "e2"] and await left(database) == []

    await eventually(done)
    await second.relay.stop()


async def test_one_that_fails_is_tried_again_and_holds_nobody_back(
    start: Callable[[], Process], database: mongo.Database
) -> None:
    process = start()
    handler = NotingHandler(fails=lambda event: event.id == "bad" and len(handler.begun) < 3)
    await process.listen("one", handler, 20, 20)
    process.relay.start()
    await put(database, "t", "bad", "good")

    async def cleared() -> bool:
        return await left(database) == []

    await eventually(cleared)
    assert sorted(handler.ids()) == ["bad", "good"]
    await process.relay.stop()


async def test_a_parked_event_stays_in_the_outbox_until_it_is_dropped_or_handled(
    start: Callable[[], Process], database: mongo.Database
) -> None:
    process, broken = start(), [True]
    handler = NotingHandler(fails=lambda _: broken[0])
    await process.listen("one", handler)
    await put(database, "t", "e1", "e2")
    await process.relay.sweep()
    assert [parked.event.id for parked in await process.bus.parked("one") if parked.event] == ["e1", "e2"]
    await process.relay.sweep()
    assert len(handler.begun) == 2, "it is not tried again by itself"
    assert await left(database) == ["e1", "e2"]
    broken[0] = False
    assert await process.bus.replay("one", "e1") == 1
    assert await process.bus.drop("one", "e2") == 1

    async def cleared() -> bool:
        await process.relay.sweep()
        return await left(database) == []

    await eventually(cleared)
    assert handler.ids() == ["e1"]


async def test_whoever_publishes_is_told_that_it_is_not_handled_yet() -> None:
    bus, handler = InProcessBus(until_handled=True), NotingHandler()
    handler.gate.clear()
    await bus.subscribe(Subscription("one", ("#",), handler))
    event: Envelope = an_event()
    for _ in range(2):
        with pytest.raises(NotHandledYet, match="not handled by one yet"):
            await bus.publish(event)
    handler.gate.set()
    await bus.stop()
    assert len(handler.begun) == 1
