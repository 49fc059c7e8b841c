"""What can only happen where there is a broker: it dies, the network fails, strangers write into our queues."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aio_pika
import pytest
from yarl import URL

from gigsta_common.messaging import Bus, BusUnavailable, PublishError, RabbitBus, Subscription
from gigsta_common.testing.events import NotingHandler, an_event
from gigsta_common.testing.proxy import Proxy
from gigsta_common.testing.service import eventually

MakeRabbitBus = Callable[..., RabbitBus]
UntilReady = Callable[[Bus], Awaitable[None]]


@pytest.fixture
async def channel(amqp_url: str) -> AsyncIterator[aio_pika.abc.AbstractChannel]:
    """A stranger's own way to the broker."""
    async with await aio_pika.connect(amqp_url) as connection:
        yield await connection.channel()


@pytest.fixture
async def proxy(amqp_url: str) -> AsyncIterator[Proxy]:
    async with Proxy(URL(amqp_url).port or 5672) as proxy:
        yield proxy


@pytest.fixture
def proxied_url(amqp_url: str, proxy: Proxy) -> str:
    return str(URL(amqp_url).with_port(proxy.port))


def subscription(handle: NotingHandler, **options: object) -> Subscription:
    return Subscription("one", ("#",), handle, **({"retry_delays_ms": (20,)} | options))  # type: ignore[arg-type]


async def reach(handler: NotingHandler, count: int, within: float = 20) -> None:
    async def enough() -> bool:
        return len({event.id for event in handler.done}) >= count

    await eventually(enough, within)


async def say(bus: RabbitBus, words: str) -> None:
    async def said() -> bool:
        return words in (bus.problem() or "")

    await eventually(said)


async def parked(bus: RabbitBus, count: int) -> None:
    async def there() -> bool:
        return len(await bus.parked("one")) == count

    await eventually(there)


async def publish_when_possible(bus: RabbitBus, event_id: str, within: float = 20) -> None:
    async def published() -> bool:
        try:
            await bus.publish(an_event(event_id=event_id))
        except PublishError:
            return False
        return True

    await eventually(published, within)


async def test_what_waits_is_thrown_away_where_nobody_consumes_it_and_what_is_parked_stays(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, channel: aio_pika.abc.AbstractChannel, namespace: str
) -> None:
    bus = make_rabbit_bus()
    await bus.declare("one", ("#",), (60_000,))
    for name in ("one", "one.retry.60000", "one.parked"):
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), f"{namespace}.{name}")
    assert await bus.purge("one", ("#",), (60_000,)) == 2
    assert len(await bus.parked("one")) == 1
    await bus.subscribe(subscription(NotingHandler(), retry_delays_ms=(60_000,)))
    await bus.start()
    await until_ready(bus)
    assert await bus.purge("one", ("#",), (60_000,)) is None


async def test_a_confirmed_event_is_in_the_queue(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, channel: aio_pika.abc.AbstractChannel, namespace: str
) -> None:
    bus = make_rabbit_bus()
    await bus.declare("one", ("booking.*",), ())
    await bus.start()
    await until_ready(bus)
    event = an_event()
    await bus.publish(event)
    queue = await channel.get_queue(f"{namespace}.one")
    message = await queue.get()
    assert message is not None
    assert message.body == event.model_dump_json().encode()
    assert message.content_type == "application/cloudevents+json"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert (message.message_id, message.type) == (event.id, event.type)
    await message.ack()
    for name in ("one", "one.parked"):
        await channel.queue_delete(f"{namespace}.{name}")


async def test_what_is_published_before_the_first_start_is_not_missed(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady
) -> None:
    publisher, consumer, handler = make_rabbit_bus(), make_rabbit_bus(), NotingHandler()
    await publisher.start()
    await publisher.declare("one", ("#",), (20,))
    await until_ready(publisher)
    await publisher.publish(an_event())
    await consumer.subscribe(subscription(handler))
    await consumer.start()
    await reach(handler, 1)


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"{}", b'{"specversion":"1.0"', b"[" * 10_000, b'"text"'])
async def test_what_is_no_event_is_parked_at_once(
    rabbit_bus: RabbitBus,
    until_ready: UntilReady,
    channel: aio_pika.abc.AbstractChannel,
    namespace: str,
    body: bytes,
) -> None:
    handler = NotingHandler()
    await rabbit_bus.subscribe(subscription(handler, retry_delays_ms=(600_000,)))
    await until_consuming(rabbit_bus, until_ready)
    await channel.default_exchange.publish(aio_pika.Message(body), f"{namespace}.one")
    await parked(rabbit_bus, 1)
    (found,) = await rabbit_bus.parked("one")
    assert (found.event, found.body, found.attempts) == (None, body, 1)
    assert "NotAnEvent" in found.error
    assert handler.begun == []
    assert await rabbit_bus.drop("one") == 1


async def until_consuming(bus: RabbitBus, until_ready: UntilReady) -> None:
    async def consuming() -> bool:
        await until_ready(bus)
        return not bus._broken.is_set()

    await eventually(consuming)


@pytest.mark.parametrize("attempts", ["many", -3, 2.5, None, True])
async def test_a_strangers_header_is_no_number_of_attempts(
    rabbit_bus: RabbitBus,
    until_ready: UntilReady,
    channel: aio_pika.abc.AbstractChannel,
    namespace: str,
    attempts: object,
) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await rabbit_bus.subscribe(subscription(handler, retry_delays_ms=()))
    await until_consuming(rabbit_bus, until_ready)
    message = aio_pika.Message(an_event().model_dump_json().encode(), headers={"x-gigsta-attempts": attempts})  # type: ignore[dict-item]
    await channel.default_exchange.publish(message, f"{namespace}.one")
    await parked(rabbit_bus, 1)


async def test_it_waits_for_a_broker_that_is_not_there_yet(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, proxy: Proxy, proxied_url: str
) -> None:
    await proxy.refuse()
    bus, handler = make_rabbit_bus(proxied_url), NotingHandler()
    assert bus.problem() == "RabbitMQ: not started"
    await bus.subscribe(subscription(handler))
    await bus.start()
    await say(bus, "waiting for the broker")
    with pytest.raises(BusUnavailable, match="waiting"):
        await bus.publish(an_event())
    await proxy.accept()
    await until_ready(bus)
    await bus.publish(an_event())
    await reach(handler, 1)
    await bus.stop()
    assert bus.problem() == "RabbitMQ: stopped"


async def test_a_wrong_password_is_a_problem_and_no_crash(
    make_rabbit_bus: MakeRabbitBus, proxied_url: str, proxy: Proxy
) -> None:
    bus = make_rabbit_bus(str(URL(proxied_url).with_password("wrong")))
    await bus.start()
    await say(bus, "waiting for the broker")


async def test_a_message_whose_consumer_was_cut_off_comes_again(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, proxy: Proxy, proxied_url: str
) -> None:
    bus, handler = make_rabbit_bus(proxied_url), NotingHandler()
    handler.gate.clear()
    await bus.subscribe(subscription(handler))
    await bus.start()
    await until_ready(bus)
    await bus.publish(an_event(event_id="e"))

    async def begun() -> bool:
        return len(handler.begun) > 0

    await eventually(begun)
    await proxy.cut()
    handler.gate.set()
    await reach(handler, 1)

    async def settled() -> bool:
        return not bus._in_hand and len(handler.begun) >= 2

    await eventually(settled)
    assert {event.id for event in handler.begun} == {"e"}


async def test_a_connection_that_is_cut_again_and_again_loses_nothing(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, proxy: Proxy, proxied_url: str
) -> None:
    bus, handler = make_rabbit_bus(proxied_url), NotingHandler()
    await bus.subscribe(subscription(handler))
    await bus.start()
    await until_ready(bus)
    expected = [f"e{n}" for n in range(60)]

    async def publish_all() -> None:
        for event_id in expected:
            await publish_when_possible(bus, event_id)

    publishing = asyncio.create_task(publish_all())
    for cut_after in (10, 30, 50):
        await reach(handler, cut_after)
        await proxy.cut()
    await publishing
    await reach(handler, len(expected))


async def test_silence_is_noticed_and_publishing_does_not_wait_for_ever(
    make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady, proxy: Proxy, proxied_url: str
) -> None:
    bus, handler = make_rabbit_bus(proxied_url, timeout=0.3), NotingHandler()
    await bus.subscribe(subscription(handler))
    await bus.start()
    await until_ready(bus)
    proxy.stall()
    async with asyncio.timeout(10):
        with pytest.raises(BusUnavailable):
            await bus.publish(an_event(event_id="first"))
    await say(bus, "waiting for the broker")
    proxy.flow()
    await publish_when_possible(bus, "second")

    async def second() -> bool:
        return "second" in handler.ids()

    await eventually(second)


async def test_a_deleted_queue_is_declared_and_consumed_again(
    rabbit_bus: RabbitBus, until_ready: UntilReady, channel: aio_pika.abc.AbstractChannel, namespace: str
) -> None:
    handler = NotingHandler()
    await rabbit_bus.subscribe(subscription(handler))
    await until_consuming(rabbit_bus, until_ready)
    await channel.queue_delete(f"{namespace}.one")
    await publish_when_possible(rabbit_bus, "e")
    await reach(handler, 1)


async def test_a_deleted_exchange_is_declared_again(
    rabbit_bus: RabbitBus, until_ready: UntilReady, channel: aio_pika.abc.AbstractChannel, namespace: str
) -> None:
    handler = NotingHandler()
    await rabbit_bus.subscribe(subscription(handler))
    await until_consuming(rabbit_bus, until_ready)
    await channel.exchange_delete(f"{namespace}.events")
    await publish_when_possible(rabbit_bus, "e")
    await reach(handler, 1)


@pytest.mark.parametrize("gone", ["one.parked", "one.retry.20"])
async def test_a_deleted_side_queue_loses_nothing(
    rabbit_bus: RabbitBus,
    until_ready: UntilReady,
    channel: aio_pika.abc.AbstractChannel,
    namespace: str,
    gone: str,
) -> None:
    handler = NotingHandler(fails=lambda _: True)
    await rabbit_bus.subscribe(subscription(handler))
    await until_consuming(rabbit_bus, until_ready)
    await channel.queue_delete(f"{namespace}.{gone}")
    await rabbit_bus.publish(an_event(event_id="e"))

    async def kept() -> bool:
        try:
            return len(await rabbit_bus.parked("one")) == 1
        except (LookupError, BusUnavailable):  # not there again yet, or only half
            return False

    await eventually(kept)


async def test_a_consumer_that_died_without_a_word_is_noticed(rabbit_bus: RabbitBus, until_ready: UntilReady) -> None:
    handler = NotingHandler()
    await rabbit_bus.subscribe(subscription(handler))
    await until_consuming(rabbit_bus, until_ready)
    (consuming,) = rabbit_bus._consuming
    await consuming.channel.basic_cancel(consuming.tag)
    await rabbit_bus.publish(an_event())
    await reach(handler, 1)


async def test_two_processes_share_a_queue(make_rabbit_bus: MakeRabbitBus, until_ready: UntilReady) -> None:
    handlers = [NotingHandler(), NotingHandler()]
    buses = [make_rabbit_bus(), make_rabbit_bus()]
    for bus, handler in zip(buses, handlers, strict=True):
        await bus.subscribe(subscription(handler, prefetch=2))
        await bus.start()
        await until_ready(bus)
    await asyncio.gather(*(buses[0].publish(an_event(subject=f"s{n}", event_id=f"e{n}")) for n in range(40)))

    async def all_done() -> bool:
        return sum(len(h.done) for h in handlers) == 40

    await eventually(all_done)
    assert sorted(handlers[0].ids() + handlers[1].ids()) == sorted(f"e{n}" for n in range(40))
    assert all(handler.done for handler in handlers)


async def test_a_queue_of_another_shape_is_a_problem_that_is_told_and_passes(
    make_rabbit_bus: MakeRabbitBus,
    until_ready: UntilReady,
    channel: aio_pika.abc.AbstractChannel,
    namespace: str,
    proxy: Proxy,
    proxied_url: str,
) -> None:
    await channel.declare_queue(f"{namespace}.one", durable=True)
    bus, handler = make_rabbit_bus(proxied_url), NotingHandler()
    await bus.subscribe(subscription(handler))
    await bus.start()
    await say(bus, "waiting for the broker")
    await channel.queue_delete(f"{namespace}.one")
    await until_ready(bus)
    await bus.publish(an_event())
    await reach(handler, 1)


async def test_a_cancelled_publish_leaves_the_bus_working(rabbit_bus: RabbitBus, until_ready: UntilReady) -> None:
    handler = NotingHandler()
    await rabbit_bus.subscribe(subscription(handler))
    await until_consuming(rabbit_bus, until_ready)
    for n in range(20):
        publishing = asyncio.create_task(rabbit_bus.publish(an_event()))
        for _ in range(n % 5):
            await asyncio.sleep(0)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
    await publish_when_possible(rabbit_bus, "last")

    async def last() -> bool:
        return "last" in handler.ids()

    await eventually(last)
