"""The gateway's process: uvicorn, set up for the edge."""

import asyncio
import gc
import resource
import socket
import sys
from typing import ClassVar, cast

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from gigsta_common.errors import MEDIA_TYPE
from gigsta_common.ids import new_id
from gigsta_common.logging import configure
from gigsta_common.settings import SettingsError, load
from gigsta_gateway.main import Gateway, create_app
from gigsta_gateway.problems import HEAD_LIMIT
from gigsta_gateway.settings import GatewaySettings
from gigsta_gateway.writes import GatheringTransport

HEAD_PATIENCE = 15.0
"""Seconds within which the head of a request has to come, the first one counted from the connection's beginning."""
CLOSING_PATIENCE = 15.0
"""Seconds within which a client has to take the rest of what it was sent, when its connection is being closed."""
KEEP_ALIVE = 75
MOST_IDLE = 4_000
"""Connections without a request under way; beyond them the one that has been so for longest is closed."""
GRACE = 15
"""Seconds that requests have to finish when the process is told to stop."""


class EdgeProtocol(HttpToolsProtocol):
    """One client's connection. To uvicorn's it adds limits on the size and time of a request's head and on the number
    of idle connections, and it answers what is not HTTP with a problem document."""

    _idle: ClassVar[dict["EdgeProtocol", None]] = {}
    """Oldest first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        turn = cast("Gateway", self.config.app).turn
        self.transport = cast("asyncio.Transport", GatheringTransport(transport, self.loop, turn))
        self._in_head = True
        self._head_since = self.loop.time()
        self._head_bytes = 0
        self._closing_since: float | None = None
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_LIMIT:
                self.refuse(431, "head_too_large", f"The head of a request may have {HEAD_LIMIT} bytes at most.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_since = self.loop.time()
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._idle.pop(self, None)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        more = bool(self.pipeline)
        super().on_response_complete()
        if not more and not self.transport.is_closing():
            self._rest()

    def _rest(self) -> None:
        self._idle[self] = None
        if len(self._idle) > MOST_IDLE:
            oldest = next(iter(self._idle))
            del self._idle[oldest]
            oldest.transport.abort()

    def patrol(self, now: float) -> None:
        """Called every second or so: closes the connection of a client that takes too long."""
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
            if now - self._closing_since > CLOSING_PATIENCE:
                self.transport.abort()
        elif self._in_head and now - self._head_since > HEAD_PATIENCE:
            if self._head_bytes:
                self.refuse(408, "request_timeout", "The head of the request did not come in time.")
            else:
                self.transport.close()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 -- uvicorn's signature
        self.refuse(400, "bad_request", "This is not a valid HTTP request.")

    def refuse(self, status: int, code: str, detail: str) -> None:
        """Say no and close; only close where that would fall into the middle of another answer."""
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if not self.pipeline and (cycle is None or cycle.response_complete or not cycle.response_started):
            request_id = new_id()
            body = orjson.dumps(
                {
                    "type": f"urn:gigsta:problem:{code}",
                    "title": STATUS_LINE[status][13:-2].decode(),
                    "status": status,
                    "detail": detail,
                    "instance": "",
                    "code": code,
                    "request_id": request_id,
                }
            )
            self.transport.write(
                b"%bcontent-type: %b\r\ncontent-length: %d\r\nx-content-type-options: nosniff\r\n"
                b"x-request-id: %b\r\nconnection: close\r\n\r\n%b"
                % (STATUS_LINE[status], MEDIA_TYPE.encode(), len(body), request_id.encode(), body)
            )
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Not worth a line in the log: the request is served as if it had not asked."""


class EdgeServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, gateway: Gateway) -> None:
        super().__init__(config)
        self._gateway = gateway

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What exists by now stays: keeping the collector off it takes two thirds off the slowest requests.
        gc.collect()
        gc.freeze()
        gc.set_threshold(10_000, 50, 50)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                if isinstance(connection, EdgeProtocol):
                    connection.patrol(now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._gateway.end_streams()
        await super().shutdown(sockets)


def server(gateway: Gateway, settings: GatewaySettings) -> EdgeServer:
    """A server for the gateway, to be run with `serve()`."""
    return EdgeServer(
        uvicorn.Config(
            gateway,
            host=settings.host,
            port=settings.port,
            http=EdgeProtocol,
            ws="none",
            loop="uvloop",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=GRACE,
        ),
        gateway,
    )


def main() -> None:
    """Run the gateway with the settings of the environment."""
    try:
        settings = load(GatewaySettings)
    except SettingsError as error:
        sys.exit(str(error))
    configure("gateway", settings.log_level)
    _allow_many_connections()
    server(create_app(settings), settings).run()


def _allow_many_connections() -> None:
    """As many open files as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
