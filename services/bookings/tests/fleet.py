"""Several real processes of the service over one database, and clients that speak to all of them at once.

There is no broker: events stay in the outbox of their documents, where tests can count them.
"""

import asyncio
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from gigsta_bookings.settings import Settings
from gigsta_common.clock import SystemClock
from gigsta_common.localservers import Child, free_port
from gigsta_common.security import Principal, SigningKey, issue_token

START_SECONDS = 60
ANSWER_SECONDS = 300
NO_BROKER = "amqp://127.0.0.1:1/"
CLOCK_INTERVAL = "0.2"


@dataclass
class Caller:
    """Who sends a request: a user, or a guest with the key from their mail, or anybody."""

    user_id: str | None = None
    roles: tuple[str, ...] = ("user",)
    booking_key: str | None = None


ANYBODY = Caller()


class Process:
    """One process of the service, and its client."""

    def __init__(self, number: int, environment: dict[str, str], logs: Path) -> None:
        self.port = free_port()
        argv = [sys.executable, "-m", "uvicorn", "--factory", "gigsta_bookings.main:create_app", "--no-access-log"]
        argv += ["--port", str(self.port), "--loop", "uvloop", "--http", "httptools", "--timeout-keep-alive", "75"]
        self.child = Child(f"bookings {number}", argv, log=logs / f"bookings-{number}.log", env=environment)
        limits = httpx2.Limits(max_connections=None, max_keepalive_connections=200)
        self.http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}", timeout=ANSWER_SECONDS, limits=limits, trust_env=False
        )

    async def ready(self, headers: dict[str, str]) -> None:
        """Wait until it answers, its database and the keys of tokens included.

        Raises:
            AssertionError: it ended, or did not come up in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while not await self._answers(headers):
            assert self.child.alive, f"{self.child.how_it_ended()}\n{self.child.log_tail(40)}"
            assert time.monotonic() < deadline, f"not ready\n{self.child.log_tail(40)}"
            await asyncio.sleep(0.02)

    async def _answers(self, headers: dict[str, str]) -> bool:
        try:
            answer = await self.http.get("/bookings?limit=1", headers=headers)
        except httpx2.TransportError:
            return False
        return answer.status_code == 200

    async def stop(self) -> None:
        self.child.kill()
        await self.http.aclose()


class Fleet:
    """Starts processes, replaces those that were killed, and passes requests to them in turn."""

    def __init__(self, mongodb_url: str, key: SigningKey, jwks_url: str, logs: Path) -> None:
        self._key = key
        self._logs = logs
        self._tokens: dict[tuple[str, tuple[str, ...]], str] = {}
        self._started = 0
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ENVIRONMENT": "test",
            "MONGODB_URL": mongodb_url,
            "AMQP_URL": NO_BROKER,
            "JWKS_URL": jwks_url,
            "CLOCK_INTERVAL": CLOCK_INTERVAL,
        }
        self.processes: list[Process] = []

    async def start(self, size: int) -> None:
        self.processes = [self._launch() for _ in range(size)]
        await self._ready(self.processes)

    async def replace_dead(self) -> None:
        """Start a process for each that was killed."""
        dead = [place for place, process in enumerate(self.processes) if not process.child.alive]
        for place in dead:
            await self.processes[place].http.aclose()
            self.processes[place] = self._launch()
        await self._ready(self.processes[place] for place in dead)

    async def stop(self) -> None:
        for process in self.processes:
            await process.stop()

    async def send(self, turn: int, caller: Caller, method: str, path: str, **options: Any) -> httpx2.Response:
        """A request to the process whose turn it is."""
        process = self.processes[turn % len(self.processes)]
        headers = self.headers(caller) | options.pop("headers", {})
        return await process.http.request(method, path, headers=headers, **options)

    def headers(self, caller: Caller) -> dict[str, str]:
        headers = {"Booking-Key": caller.booking_key} if caller.booking_key else {}
        if caller.user_id is not None:
            headers["authorization"] = f"Bearer {self._token(caller.user_id, caller.roles)}"
        return headers

    def logs(self) -> str:
        return "\n".join(process.child.log_tail(40) for process in self.processes)

    def _launch(self) -> Process:
        self._started += 1
        process = Process(self._started, self._environment, self._logs)
        process.child.start()
        return process

    async def _ready(self, processes: Iterable[Process]) -> None:
        headers = self.headers(Caller("somebody"))
        await asyncio.gather(*(process.ready(headers) for process in processes))

    def _token(self, user_id: str, roles: tuple[str, ...]) -> str:
        known = self._tokens.get((user_id, roles))
        if known is None:
            principal = Principal(user_id, frozenset(roles), session_id="test", name=user_id.title())
            issuer, audience = (Settings.model_fields[f].default for f in ("token_issuer", "token_audience"))
            now = SystemClock().now()
            known = issue_token(
                self._key, principal, issuer=issuer, audience=audience, now=now, lifetime=timedelta(days=1)
            )
            self._tokens[user_id, roles] = known
        return known
