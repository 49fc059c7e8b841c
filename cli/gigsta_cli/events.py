"""`gigsta events`: the operator's hand on what could not be handled."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from rich.console import Console

from gigsta_cli import services
from gigsta_common.messaging import RabbitBus
from gigsta_common.settings import SettingsError

console = Console(highlight=False)


def declare() -> None:
    """Declare every service's queues, so that no event is missed before a service's first start."""

    async def run(bus: RabbitBus) -> None:
        for name in services.chosen(None):
            bindings = services.handlers(name).bindings
            if bindings:
                await bus.declare(name, bindings, services.settings(name).retry_delays_ms)
                console.print(f"{name:<14} {', '.join(bindings)}")

    _with_bus(run)


def parked(service: str | None, limit: int) -> None:
    """Show the parked events, the oldest first."""

    async def run(bus: RabbitBus) -> None:
        shown = 0
        for name in _listening(service):
            for entry in await bus.parked(name, limit):
                event = entry.event
                what = f"{event.name} {event.id} about {event.subject}" if event else "what is no event"
                since = f" on {entry.parked_at:%d %B %H:%M} UTC" if entry.parked_at else ""
                # No table: an id that is cut to fit names nothing to `replay` and `drop`.
                console.print(f"{name}: {what}, parked after {entry.attempts} tries{since}", soft_wrap=True)
                console.print(f"    {entry.error}", soft_wrap=True, markup=False)
                shown += 1
        if not shown:
            console.print("Nothing is parked.")

    _with_bus(run)


def replay(service: str, event_id: str | None) -> None:
    """Put parked events back into the service's queue."""

    async def run(bus: RabbitBus) -> None:
        console.print(f"{await bus.replay(service, event_id)} put back into the queue of {service}.")

    _with_bus(run, service)


def drop(service: str, event_id: str | None) -> None:
    """Throw parked events away."""

    async def run(bus: RabbitBus) -> None:
        console.print(f"{await bus.drop(service, event_id)} dropped.")

    _with_bus(run, service)


def _listening(service: str | None) -> list[str]:
    return [name for name in services.chosen(service) if services.handlers(name).bindings]


def _with_bus(work: Callable[[RabbitBus], Awaitable[None]], service: str | None = None) -> None:
    services.chosen(service)
    url = services.broker_url()
    if not url:
        raise SettingsError(
            "Set AMQP_URL to say where RabbitMQ is. Where everything runs in one process there is none, and what is "
            "parked is among the administrator's pages."
        )
    namespace = os.environ.get("BUS_NAMESPACE", "gigsta")
    asyncio.run(_run(work, RabbitBus(url, namespace=namespace, connection_name="gigsta-cli")))


async def _run(work: Callable[[RabbitBus], Awaitable[None]], bus: RabbitBus) -> None:
    await work(bus)
