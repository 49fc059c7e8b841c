"""What aio-pika does to whoever waits for it, or leaves lying about, is nobody's end."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

import aio_pika
import pytest
from yarl import URL

from gigsta_common.messaging import Bus, BusUnavailable, RabbitBus
from gigsta_common.messaging.rabbitmq import _Connection
from gigsta_common.testing.events import an_event

UntilReady = Callable[[Bus], Awaitable[None]]


async def test_a_channel_that_closes_under_a_publish_is_no_wish_that_the_publisher_ends(
    rabbit_bus: RabbitBus, until_ready: UntilReady
) -> None:
    """aio-pika cancels who waits for its answer, as where RabbitMQ blocks publishers for want of memory."""
    await rabbit_bus.start()
    await until_ready(rabbit_bus)
    waiting = asyncio.Event()

    class Closing:
        async def publish(self, *_: object, **__: object) -> None:
            raise asyncio.CancelledError

    class Silent:
        async def publish(self, *_: object, **__: object) -> None:
            waiting.set()
            await asyncio.Event().wait()

    exchange = rabbit_bus._exchange
    rabbit_bus._exchange = Closing()  # type: ignore[assignment]
    with pytest.raises(BusUnavailable, match="closed while its answer was awaited"):
        await rabbit_bus.publish(an_event())
    rabbit_bus._exchange = Silent()  # type: ignore[assignment]
    publishing = asyncio.create_task(rabbit_bus.publish(an_event()))
    await waiting.wait()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
    rabbit_bus._exchange = exchange


def test_a_connection_that_could_not_be_made_is_collected_without_a_word() -> None:
    async def made() -> aio_pika.Connection:
        return _Connection(URL("amqp://127.0.0.1:1/"))

    with asyncio.Runner() as runner:
        connection = runner.run(made())
        asyncio.set_event_loop(None)  # its loop stands still, as between two tests
        del connection
        gc.collect()
