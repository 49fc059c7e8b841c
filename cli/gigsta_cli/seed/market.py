"""The six services in this process, on the real databases, with a bus and a clock of their own."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
from fastapi import FastAPI

from gigsta_cli import services
from gigsta_cli.up.plan import SERVICES
from gigsta_common import http
from gigsta_common.clock import ManualClock
from gigsta_common.errors import API_PREFIX
from gigsta_common.messaging import InProcessBus
from gigsta_common.security import Principal, SigningKey, StaticKeys, issue_token

LONGEST_WAIT = 240.0

_CHANGES: dict[str, dict[str, Any]] = {
    # A background clock would only meddle: the story says itself when time passes.
    "bookings": {"clock_interval": 3600.0, "open_days_interval": 3600.0},
    "notifications": {"mail_enabled": False},
}


class SeedError(Exception):
    """A use case refused what the demo data need; the text says which."""


@dataclass(frozen=True)
class Person:
    """An account of the demo."""

    user_id: str
    name: str
    roles: tuple[str, ...]


class Market:
    """Calls the services' own APIs as anybody, at any time."""

    def __init__(self, apps: dict[str, FastAPI], clock: ManualClock, bus: InProcessBus, key: SigningKey) -> None:
        self.apps = apps
        self.clock = clock
        self.images = asyncio.Semaphore(3)
        """Pictures that are drawn and made into images at a time: whoever has more waits, and is not refused."""
        self._bus = bus
        self._key = key
        self._clients = {
            name: httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=f"http://{name}")
            for name, app in apps.items()
        }

    async def call(self, who: Person | None, method: str, path: str, body: Any = None) -> Any:
        """Call `/<service>/...` and return the answer's body.

        Raises:
            SeedError: the answer is not a success.
        """
        service = path.split("/")[1].partition("?")[0]
        headers = {"authorization": f"Bearer {self._token(who)}"} if who else {}
        answer = await self._clients[service].request(method, path, json=body, headers=headers)
        if answer.is_error:
            raise SeedError(f"{method} {path} answered {answer.status_code}: {answer.text}")
        return answer.json() if answer.content else None

    async def upload(self, ticket: dict[str, Any], content: bytes) -> None:
        """Send a file to where catalog has said: to itself, or to S3."""
        url, method, headers = ticket["url"].removeprefix(API_PREFIX), ticket["method"], ticket["headers"]
        if url.startswith("/"):
            answer = await self._clients["catalog"].request(method, url, content=content, headers=headers)
        else:
            async with http.client() as client:
                answer = await client.request(method, url, content=content, headers=headers)
        if answer.is_error:
            raise SeedError(f"The upload of a picture was answered {answer.status_code}: {answer.text}")

    async def settle(self) -> None:
        """Wait until every event has been published and handled."""
        deadline = time.monotonic() + LONGEST_WAIT
        while True:
            sent = [await app.state.runtime.outbox.flush() for app in self.apps.values()]
            if self._bus.idle() and not any(sent):
                return
            if time.monotonic() > deadline:
                raise SeedError(f"the services were still busy with events after {LONGEST_WAIT:.0f} seconds")
            await asyncio.sleep(0.01)

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()

    def _token(self, who: Person) -> str:
        settings = self.apps["auth"].state.runtime.settings
        # Whatever administrators have to show, the demo's has shown it here.
        principal = Principal(who.user_id, frozenset(who.roles), session_id="demo", name=who.name, second_factor=True)
        return issue_token(
            self._key,
            principal,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
            now=self.clock.now(),
            lifetime=timedelta(minutes=10),
        )


@asynccontextmanager
async def open_market(clock: ManualClock) -> AsyncIterator[Market]:
    """Everything runs as ever, but for the clock, the bus, the signing key, and the mails, which are not sent."""
    bus = InProcessBus()
    key = SigningKey.generate()
    keys = StaticKeys(key.public_jwk())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.stop)
        apps = {}
        for name in SERVICES:
            changes = _CHANGES.get(name, {})
            settings = services.settings(name, retry_delays_ms=(20, 100, 500), **changes)
            apps[name] = services.module(name, "main").create_app(settings, clock=clock, bus=bus, keys=keys)
            await stack.enter_async_context(apps[name].router.lifespan_context(apps[name]))
        market = Market(apps, clock, bus, key)
        stack.push_async_callback(market.close)
        yield market
