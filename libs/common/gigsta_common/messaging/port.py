"""What a message bus is to us. Two adapters keep these promises under one suite of tests."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gigsta_common.events import Envelope


class PublishError(Exception):
    """The event is not safely on the bus. It stays in the outbox and is tried again."""


class BusUnavailable(PublishError):
    """The broker is away, or did not confirm in time."""


class NotRouted(PublishError):
    """No queue is bound for this event (yet)."""


class NotHandledYet(PublishError):
    """Whoever handles the event has been given it, and only the outbox keeps it for them until they are done."""


@dataclass(frozen=True)
class Subscription:
    """One service's queue: what it is bound to and how failures are treated.

    Events are handled concurrently, up to `prefetch`, but those about one subject one after the other. A handler that
    raises sees the event again after each of `retry_delays_ms`; after the last failure the event is parked.
    """

    service: str
    bindings: tuple[str, ...]
    handle: Callable[[Envelope], Awaitable[None]]
    prefetch: int = 32
    retry_delays_ms: tuple[int, ...] = (1_000, 5_000, 30_000, 120_000)
    handler_timeout: float = 30.0


@dataclass(frozen=True)
class ParkedEvent:
    """An event that no try could handle."""

    event: Envelope | None
    """None where the message is not even an event."""
    body: bytes = field(repr=False)
    error: str
    attempts: int
    parked_at: datetime | None


class Bus(Protocol):
    async def start(self) -> None:
        """Begin to connect and to consume, and return at once: a broker that is away is waited for."""

    async def stop(self) -> None:
        """Take no more events, finish those in hand within a bounded time, and disconnect."""

    async def publish(self, event: Envelope) -> None:
        """Return once the broker has the event in every queue bound for it.

        Raises:
            PublishError: it may or may not have arrived; publish it again.
        """

    async def subscribe(self, subscription: Subscription) -> None:
        """Declare the queue and consume from it, now or as soon as the broker is there."""

    def problem(self) -> str | None:
        """What keeps the bus from working at this moment, in a short sentence; None where nothing does."""

    async def parked(self, service: str, limit: int = 100) -> list[ParkedEvent]:
        """The oldest parked events of a service, left where they are."""

    async def replay(self, service: str, event_id: str | None = None) -> int:
        """Put parked events (or the one of that id) back into the service's queue; return how many."""

    async def drop(self, service: str, event_id: str | None = None) -> int:
        """Throw parked events (or the one of that id) away; return how many."""
