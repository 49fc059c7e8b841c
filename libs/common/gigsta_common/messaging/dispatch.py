"""What both adapters do with an event once it is here: in order per subject, within a time limit, in its own trace."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gigsta_common import context
from gigsta_common.events import Envelope
from gigsta_common.messaging.port import Subscription

log = logging.getLogger(__name__)


class InOrder:
    """Locks by key, first come first served, forgotten when free."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def holding(self, key: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(key)
            if users > 1:
                self._locks[key] = (lock, users - 1)


async def handle(subscription: Subscription, event: Envelope, order: InOrder) -> None:
    """Run the handler.

    Raises:
        Exception: whatever the handler raised, or TimeoutError.
    """
    async with order.holding(event.subject):
        context.enter(event.requestid, event.traceparent)
        async with asyncio.timeout(subscription.handler_timeout):
            await subscription.handle(event)


def log_failure(event: Envelope, error: Exception) -> None:
    log.warning(
        "an event could not be handled",
        extra={"event_type": event.type, "event_id": event.id, "error": repr(error)[:500]},
    )


def matches(pattern: str, routing_key: str) -> bool:
    """AMQP topic matching: `*` is one word, `#` any number of them."""
    return _match(pattern.split("."), routing_key.split("."))


def _match(pattern: list[str], words: list[str]) -> bool:
    if not pattern:
        return not words
    if pattern[0] == "#":
        return any(_match(pattern[1:], words[cut:]) for cut in range(len(words) + 1))
    return bool(words) and pattern[0] in ("*", words[0]) and _match(pattern[1:], words[1:])
