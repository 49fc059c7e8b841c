"""Event streams: how long a notification takes from the publishing of its event to a client that waits, and the memory.

One real process of notifications with real servers. Each of 1,000 users has one stream open, over a connection of its
own, and is told something now and then: 100 events a second in all. The time includes the broker, the handler's
transaction, the change stream and the position. The processor time of an event says how far one core is from its end,
whatever else the machine has to do.
"""

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.running_services import Running, running
from gigsta_common.events import BookingChanged
from gigsta_common.events.catalog import Price

STREAMS = 1_000
RATE = 100
PATIENCE = 60.0


class _Figures(NamedTuple):
    streams: int
    waits: list[float]
    before: int
    opened: int
    after: int
    """Resident bytes of the process: with no stream, with all of them, and after the events."""
    cpu: float
    """Seconds of one core that the process has taken for all events."""


def main(*, quick: bool) -> None:
    streams, seconds = (100, 3) if quick else (STREAMS, 20)
    found = uvloop.run(_measure(streams, seconds))
    waits = sorted(found.waits)
    p50, p99 = (waits[int(len(waits) * q)] * 1000 for q in (0.50, 0.99))
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    table = Table("", "", title=f"{found.streams} streams, {RATE} events/s for {seconds} s (load {load})")
    table.add_row("publish to client, p50 / p99 / most, ms", f"{p50:.1f} / {p99:.1f} / {waits[-1] * 1000:.1f}")
    table.add_row("events that arrived", f"{len(waits)} of {RATE * seconds}")
    table.add_row("processor time of an event, ms", f"{found.cpu / len(waits) * 1000:.1f}")
    megabytes = " / ".join(f"{size / 2**20:.0f}" for size in (found.before, found.opened, found.after))
    table.add_row("memory: no stream / all open / after the events, MiB", megabytes)
    table.add_row("memory of a stream, KiB", f"{(found.opened - found.before) / found.streams / 1024:.1f}")
    Console().print(table)


async def _measure(count: int, seconds: int) -> _Figures:
    async with running("notifications") as found, AsyncExitStack() as stack:
        process = found.processes["notifications"]
        published: dict[str, float] = {}
        arrived: dict[str, float] = {}
        warm = await _reader(found, "warm", arrived)
        stack.callback(warm.cancel)
        before = process.memory_info().rss
        for at in range(0, count, 50):
            users = (f"user-{n}" for n in range(at, min(at + 50, count)))
            for task in await asyncio.gather(*(_reader(found, user, arrived) for user in users)):
                stack.callback(task.cancel)
        opened, worked = process.memory_info().rss, _cpu(process)
        await _tell(found, count, seconds, published)
        with suppress(TimeoutError):  # on a machine that cannot keep up; the table says how many have arrived
            async with asyncio.timeout(PATIENCE):
                while len(arrived) < len(published):
                    await asyncio.sleep(0.05)
        waits = [arrived[name] - at for name, at in published.items() if name in arrived]
        return _Figures(count, waits, before, opened, process.memory_info().rss, _cpu(process) - worked)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def _reader(found: Running, user: str, arrived: dict[str, float]) -> "asyncio.Task[None]":
    """A client that has its stream open, and goes on reading."""
    address = urlsplit(found.urls["notifications"])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    request = f"GET /notifications/stream HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {found.token(user)}\r\n\r\n"
    writer.write(request.encode())
    await writer.drain()
    async with asyncio.timeout(PATIENCE):
        while b"event: ready" not in await reader.readline():
            pass

    async def read() -> None:
        while line := await reader.readline():
            if line.startswith(b"data: ") and b'"booking_id":"' in (text := line.replace(b": ", b":")):
                name = text.partition(b'"booking_id":"')[2].partition(b'"')[0].decode()
                arrived.setdefault(name, time.perf_counter())
        writer.close()

    return asyncio.create_task(read())


async def _tell(found: Running, users: int, seconds: int, published: dict[str, float]) -> None:
    rng, started = random.Random(1), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(RATE * seconds):
            await asyncio.sleep(max(0.0, started + number / RATE - time.perf_counter()))
            name = f"booking-{number}"
            published[name] = time.perf_counter()
            group.create_task(found.tell("booking.requested", _event(name, f"user-{rng.randrange(users)}"), name))


def _event(booking: str, provider: str) -> BookingChanged:
    now = datetime.now(UTC)
    return BookingChanged(
        booking_id=booking,
        customer_id="cleo",
        customer_name="Cleo",
        provider_id=provider,
        provider_name="Pat's Plumbing",
        service_id="service",
        service_title="Tap repair",
        price=Price(amount=8500, currency="NZD"),
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=1),
        timezone="Pacific/Auckland",
        action_name="create",
        from_status=None,
        to_status="pending",
        actor="customer",
        actor_id="cleo",
        note="Booking requested",
        at=now,
    )
