"""Runs one service, or the gateway, with uvicorn."""

import gc
import importlib.util
import os
import socket
from typing import Literal

import typer
import uvicorn
from fastapi import FastAPI

from gigsta_common import logging
from gigsta_common.app import end_streams
from gigsta_common.settings import SettingsError

SHUTDOWN_SECONDS = 15
KEEP_ALIVE_SECONDS = 75  # longer than any proxy before us keeps an idle connection


class Server(uvicorn.Server):
    """Takes all that was made while starting out of the garbage collector's sight: it stays for good anyway."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 50, 50)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if isinstance(self.config.app, FastAPI):
            end_streams(self.config.app)
        await super().shutdown(sockets)


def run_service(name: str, *, host: str, port: int, log_level: str) -> int:
    """Serves `gigsta_<name>.main:create_app()` until SIGTERM or SIGINT. Returns the exit code.

    The gateway brings a server of its own, `gigsta_gateway.server`, with the limits that the edge needs.
    """
    module = f"gigsta_{name}"
    if not name.isidentifier() or importlib.util.find_spec(module) is None:
        typer.echo(f"There is no service named {name}.", err=True)
        return 2
    if importlib.util.find_spec(f"{module}.server") is not None:
        os.environ.update(HOST=host, PORT=str(port), LOG_LEVEL=log_level)
        importlib.import_module(f"{module}.server").main()
        return 0
    try:
        application = importlib.import_module(f"{module}.main").create_app()
    except SettingsError as error:
        typer.echo(f"{name} cannot start. {error}", err=True)
        return 2
    logging.configure(name, log_level)
    server = Server(server_config(application, host=host, port=port))
    server.run()
    return 0 if server.started else 1


def server_config(
    application: object, *, host: str, port: int, lifespan: Literal["on", "off"] = "on"
) -> uvicorn.Config:
    return uvicorn.Config(
        application,  # type: ignore[arg-type]
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan=lifespan,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # what a client says about itself proves nothing
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
