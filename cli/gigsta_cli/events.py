"""`gigsta events`: the operator's hand on what could not be handled."""

import asyncio
import os
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Table

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
        table = Table("service", "event", "id", "about", "tries", "parked at", "error")
        for name in _listening(service):
            for entry in await bus.parked(name, limit):
                event = entry.event
                about = (event.name, event.id, event.subject) if event else ("(not an event)", "", "")
                since = entry.parked_at.isoformat(timespec="seconds") if entry.parked_at else ""
                table.add_row(name, *about, str(entry.attempts), since, entry.error)
        console.print(table if table.row_count else "Nothing is parked.")

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
        raise SettingsError("Set AMQP_URL to say where RabbitMQ is.")
    namespace = os.environ.get("BUS_NAMESPACE", "gigsta")
    asyncio.run(_run(work, RabbitBus(url, namespace=namespace, connection_name="gigsta-cli")))


async def _run(work: Callable[[RabbitBus], Awaitable[None]], bus: RabbitBus) -> None:
    await work(bus)
