"""The bus within one process: for unit tests, and for a deployment so small that every service shares a process."""

import asyncio
import logging
from dataclasses import dataclass, field

from gigsta_common import tasks
from gigsta_common.clock import SystemClock
from gigsta_common.events import Envelope
from gigsta_common.messaging import dispatch
from gigsta_common.messaging.port import BusUnavailable, NotRouted, ParkedEvent, Subscription

log = logging.getLogger(__name__)

STOP_WITHIN = 8.0
"""Seconds that `stop` gives to what has been published and not handled yet."""


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
    """Keeps the promises of `Bus` while the process lives: what it holds when the process is killed is lost."""

    def __init__(self) -> None:
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
        lost = sum(queue.unfinished for queue in queues)
        if lost:
            log.error("events were not handled before the end and are lost", extra={"events": lost})
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
        for queue in bound:
            queue.put(body)

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
            self._queues[service].put(parked.body)
        return len(taken)

    async def drop(self, service: str, event_id: str | None = None) -> int:
        return len(self._take(service, event_id))

    def idle(self) -> bool:
        """Whether no event is waiting, in hand or due for a retry anywhere."""
        return all(queue.unfinished == 0 for queue in self._queues.values())

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
        try:
            await dispatch.handle(subscription, event, queue.order)
            queue.unfinished -= 1
        except Exception as error:  # noqa: BLE001 -- whatever a handler raises is retried, then parked
            dispatch.log_failure(event, error)
            if failures < len(delays):
                queue.put_later(body, failures + 1, delays[failures])
            else:
                queue.parked.append(ParkedEvent(event, body, repr(error), failures + 1, SystemClock().now()))
                queue.unfinished -= 1
        finally:
            queue.slots.release()
            queue.waiting.task_done()
