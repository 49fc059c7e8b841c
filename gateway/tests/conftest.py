"""A gateway on a port of its own with a stand-in for each service behind it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import httpx2
import orjson
import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.localservers.process import free_port
from gigsta_common.security import SigningKey, StaticKeys
from gigsta_common.testing.service import eventually
from gigsta_gateway.access_log import AccessLog
from gigsta_gateway.main import Gateway, create_app
from gigsta_gateway.server import EdgeServer, server
from gigsta_gateway.settings import GatewaySettings

from .standin import StandIn

SERVICES = ("auth", "catalog", "bookings", "ratings", "geo", "notifications")
ORIGIN = "https://app.example"
SECRET = "the-zone-sends-this-one"
PROOF = "the-gateway-sends-this-one"
UNLIMITED = {"at_once": 1_000_000, "a_second": 1_000_000}
RATES = dict.fromkeys(("rate_reads", "rate_writes", "rate_open_writes"), UNLIMITED)
"""`test_rates` has its own."""


class TestServer(EdgeServer):
    """Leaves the test process's signals alone."""

    __test__ = False

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


class Edge:
    """A running gateway: `http` speaks to it, `services` are behind it, `log` is what it logged."""

    def __init__(
        self, app: Gateway, server: TestServer, port: int, http: httpx2.AsyncClient, log: list[dict[str, Any]]
    ) -> None:
        self.app = app
        self.server = server
        self.port = port
        self.http = http
        self.services: dict[str, StandIn] = {}
        self.log = log
        self._raws: list[Raw] = []

    @property
    def catalog(self) -> StandIn:
        return self.services["catalog"]

    @property
    def in_flight(self) -> int:
        return len(self.app._exchanges)

    async def raw(self, *pieces: bytes) -> "Raw":
        """A connection on which these bytes were sent."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        raw = Raw(reader, writer)
        self._raws.append(raw)
        for piece in pieces:
            await raw.send(piece)
        return raw

    async def close(self) -> None:
        for raw in self._raws:
            await raw.close()


class Raw:
    """A client that sends what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @property
    def transport(self) -> asyncio.Transport:
        return cast("asyncio.Transport", self.writer.transport)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def read(self) -> bytes:
        """Everything up to the end of the connection."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def until(self, mark: bytes) -> bytes:
        async with asyncio.timeout(10):
            return await self.reader.readuntil(mark)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()


class StartEdge(Protocol):
    def __call__(self, **overrides: Any) -> Awaitable[Edge]: ...


@pytest.fixture
async def start_edge(clock: ManualClock, signing_key: SigningKey, tmp_path: Path) -> AsyncIterator[StartEdge]:
    """Starts a gateway: `await start_edge(environment="production")`. `keys=None` makes it fetch them from auth."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**overrides: Any) -> Edge:
            keys = overrides.pop("keys", StaticKeys(signing_key.public_jwk()))
            standins = {name: StandIn() for name in SERVICES}
            for standin in standins.values():
                await standin.start()
                stack.push_async_callback(standin.stop)
            port = free_port()
            settings = GatewaySettings.model_validate(
                {f"upstream_{name}": standin.url for name, standin in standins.items()}
                | {
                    "environment": "test",
                    "port": port,
                    "jwks_url": f"{standins['auth'].url}/auth/.well-known/jwks.json",
                    "public_url": "https://gigsta.example",
                    "cors_origins": f"{ORIGIN}, http://localhost:5173",
                    "origin_secret": SECRET,
                    "gateway_secret": PROOF,
                    "web_dist": tmp_path / "dist",
                    **RATES,
                    **overrides,
                }
            )
            log: list[dict[str, Any]] = []
            app = create_app(settings, clock=clock, keys=keys, access_log=AccessLog(partial(_keep, log)))
            running = TestServer(server(app, settings).config, app)
            task = asyncio.create_task(running.serve())
            stack.push_async_callback(_stop, running, task)
            await eventually(lambda: _true(running.started))
            http = await stack.enter_async_context(
                httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)
            )
            edge = Edge(app, running, port, http, log)
            edge.services = standins
            stack.push_async_callback(edge.close)
            return edge

        yield start


@pytest.fixture
async def edge(start_edge: StartEdge) -> Edge:
    return await start_edge()


def _keep(log: list[dict[str, Any]], data: bytes) -> None:
    log += [orjson.loads(line) for line in data.splitlines()]


async def _stop(running: TestServer, task: "asyncio.Task[None]") -> None:
    running.should_exit = True
    running.config.timeout_graceful_shutdown = 0
    await task


async def _true(value: bool) -> bool:
    return value


async def until(condition: Callable[[], bool], within: float = 15.0) -> None:
    """Wait until something is so."""

    async def so() -> bool:
        return condition()

    await eventually(so, within)


def build_web(folder: Path) -> None:
    """Something like what `npm run build` leaves."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>GigSta</title>")
    for script in ("app.js", "assets/app-1a2b.js"):
        (folder / script).write_text("start()")
    said = "default-src 'self'; img-src 'self'{MEDIA_URL}; connect-src 'self'{S3_ENDPOINT}"
    (folder / "policy.json").write_bytes(orjson.dumps({"Content-Security-Policy": said}))
