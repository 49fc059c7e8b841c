"""The bus on RabbitMQ.

One topic exchange. For each service a durable quorum queue; beside it one queue per retry delay, from which messages
fall back into it; and a queue for what no try could handle. Connections are supervised here, by plain means: connect,
declare, consume, and when anything of that is lost, tear down and begin again.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aio_pika
from aio_pika.abc import (
    AbstractChannel,
    AbstractConnection,
    AbstractExchange,
    AbstractIncomingMessage,
    AbstractQueue,
)
from aio_pika.exceptions import AMQPError, ChannelNotFoundEntity, PublishError
from aiormq.abc import AbstractChannel as UnderlayChannel
from pydantic import ValidationError

from gigsta_common import tasks
from gigsta_common.events import Envelope
from gigsta_common.messaging import dispatch, parking
from gigsta_common.messaging.port import BusUnavailable, NotRouted, ParkedEvent, Subscription
from gigsta_common.messaging.topology import Topology

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/cloudevents+json"
_LOST = (AMQPError, OSError, TimeoutError, RuntimeError)
"""What a broken connection looks like from aio-pika: RuntimeError is its ChannelInvalidStateError."""


class _Consuming(NamedTuple):
    queue: AbstractQueue
    channel: UnderlayChannel
    tag: str


class _Connection(aio_pika.Connection):
    """Closed by us where it could be made, and thrown away where not: aio-pika would begin to close it when it is
    collected, be there a running loop or not."""

    def __del__(self) -> None:
        pass


class NotAnEvent(Exception):
    """The message is no CloudEvent: no further try would help."""


class RabbitBus:
    """See `Bus` for what each method promises."""

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "gigsta",
        connection_name: str = "gigsta",
        timeout: float = 5.0,
        heartbeat: int = 5,
        max_backoff: float = 5.0,
        watch_interval: float = 5.0,
    ) -> None:
        self._url = url
        self._topology = Topology(namespace, timeout)
        self._name = connection_name
        self._timeout = timeout
        self._heartbeat = heartbeat
        self._max_backoff = max_backoff
        self._watch_interval = watch_interval
        self._subscriptions: dict[str, Subscription] = {}
        self._order: dict[str, dispatch.InOrder] = {}
        self._consuming: list[_Consuming] = []
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._exchange: AbstractExchange | None = None
        self._publish_channel: AbstractChannel | None = None
        self._state = "not started"
        self._reason = ""
        self._broken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # -- life

    async def start(self) -> None:
        self._state = "connecting"
        self._task = asyncio.create_task(self._run(), name="rabbitmq")

    async def stop(self) -> None:
        self._stopping.set()
        self._broken.set()
        if self._task is not None:
            _, late = await asyncio.wait({self._task}, timeout=15)
            await tasks.end(late)
        self._state, self._reason = "stopped", ""

    async def subscribe(self, subscription: Subscription) -> None:
        self._subscriptions[subscription.service] = subscription
        self._order.setdefault(subscription.service, dispatch.InOrder())
        self._broken.set()  # begin again, with this one too

    def problem(self) -> str | None:
        if self._state == "ready":
            return None
        if self._state != "stopped" and self._task is not None and self._task.done():
            return "the RabbitMQ supervisor has stopped"
        return f"RabbitMQ: {self._state}{self._reason}"

    async def _run(self) -> None:
        backoff = 0.2
        while not self._stopping.is_set():
            self._broken.clear()
            try:
                with _closing_is_a_loss():
                    async with self._connected():
                        self._state, self._reason = "ready", ""
                        log.info("connected to RabbitMQ")
                        backoff = 0.2
                        await self._watch()
            except _LOST as error:
                if not self._reason:
                    log.warning("RabbitMQ is away; waiting for it", extra={"error": repr(error)})
                self._reason = f" ({repr(error)[:200]})"
            except Exception:
                log.exception("the connection to RabbitMQ failed; trying again")
            self._exchange = self._publish_channel = None
            self._state = "waiting for the broker"
            await _within(backoff, self._stopping)
            backoff = min(backoff * 2, self._max_backoff)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        connection = await self._connect()
        try:
            connection.close_callbacks.add(self._on_lost)
            async with asyncio.timeout(self._timeout * 2):
                channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
                channel.close_callbacks.add(self._on_lost)
                exchange = await self._topology.declare_exchange(channel)
                self._consuming = [await self._consume(connection, s) for s in list(self._subscriptions.values())]
            self._exchange, self._publish_channel = exchange, channel
            yield
            if self._stopping.is_set():
                await self._drain()
        finally:
            self._exchange = self._publish_channel = None
            await _close(connection)

    async def _connect(self) -> AbstractConnection:
        return await aio_pika.connect(
            self._url,
            timeout=self._timeout,
            client_properties={"connection_name": self._name},
            heartbeat=self._heartbeat,
            connection_class=_Connection,
        )

    def _on_lost(self, *_: Any) -> None:
        self._broken.set()

    async def _watch(self) -> None:
        """Return when something broke; ask the broker now and then whether our queues are still consumed."""
        channel = self._publish_channel
        while channel is not None and not channel.is_closed:
            if await _within(self._watch_interval, self._broken):
                return
            for service in list(self._subscriptions):
                async with asyncio.timeout(self._timeout):
                    queue = await channel.declare_queue(self._topology.queue(service), passive=True)
                if not queue.declaration_result.consumer_count:
                    log.warning("nobody consumes the queue any more; beginning again", extra={"queue": queue.name})
                    return

    async def declare(self, service: str, bindings: tuple[str, ...], retry_delays_ms: tuple[int, ...]) -> None:
        """Declare a service's queues without consuming, so that no event is missed before its first start."""
        async with self._for_a_moment() as channel:
            await self._topology.declare(channel, service, bindings, retry_delays_ms)

    async def purge(self, service: str, bindings: tuple[str, ...], retry_delays_ms: tuple[int, ...]) -> int | None:
        """Throw away what waits for a service or for a further try; return how much. Parked events stay.

        None, and nothing is thrown away, where somebody consumes the queue.
        """
        async with self._for_a_moment() as channel:
            queue = await self._topology.declare(channel, service, bindings, retry_delays_ms)
            if queue.declaration_result.consumer_count:
                return None
            retries = [self._topology.retry(service, delay) for delay in retry_delays_ms]
            # The queue last, into which the others fall.
            queues = [*[await channel.declare_queue(name, passive=True) for name in retries], queue]
            return sum([(await each.purge()).message_count or 0 for each in queues])

    # -- publishing

    async def publish(self, event: Envelope) -> None:
        exchange = self._exchange
        if exchange is None:
            raise BusUnavailable(self.problem() or "not connected")
        message = aio_pika.Message(
            event.model_dump_json().encode(),
            content_type=CONTENT_TYPE,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=event.id,
            type=event.type,
            timestamp=event.time,
        )
        try:
            with _closing_is_a_loss():
                async with asyncio.timeout(self._timeout):
                    await exchange.publish(message, event.name, mandatory=True)
        except PublishError as error:
            raise NotRouted(f"no queue is bound for {event.name}") from error
        except _LOST as error:
            raise BusUnavailable(repr(error)) from error

    # -- consuming

    async def _consume(self, connection: AbstractConnection, subscription: Subscription) -> _Consuming:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.set_qos(prefetch_count=subscription.prefetch)
        queue = await self._topology.declare(
            channel, subscription.service, subscription.bindings, subscription.retry_delays_ms
        )

        async def receive(message: AbstractIncomingMessage) -> None:
            task = asyncio.current_task()
            if task is not None:
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)
            await self._receive(channel, subscription, message)

        tag = await queue.consume(receive)
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(self._on_lost)
        channel.close_callbacks.add(self._on_lost)
        return _Consuming(queue, underlay, tag)

    async def _drain(self) -> None:
        with contextlib.suppress(*_LOST):
            async with asyncio.timeout(self._timeout):
                for consuming in self._consuming:
                    await consuming.queue.cancel(consuming.tag)
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=8)

    async def _receive(
        self, channel: AbstractChannel, subscription: Subscription, message: AbstractIncomingMessage
    ) -> None:
        """Handle one message and only then acknowledge it. If we die in between, it comes again."""
        try:
            error = await self._try(subscription, message)
            with _closing_is_a_loss():
                if error is not None:
                    await self._put_aside(channel, subscription, message, error)
                await message.ack()
        except Exception as lost:  # noqa: BLE001 -- not settled is not lost: the broker still has it
            log.warning("a message could not be settled; the broker sends it again", extra={"error": repr(lost)})
            self._on_lost()  # a queue of ours may be gone: beginning again declares it

    async def _try(self, subscription: Subscription, message: AbstractIncomingMessage) -> Exception | None:
        try:
            event = Envelope.model_validate_json(message.body)
        except ValidationError as error:
            return NotAnEvent(str(error))
        try:
            await dispatch.handle(subscription, event, self._order[subscription.service])
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises is retried, then parked
            dispatch.log_failure(event, error)
            return error
        return None

    async def _put_aside(
        self,
        channel: AbstractChannel,
        subscription: Subscription,
        message: AbstractIncomingMessage,
        error: Exception,
    ) -> None:
        """To the next retry queue, or to the parked one, confirmed before the original is acknowledged."""
        attempts = parking.attempts_of(message) + 1
        delays = subscription.retry_delays_ms
        again = attempts <= len(delays) and not isinstance(error, NotAnEvent)
        if again:
            target = self._topology.retry(subscription.service, delays[attempts - 1])
        else:
            target = self._topology.parked(subscription.service)
            log.error(
                "an event is parked: `gigsta events parked` shows it",
                extra={"queue": target, "error": repr(error)[:500]},
            )
        async with asyncio.timeout(self._timeout):
            await parking.put(channel, target, message, parking.notes(attempts, error, parked=not again))

    # -- parked events, for the operator

    async def parked(self, service: str, limit: int = 100) -> list[ParkedEvent]:
        async with self._for_a_moment() as channel:
            return await parking.look(await self._parked_queue(channel, service), limit)

    async def replay(self, service: str, event_id: str | None = None) -> int:
        async with self._for_a_moment() as channel:
            queue = await self._parked_queue(channel, service)
            return await parking.settle(channel, queue, event_id, into=self._topology.queue(service))

    async def drop(self, service: str, event_id: str | None = None) -> int:
        async with self._for_a_moment() as channel:
            queue = await self._parked_queue(channel, service)
            return await parking.settle(channel, queue, event_id, into=None)

    async def _parked_queue(self, channel: AbstractChannel, service: str) -> AbstractQueue:
        return await channel.declare_queue(self._topology.parked(service), passive=True)

    @asynccontextmanager
    async def _for_a_moment(self) -> AsyncIterator[AbstractChannel]:
        """A connection of its own: closing it puts back whatever was only looked at."""
        try:
            with _closing_is_a_loss():
                connection = await self._connect()
                try:
                    yield await connection.channel(publisher_confirms=True, on_return_raises=True)
                finally:
                    await _close(connection)
        except ChannelNotFoundEntity as error:
            raise LookupError(f"the broker has no such queue: {error}") from error
        except _LOST as error:
            raise BusUnavailable(repr(error)) from error


@contextlib.contextmanager
def _closing_is_a_loss() -> Iterator[None]:
    """aio-pika cancels whatever waits for a channel's answer when the channel closes. Who was not cancelled by us must
    not take that for a wish that they end."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionError("the channel was closed while its answer was awaited") from error


async def _close(connection: AbstractConnection) -> None:
    with contextlib.suppress(*_LOST), _closing_is_a_loss():
        await asyncio.wait_for(connection.close(), 2)


async def _within(seconds: float, event: asyncio.Event) -> bool:
    """Whether the event came within so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
