"""One service under test: its app with its lifespan running, an HTTP client in front, the bus behind."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx2
from fastapi import FastAPI

from gigsta_common import mongo
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, EventData, envelope
from gigsta_common.messaging import InProcessBus
from gigsta_common.security import SigningKey, StaticKeys
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.databases import Databases, url_of

TEST_SOURCE = "/gigsta/test"
"""The `source` of events that a test sends."""


class CreateApp(Protocol):
    """The `create_app` of each service's `main`."""

    def __call__(self, settings: Any = ..., *, clock: Any = ..., bus: Any = ..., keys: Any = ...) -> FastAPI: ...


class TestService:
    """`http` speaks to the service, `db` is its database, `published` the events it sent."""

    __test__ = False

    def __init__(
        self, app: FastAPI, http: httpx2.AsyncClient, db: mongo.Database, bus: InProcessBus, published: list[Envelope]
    ) -> None:
        self.app = app
        self.http = http
        self.db = db
        self.bus = bus
        self.published = published

    async def receive(
        self,
        name: str,
        data: EventData,
        *,
        subject: str,
        sequence: int = 1,
        time: datetime | None = None,
        event_id: str | None = None,
    ) -> Envelope:
        """Deliver an event as another service would have published it, and wait until it is handled."""
        at = time or self.app.state.runtime.clock.now()
        event = envelope(name, data, publisher="test", subject=subject, sequence=sequence, time=at, event_id=event_id)
        await self.bus.publish(event)
        await self.settle()
        return event

    async def settle(self) -> None:
        """Wait until every event is out of the outbox and handled everywhere."""

        async def settled() -> bool:
            await self.app.state.runtime.outbox.flush()
            return self.bus.idle()

        await eventually(settled)

    def published_names(self) -> list[str]:
        return [event.name for event in self.published]


class ServiceStarter:
    def __init__(
        self,
        databases: Databases,
        clock: ManualClock,
        bus: InProcessBus,
        key: SigningKey,
        published: list[Envelope],
    ) -> None:
        self._databases = databases
        self._used: dict[Path, mongo.Database] = {}
        self._clock = clock
        self._bus = bus
        self._key = key
        self._published = published
        self._stack = AsyncExitStack()
        self._kept = AsyncExitStack()

    async def __call__(
        self, create_app: CreateApp, settings: type[ServiceSettings], migration_folder: Path, **overrides: Any
    ) -> TestService:
        """Start the service on a migrated database of this test's own; a second instance shares it.

        `overrides` are settings; pass `keys=None` for the service's own keys.
        """
        keys = overrides.pop("keys", StaticKeys(self._key.public_jwk()))
        db = self._used.get(migration_folder)
        if db is None:
            db = await self._kept.enter_async_context(self._databases.migrated(migration_folder))
            self._used[migration_folder] = db
        chosen = settings.model_validate(
            {
                "environment": "test",
                "mongodb_url": url_of(self._databases.url, db),
                "amqp_url": "amqp://nobody.invalid",
                "jwks_url": "http://nobody.invalid/jwks.json",
                "retry_delays_ms": (10, 20),
                **overrides,
            }
        )
        app = create_app(chosen, clock=self._clock, bus=self._bus, keys=keys)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        http = httpx2.AsyncClient(transport=transport, base_url="http://service")
        await self._stack.enter_async_context(http)
        return TestService(app, http, db, self._bus, self._published)

    async def stop(self) -> None:
        """Stop what runs. Its database stays to be looked at."""
        await self._stack.aclose()

    async def close(self) -> None:
        await self.stop()
        await self._kept.aclose()


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 10.0) -> None:
    """Wait for a condition, asking again and again.

    Raises:
        AssertionError: it did not come true within so many seconds.
    """
    deadline = time.monotonic() + within
    while not await condition():
        assert time.monotonic() < deadline, f"not within {within} s"
        await asyncio.sleep(0.005)
