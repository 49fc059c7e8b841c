"""Services as processes of their own, on real servers, for benchmarks that look at them from outside."""

import asyncio
import importlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import psutil

from gigsta_common import migrations, mongo
from gigsta_common.events import EventData
from gigsta_common.events.envelope import envelope
from gigsta_common.ids import new_id
from gigsta_common.localservers import Child, Mongod, RabbitMQ, free_port
from gigsta_common.messaging import RabbitBus
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.testing.keys import serving_keys

READY_WITHIN = 90


@dataclass
class Running:
    """The services' addresses by name, and what speaks to them."""

    bus: RabbitBus
    key: SigningKey
    urls: dict[str, str]
    processes: dict[str, psutil.Process]

    def token(self, user_id: str) -> str:
        principal = Principal(user_id, frozenset({"user"}), session_id="bench", name=user_id.title())
        now, lifetime = datetime.now(UTC), timedelta(hours=1)
        return issue_token(
            self.key, principal, issuer="https://gigsta.nz", audience="gigsta-api", now=now, lifetime=lifetime
        )

    async def tell(self, name: str, data: EventData, subject: str, sequence: int = 1) -> None:
        now = datetime.now(UTC)
        await self.bus.publish(envelope(name, data, publisher="bench", subject=subject, sequence=sequence, time=now))


@asynccontextmanager
async def running(*names: str) -> AsyncIterator[Running]:
    key, namespace = SigningKey.generate(), f"bench{new_id()[-8:]}"
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        mongod, broker = stack.enter_context(Mongod()), stack.enter_context(RabbitMQ())
        jwks_url = await stack.enter_async_context(serving_keys(key))
        bus = RabbitBus(broker.url, namespace=namespace)
        await bus.start()
        stack.push_async_callback(bus.stop)
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")},
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ENVIRONMENT": "development",
            "LOG_LEVEL": "warning",
            "MONGODB_URL": mongod.url,
            "AMQP_URL": broker.url,
            "BUS_NAMESPACE": namespace,
            "JWKS_URL": jwks_url,
            "MAIL_ENABLED": "false",
        }
        urls, processes = {}, {}
        for name in names:
            await _migrate(mongod.url, name)
            port = free_port()
            argv = [sys.executable, "-m", "gigsta_cli", "serve", name, "--port", str(port), "--log-level", "warning"]
            child = Child(name, argv, log=folder / f"{name}.log", env=environment)
            child.start()
            stack.callback(child.kill)
            urls[name] = f"http://127.0.0.1:{port}"
            await _ready(child, urls[name])
            processes[name] = _of_port(port)
        yield Running(bus, key, urls, processes)


async def _migrate(url: str, name: str) -> None:
    client = mongo.connect(url, app_name="bench")
    folder = Path(str(importlib.import_module(f"gigsta_{name}").__file__)).parent / "migrations"
    await migrations.up(mongo.database(client, f"gigsta_{name}"), folder)
    await client.close()


async def _ready(child: Child, url: str) -> None:
    async with asyncio.timeout(READY_WITHIN), httpx2.AsyncClient(trust_env=False, timeout=5) as client:
        while True:
            assert child.alive, child.log_tail(40)
            try:
                if (await client.get(f"{url}/health/ready")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)


def _of_port(port: int) -> psutil.Process:
    """The process that listens there: what was started may have started another."""
    for one in psutil.net_connections("tcp"):
        if one.status == psutil.CONN_LISTEN and one.pid is not None and one.laddr[1:] == (port,):
            return psutil.Process(one.pid)
    raise LookupError(f"nobody listens on {port}")
