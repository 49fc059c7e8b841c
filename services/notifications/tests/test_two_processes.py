"""Two real processes over one database, one of which hears the events; and streams that go from one to the other."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from gigsta_common.clock import SystemClock
from gigsta_common.events.envelope import envelope
from gigsta_common.localservers import Child, free_port
from gigsta_common.messaging import RabbitBus
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.testing.databases import Databases, url_of
from gigsta_common.testing.keys import serving_keys
from gigsta_common.testing.service import eventually
from gigsta_notifications.settings import Settings

from .conftest import MIGRATIONS, booking_event
from .test_streams import Reader, reading

NO_BROKER = "amqp://127.0.0.1:1/"
WITHIN = 60.0


@dataclass
class Process:
    child: Child
    url: str

    async def answers(self, path: str) -> bool:
        assert self.child.alive, f"{self.child.how_it_ended()}\n{self.child.log_tail(40)}"
        try:
            async with httpx2.AsyncClient(timeout=5, trust_env=False) as client:
                return (await client.get(self.url + path)).status_code == 200
        except httpx2.TransportError:
            return False


class Stage:
    def __init__(
        self, environment: dict[str, str], bus: RabbitBus, token: str, logs: Path, stack: AsyncExitStack
    ) -> None:
        self._environment = environment
        self._logs = logs
        self._stack = stack
        self._bus = bus
        self.token = token
        self.sent: list[str] = []

    async def launch(self, name: str, *, hears: bool) -> Process:
        port = free_port()
        argv = [
            sys.executable,
            "-m",
            "uvicorn",
            "--factory",
            "gigsta_notifications.main:create_app",
            "--port",
            str(port),
        ]
        environment = self._environment if hears else self._environment | {"AMQP_URL": NO_BROKER}
        child = Child(name, argv, log=self._logs / f"{name}.log", env=environment)
        child.start()
        self._stack.callback(child.kill)
        process = Process(child, f"http://127.0.0.1:{port}")
        await eventually(lambda: process.answers("/health/ready" if hears else "/health/live"), within=WITHIN)
        return process

    async def tell(self, count: int) -> None:
        """Of so many bookings of one busy provider, all at once."""
        names = [f"booking-{len(self.sent) + n}" for n in range(count)]
        self.sent += names
        now = SystemClock().now()
        events = [
            envelope(
                "booking.requested", booking_event(now, booking_id=n), publisher="test", subject=n, sequence=1, time=now
            )
            for n in names
        ]
        await asyncio.gather(*(self._bus.publish(event) for event in events))


@pytest.fixture
async def stage(mongod_url: str, amqp_url: str, databases: Databases, tmp_path: Path) -> AsyncIterator[Stage]:
    key = SigningKey.generate()
    namespace = f"two{uuid4().hex[:8]}"
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(databases.migrated(MIGRATIONS))
        jwks_url = await stack.enter_async_context(serving_keys(key))
        bus = RabbitBus(amqp_url, namespace=namespace)
        await bus.start()
        stack.push_async_callback(bus.stop)
        issuer, audience = (Settings.model_fields[name].default for name in ("token_issuer", "token_audience"))
        principal = Principal("pat", frozenset({"user"}), session_id="test")
        token = issue_token(
            key, principal, issuer=issuer, audience=audience, now=SystemClock().now(), lifetime=timedelta(hours=1)
        )
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ENVIRONMENT": "test",
            "MONGODB_URL": url_of(mongod_url, db),
            "AMQP_URL": amqp_url,
            "BUS_NAMESPACE": namespace,
            "JWKS_URL": jwks_url,
            "MAIL_ENABLED": "false",
        }
        yield Stage(environment, bus, token, tmp_path, stack)


@asynccontextmanager
async def streaming(process: Process, stage: Stage, last: str | None = None) -> AsyncIterator[Reader]:
    async with reading(process.url, stage.token, last) as reader:
        ready = await reader.next()
        assert (ready.name, ready.id) == ("ready", last or "0")
        yield reader


async def test_both_processes_stream_the_same_order_and_a_death_loses_and_doubles_nothing(stage: Stage) -> None:
    first, second = await stage.launch("first", hears=True), await stage.launch("second", hears=False)
    here: list[tuple[str | None, str]] = []
    there: list[tuple[str | None, str]] = []

    async def read(reader: Reader, seen: list[tuple[str | None, str]], up_to: int) -> None:
        while len(seen) < up_to:
            event = await reader.next()
            assert event.name == "notification"
            seen.append((event.id, event.data["data"]["booking_id"]))

    async with asyncio.timeout(3 * WITHIN), streaming(second, stage) as other:
        async with streaming(first, stage) as reader:
            await stage.tell(25)
            await asyncio.gather(read(reader, here, 25), read(other, there, 25))
            await stage.tell(25)
            await read(other, there, 30)
            first.child.kill()
        third = await stage.launch("third", hears=True)
        await stage.tell(10)
        async with streaming(third, stage, here[-1][0]) as again:
            await asyncio.gather(read(again, here, 60), read(other, there, 60))
    assert here == there
    assert [position for position, _ in here] == [str(n) for n in range(1, 61)]
    assert sorted(booking for _, booking in here) == sorted(stage.sent)
