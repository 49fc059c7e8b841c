"""The bus within one process: for unit tests, and for a deployment so small that every service shares a process.

Nothing in it outlives the process. So `publish` can be told to succeed only when the event was handled everywhere: then
the outbox keeps it until then, and a process that is killed finds it there again, as with a broker's queue.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from gigsta_common import tasks
from gigsta_common.clock import SystemClock
from gigsta_common.events import Envelope
from gigsta_common.messaging import dispatch
from gigsta_common.messaging.port import BusUnavailable, NotHandledYet, NotRouted, ParkedEvent, Subscription

log = logging.getLogger(__name__)

STOP_WITHIN = 8.0
"""Seconds that `stop` gives to what has been published and not handled yet."""

PATIENCE = 0.25
"""Seconds that a publish waits for the handlers: nearly all are done in a few milliseconds, and the rest are asked for
again at the next sweep."""


@dataclass
class _Delivery:
    """An event that only the outbox keeps: who has to handle it still, and who could not."""

    pending: set[str]
    parked: set[str] = field(default_factory=set)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def handled(self, service: str) -> None:
        self.pending.discard(service)
        self.parked.discard(service)
        if not self.pending:
            self.settled.set()

    def could_not(self, service: str) -> None:
        self.handled(service)
        self.parked.add(service)

    def again(self, service: str) -> None:
        self.parked.discard(service)
        self.pending.add(service)
        self.settled.clear()


@dataclass
class _Queue:
    subscription: Subscription
    slots: asyncio.Semaphore
    waiting: "asyncio.Queue[tuple[bytes, int]]" = field(default_factory=asyncio.Queue)
    parked: list[ParkedEvent] = field(default_factory=list)
    in_hand: set["asyncio.Task[None]"] = field(default_factory=set)
    retries: set[asyncio.TimerHandle] = field(default_factory=set)
    order: dispatch.InOrder = field(default_factory=dispatch.InOrder)
    unfinished: int = 0

    def put(self, body: bytes) -> None:
        self.unfinished += 1
        self.waiting.put_nowait((body, 0))

    def put_later(self, body: bytes, failures: int, delay_ms: int) -> None:
        def due() -> None:
            self.retries.discard(timer)
            self.waiting.put_nowait((body, failures))

        timer = asyncio.get_running_loop().call_later(delay_ms / 1000, due)
        self.retries.add(timer)


class InProcessBus:
    """Keeps the promises of `Bus` while the process lives. What it holds when the process is killed is lost, unless it
    is told to wait: then `publish` raises NotHandledYet until every handler is done, and so the outbox keeps the event.
    """

    def __init__(self, *, until_handled: bool = False) -> None:
        self._until_handled = until_handled
        self._deliveries: dict[str, _Delivery] = {}
        self._queues: dict[str, _Queue] = {}
        self._consumers: dict[str, asyncio.Task[None]] = {}
        self._stopped = False

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Handle what was published, for nothing keeps it beyond this process; then end."""
        self._stopped = True
        queues = list(self._queues.values())
        try:
            async with asyncio.timeout(STOP_WITHIN):
                for queue in queues:
                    await queue.waiting.join()
        except TimeoutError:
            pass
        for queue in queues:
            for timer in queue.retries:
                timer.cancel()
        self._tell_what_is_left(sum(queue.unfinished for queue in queues))
        await tasks.end([*self._consumers.values(), *(task for queue in queues for task in queue.in_hand)])
        self._consumers.clear()

    async def publish(self, event: Envelope) -> None:
        if self._stopped:
            raise BusUnavailable("the bus has stopped")
        body = event.model_dump_json().encode()
        bound = [
            queue
            for queue in self._queues.values()
            if any(dispatch.matches(binding, event.name) for binding in queue.subscription.bindings)
        ]
        if not bound:
            raise NotRouted(f"no queue is bound for {event.name}")
        if self._until_handled:
            await self._deliver(event, body, bound)
            return
        for queue in bound:
            queue.put(body)

    async def _deliver(self, event: Envelope, body: bytes, bound: list[_Queue]) -> None:
        delivery = self._deliveries.get(event.id)
        if delivery is None:
            delivery = _Delivery({queue.subscription.service for queue in bound})
            self._deliveries[event.id] = delivery
            for queue in bound:
                queue.put(body)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(delivery.settled.wait(), PATIENCE)
        if delivery.pending or delivery.parked:
            raise NotHandledYet(f"{event.name} is not handled by {', '.join(delivery.pending | delivery.parked)} yet")
        self._deliveries.pop(event.id, None)

    async def subscribe(self, subscription: Subscription) -> None:
        """A service that subscribes again goes on with its queue as it is."""
        known = self._queues.get(subscription.service)
        if known is not None:
            known.subscription = subscription
            return
        queue = _Queue(subscription, asyncio.Semaphore(subscription.prefetch))
        self._queues[subscription.service] = queue
        self._consumers[subscription.service] = asyncio.create_task(self._consume(queue))

    def problem(self) -> str | None:
        if self._stopped:
            return "the bus has stopped"
        dead = [service for service, task in self._consumers.items() if task.done()]
        return f"the consumer of {', '.join(dead)} has stopped" if dead else None

    async def parked(self, service: str, limit: int = 100) -> list[ParkedEvent]:
        return self._queues[service].parked[:limit]

    async def replay(self, service: str, event_id: str | None = None) -> int:
        taken = self._take(service, event_id)
        for parked in taken:
            if delivery := self._delivery(parked):
                delivery.again(service)
            self._queues[service].put(parked.body)
        return len(taken)

    async def drop(self, service: str, event_id: str | None = None) -> int:
        taken = self._take(service, event_id)
        for parked in taken:
            if delivery := self._delivery(parked):
                delivery.handled(service)
        return len(taken)

    def idle(self) -> bool:
        """Whether no event is waiting, in hand or due for a retry anywhere."""
        return all(queue.unfinished == 0 for queue in self._queues.values())

    def _delivery(self, parked: ParkedEvent) -> _Delivery | None:
        return self._deliveries.get(parked.event.id) if parked.event else None

    def _tell_what_is_left(self, events: int) -> None:
        if events and self._until_handled:
            log.info("events are not handled yet; the next start finds them in the outbox", extra={"events": events})
        elif events:
            log.error("events were not handled before the end and are lost", extra={"events": events})

    def _take(self, service: str, event_id: str | None) -> list[ParkedEvent]:
        queue = self._queues[service]
        taken = [p for p in queue.parked if event_id is None or (p.event is not None and p.event.id == event_id)]
        queue.parked = [p for p in queue.parked if p not in taken]
        return taken

    async def _consume(self, queue: _Queue) -> None:
        while True:
            body, failures = await queue.waiting.get()
            await queue.slots.acquire()
            task = asyncio.create_task(self._handle(queue, body, failures))
            queue.in_hand.add(task)
            task.add_done_callback(queue.in_hand.discard)

    async def _handle(self, queue: _Queue, body: bytes, failures: int) -> None:
        event = Envelope.model_validate_json(body)
        subscription = queue.subscription
        delays = subscription.retry_delays_ms
        delivery = self._deliveries.get(event.id)
        try:
            await dispatch.handle(subscription, event, queue.order)
            queue.unfinished -= 1
            if delivery:
                delivery.handled(subscription.service)
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises is retried, then parked
            dispatch.log_failure(event, error)
            if failures < len(delays):
                queue.put_later(body, failures + 1, delays[failures])
            else:
                queue.parked.append(ParkedEvent(event, body, repr(error), failures + 1, SystemClock().now()))
                queue.unfinished -= 1
                if delivery:
                    delivery.could_not(subscription.service)
        finally:
            queue.slots.release()
            queue.waiting.task_done()
