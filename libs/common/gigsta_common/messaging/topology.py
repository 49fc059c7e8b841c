"""What RabbitMQ holds for us, by name: one topic exchange, and for each service a queue and what belongs to it."""

from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

CRASH_LIMIT = 20
"""How often a message may come back because its consumer died. RabbitMQ 3.10 has no limit of its own."""


@dataclass(frozen=True)
class Topology:
    """Everything begins with the namespace, so that several systems may share a broker."""

    namespace: str
    timeout: float

    def queue(self, service: str) -> str:
        return f"{self.namespace}.{service}"

    def parked(self, service: str) -> str:
        return f"{self.queue(service)}.parked"

    def retry(self, service: str, delay_ms: int) -> str:
        return f"{self.queue(service)}.retry.{delay_ms}"

    async def declare_exchange(self, channel: AbstractChannel) -> AbstractExchange:
        return await channel.declare_exchange(
            f"{self.namespace}.events", aio_pika.ExchangeType.TOPIC, durable=True, timeout=self.timeout
        )

    async def declare(
        self, channel: AbstractChannel, service: str, bindings: tuple[str, ...], retry_delays_ms: tuple[int, ...]
    ) -> AbstractQueue:
        """The service's queue, with everything that a message of it may fall into."""
        exchange = await self.declare_exchange(channel)
        await _declare_quorum(channel, self.parked(service), {"x-delivery-limit": 1_000_000})
        for delay in retry_delays_ms:
            back = _fall_into(self.queue(service)) | {"x-message-ttl": delay}
            await _declare_quorum(channel, self.retry(service, delay), back)
        limit = _fall_into(self.parked(service)) | {"x-delivery-limit": CRASH_LIMIT}
        queue = await _declare_quorum(channel, self.queue(service), limit)
        for binding in bindings:
            await queue.bind(exchange, binding)
        return queue


def _fall_into(queue: str) -> dict[str, Any]:
    """Dead-letter into `queue` without losing anything when the broker dies in between."""
    return {
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


async def _declare_quorum(channel: AbstractChannel, name: str, arguments: dict[str, Any]) -> AbstractQueue:
    return await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"} | arguments)
