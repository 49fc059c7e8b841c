"""The adapters under test: each test of `test_behaviour.py` runs on both."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aio_pika
import pytest

from gigsta_common.ids import new_id
from gigsta_common.messaging import Bus, InProcessBus, RabbitBus
from gigsta_common.testing.service import eventually

MakeRabbitBus = Callable[..., RabbitBus]


async def ready(bus: Bus) -> None:
    async def no_problem() -> bool:
        return bus.problem() is None

    await eventually(no_problem, within=30)


@pytest.fixture
def until_ready() -> Callable[[Bus], Awaitable[None]]:
    return ready


@pytest.fixture
def namespace() -> str:
    """A prefix of this test's own for everything that it makes on the broker."""
    return "t" + new_id().replace("-", "")


@pytest.fixture
async def make_rabbit_bus(amqp_url: str, namespace: str) -> AsyncIterator[MakeRabbitBus]:
    """Makes buses that stop when the test is over, and takes their queues away then."""
    made: list[RabbitBus] = []

    def make(url: str = amqp_url, **options: float) -> RabbitBus:
        made.append(RabbitBus(url, namespace=namespace, **({"watch_interval": 0.2, "max_backoff": 0.2} | options)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for bus in made:
        await bus.stop()
    await remove_queues(amqp_url, made)


async def remove_queues(amqp_url: str, buses: list[RabbitBus]) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        for bus in buses:
            names = bus._topology
            for subscription in bus._subscriptions.values():
                await channel.queue_delete(names.queue(subscription.service))
                await channel.queue_delete(names.parked(subscription.service))
                for delay in subscription.retry_delays_ms:
                    await channel.queue_delete(names.retry(subscription.service, delay))
            await channel.exchange_delete(f"{names.namespace}.events")


@pytest.fixture
async def rabbit_bus(make_rabbit_bus: MakeRabbitBus) -> RabbitBus:
    bus = make_rabbit_bus()
    await bus.start()
    return bus


@pytest.fixture
async def in_process_bus() -> AsyncIterator[InProcessBus]:
    bus = InProcessBus()
    yield bus
    await bus.stop()


@pytest.fixture(params=["in_process_bus", "rabbit_bus"])
def bus(request: pytest.FixtureRequest) -> Bus:
    bus: Bus = request.getfixturevalue(request.param)
    return bus
