"""A broker that is killed with SIGKILL and started again has everything that it confirmed."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from gigsta_common.localservers import RabbitMQ
from gigsta_common.messaging import Bus, BusUnavailable, RabbitBus, Subscription
from gigsta_common.testing.events import NotingHandler, an_event
from gigsta_common.testing.service import eventually

UntilReady = Callable[[Bus], Awaitable[None]]


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[RabbitMQ]:
    """A broker that may be killed. It keeps its data."""
    with RabbitMQ(tmp_path) as broker:
        yield broker


async def eventually_away(bus: RabbitBus) -> None:
    async def away() -> bool:
        return "waiting for the broker" in (bus.problem() or "")

    await eventually(away)


async def known_on_disk(broker: RabbitMQ, queue: str) -> None:
    """RabbitMQ writes the names of new quorum queues down some seconds later; a queue without its name is lost."""
    name = re.compile(re.escape(queue.encode()) + rb"(?!\.)")

    async def written() -> bool:
        return any(name.search(path.read_bytes()) for path in broker.directory.rglob("names.dets"))

    await eventually(written, within=20)


async def test_a_broker_that_is_killed_and_comes_back_has_everything(
    own_broker: RabbitMQ, namespace: str, until_ready: UntilReady
) -> None:
    handler = NotingHandler()
    handler.gate.clear()
    bus = RabbitBus(own_broker.url, namespace=namespace, max_backoff=0.2, watch_interval=0.2)
    await bus.subscribe(Subscription("one", ("#",), handler, prefetch=5, retry_delays_ms=(20,)))
    await bus.start()
    try:
        await until_ready(bus)
        await asyncio.gather(*(bus.publish(an_event(event_id=f"e{n}", subject=f"s{n}")) for n in range(50)))
        await known_on_disk(own_broker, f"{namespace}.one")
        assert own_broker.child is not None
        in_flight = [asyncio.create_task(bus.publish(an_event(event_id=f"f{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(own_broker.child.kill)
        async with asyncio.timeout(20):
            outcomes = await asyncio.gather(*in_flight, return_exceptions=True)
            with pytest.raises(BusUnavailable):
                await bus.publish(an_event())
        assert all(outcome is None or isinstance(outcome, BusUnavailable) for outcome in outcomes), outcomes
        confirmed = {f"f{n}" for n, outcome in enumerate(outcomes) if outcome is None} | {f"e{n}" for n in range(50)}
        await eventually_away(bus)
        handler.gate.set()
        await asyncio.to_thread(own_broker.stop)
        await asyncio.to_thread(own_broker.start)
        await until_ready(bus)

        async def all_of_them() -> bool:
            return confirmed <= set(handler.ids())

        await eventually(all_of_them, within=30)
        assert bus.problem() is None
    finally:
        handler.gate.set()
        await bus.stop()
