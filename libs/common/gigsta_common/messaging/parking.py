"""Messages that could not be handled: what is noted on them, and the operator's hand on RabbitMQ's parked queues."""

from datetime import datetime
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from pydantic import ValidationError

from gigsta_common.clock import SystemClock
from gigsta_common.events import Envelope
from gigsta_common.messaging.port import ParkedEvent
from gigsta_common.messaging.topology import CRASH_LIMIT

_ATTEMPTS = "x-gigsta-attempts"
_ERROR = "x-gigsta-error"
_PARKED_AT = "x-gigsta-parked-at"
_LOOK_AT = 1_000
"""So many are sorted at least, to find the oldest."""


def attempts_of(message: AbstractIncomingMessage) -> int:
    """How often a handler has failed on it; 0 where nothing sensible is noted."""
    noted = message.headers.get(_ATTEMPTS)
    return noted if isinstance(noted, int) and noted > 0 else 0


def notes(attempts: int, error: Exception, *, parked: bool) -> dict[str, Any]:
    """The headers of a message that is put aside."""
    headers: dict[str, Any] = {_ATTEMPTS: attempts, _ERROR: repr(error)[:500]}
    if parked:
        headers[_PARKED_AT] = SystemClock().now().isoformat(timespec="milliseconds")
    return headers


async def put(channel: AbstractChannel, queue: str, message: AbstractIncomingMessage, headers: dict[str, Any]) -> None:
    """Copy a message into a queue; return once the broker has confirmed it."""
    copy = aio_pika.Message(
        message.body,
        headers=headers,
        content_type=message.content_type,
        delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        message_id=message.message_id,
        type=message.type,
    )
    await channel.default_exchange.publish(copy, queue, mandatory=True)


async def look(queue: AbstractQueue, limit: int) -> list[ParkedEvent]:
    """The oldest messages, left where they are."""
    messages = await _take(queue, max(limit, _LOOK_AT))
    for message in messages:
        await message.nack(requeue=True)
    return [_parked(message) for message in messages[:limit]]


async def settle(channel: AbstractChannel, queue: AbstractQueue, event_id: str | None, *, into: str | None) -> int:
    """Remove every message, or that of one id, once it is safely in the queue `into` where one is named."""
    settled = 0
    for message in await _take(queue):
        if event_id is not None and message.message_id != event_id:
            await message.nack(requeue=True)
            continue
        if into is not None:
            await put(channel, into, message, {})
        await message.ack()
        settled += 1
    return settled


async def _take(queue: AbstractQueue, limit: int | None = None) -> list[AbstractIncomingMessage]:
    """The messages by the time they were parked. The broker's own order is lost as soon as somebody has looked.

    Its count of them lags behind, so this asks until there are no more.
    """
    taken: list[AbstractIncomingMessage] = []
    while limit is None or len(taken) < limit:
        message = await queue.get(fail=False, timeout=5)
        if message is None:
            break
        taken.append(message)
    return sorted(taken, key=lambda message: str(message.headers.get(_PARKED_AT) or ""))


def _parked(message: AbstractIncomingMessage) -> ParkedEvent:
    try:
        event = Envelope.model_validate_json(message.body)
    except ValidationError:
        event = None
    since = message.headers.get(_PARKED_AT)
    return ParkedEvent(
        event=event,
        body=message.body,
        error=str(message.headers.get(_ERROR) or "the consumer died while handling it"),
        attempts=attempts_of(message) or CRASH_LIMIT,
        parked_at=datetime.fromisoformat(since) if isinstance(since, str) else None,
    )
