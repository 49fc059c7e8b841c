"""`gigsta serve --all`: every service and the gateway in one process, for one small instance.

Each service listens on a port of its own on 127.0.0.1, where the gateway asks it, so that all is as ever but for the
bus: that is the one within the process, and the outbox keeps each event until it was handled.
"""

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from typing import Any

import typer
import uvicorn
import uvloop
from fastapi import FastAPI

from gigsta_cli import services
from gigsta_cli.serve import server_config
from gigsta_cli.up.plan import SERVICES
from gigsta_common import logging
from gigsta_common.app import end_streams
from gigsta_common.messaging import InProcessBus
from gigsta_common.settings import SettingsError, load, told
from gigsta_gateway.main import create_app as create_gateway
from gigsta_gateway.server import allow_many_connections
from gigsta_gateway.server import server as gateway_server
from gigsta_gateway.settings import GatewaySettings

HERE = "127.0.0.1"


class Inner(uvicorn.Server):
    """A server of one service: whoever runs them all sees to signals, and to what the service needs to live."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if isinstance(self.config.app, FastAPI):
            end_streams(self.config.app)
        await super().shutdown(sockets)


def run_all(*, host: str, port: int, log_level: str) -> int:
    """Serves until SIGTERM or SIGINT. Returns the exit code."""
    os.environ.update(HOST=host, PORT=str(port), LOG_LEVEL=log_level)
    with ExitStack() as sockets:
        try:
            front, *inner = (sockets.enter_context(_listen(*at)) for at in [(host, port), *[(HERE, 0)] * len(SERVICES)])
            listening = dict(zip(SERVICES, inner, strict=True))
            settings = _settings({name: f"http://{HERE}:{s.getsockname()[1]}" for name, s in listening.items()})
        except (SettingsError, OSError) as error:
            typer.echo(f"GigSta cannot start. {error}", err=True)
            return 2
        logging.configure("gigsta", log_level)
        allow_many_connections()
        uvloop.run(_serve(listening, settings, front))
    return 0


def _settings(urls: dict[str, str]) -> dict[str, Any]:
    """Everybody's own settings from the one environment, but for what only this process can know.

    Raises:
        SettingsError: lists what is missing or wrong.
    """
    # Nobody but these two has to know it, and they are both here.
    secret = told("GATEWAY_SECRET") or secrets.token_urlsafe(24)
    jwks_url = f"{urls['auth']}/auth/.well-known/jwks.json"
    more = {"auth": {"gateway_secret": secret}}
    upstreams = {f"upstream_{name}": url for name, url in urls.items()}
    return {
        **{name: services.settings(name, jwks_url=jwks_url, **more.get(name, {})) for name in SERVICES},
        "gateway": load(GatewaySettings, jwks_url=jwks_url, gateway_secret=secret, **upstreams),
    }


async def _serve(listening: dict[str, socket.socket], settings: dict[str, Any], front: socket.socket) -> None:
    """The gateway stops first, then the services' servers, then the bus, then the services themselves."""
    bus = InProcessBus(until_handled=True)
    apps = {name: services.module(name, "main").create_app(settings[name], bus=bus) for name in SERVICES}
    outer = gateway_server(create_gateway(settings["gateway"]), settings["gateway"])
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        # While the gateway's server runs, it has them, and it passes them on when it has ended.
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    async with AsyncExitStack() as stack:
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        stack.push_async_callback(bus.stop)
        inner = [Inner(server_config(app, host=HERE, port=0, lifespan="off")) for app in apps.values()]
        async with asyncio.TaskGroup() as serving:
            for server, listener in zip(inner, listening.values(), strict=True):
                serving.create_task(server.serve(sockets=[listener]))
            if not asked_to_stop.is_set():
                await outer.serve(sockets=[front])
            for server in inner:
                server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    """Where one server will listen; whoever connects before it does is refused."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener
