"""The gateway's process: uvicorn, set up for the edge."""

import asyncio
import gc
import resource
import socket
import sys
from typing import Any, ClassVar, cast
from urllib.parse import unquote

import httptools
import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from gigsta_common.errors import MEDIA_TYPE
from gigsta_common.ids import new_id
from gigsta_common.logging import configure
from gigsta_common.settings import SettingsError, load
from gigsta_gateway.cycle import EdgeCycle
from gigsta_gateway.main import Gateway, create_app
from gigsta_gateway.problems import HEAD_LIMIT
from gigsta_gateway.settings import GatewaySettings
from gigsta_gateway.writes import GatheringTransport

HEAD_PATIENCE = 15.0
"""Seconds within which the head of a request has to come, the first one counted from the connection's beginning."""
CLOSING_PATIENCE = 15.0
"""Seconds within which a client has to take the rest of what it was sent, when its connection is being closed."""
TAKING_PATIENCE = 30.0
"""Seconds within which a client has to take enough of its answers that more can be sent."""
KEEP_ALIVE = 75.0
"""Seconds that a connection is kept for another request."""
MOST_IDLE = 4_000
"""Connections without a request under way; beyond them the one that has been so for longest is closed."""
GRACE = 15
"""Seconds that requests have to finish when the process is told to stop."""
_ASGI = {"version": "3.0", "spec_version": "2.3"}


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
        self._since = self.loop.time()
        self._head_bytes = 0
        self._closing_since: float | None = None
        self._full_since: float | None = None
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        self._idle.pop(self, None)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._full_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        self._full_since = None
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            pass  # the request is served as if it had not asked
        except httptools.HttpParserError:
            self.refuse(400, "bad_request", "This is not a valid HTTP request.")
            return
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_LIMIT:
                self.refuse(431, "head_too_large", f"The head of a request may have {HEAD_LIMIT} bytes at most.")

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_head = True
        self._since = self.loop.time()
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._idle.pop(self, None)
        version = self.parser.get_http_version()
        before = self.cycle
        self.cycle = EdgeCycle(
            self._scope(version),
            self.transport,
            self.flow,
            self.logger,
            self.access_logger,
            False,
            self.server_state.default_headers,
            asyncio.Event(),
            self.expect_100_continue,
            version != "1.0" and self.parser.should_keep_alive(),
            self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start(self.cycle)
        else:  # it has to wait for its turn
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _scope(self, version: str) -> Any:
        url = httptools.parse_url(self.url)
        raw_path = url.path
        path = raw_path.decode("ascii")
        return {
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": self.parser.get_method().decode("ascii"),
            "scheme": self.scheme,
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": url.query or b"",
            "root_path": "",
            "headers": self.headers,
            "client": self.client,
            "server": self.server,
        }

    def _start(self, cycle: RequestResponseCycle) -> None:
        task = self.loop.create_task(cycle.run_asgi(self.app))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def on_response_complete(self) -> None:
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start(self.pipeline.pop()[0])
        else:
            if not self._in_head:
                self._since = self.loop.time()
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
        elif self._full_since is not None and now - self._full_since > TAKING_PATIENCE:
            self.transport.abort()
        elif self._in_head:
            if now - self._since > HEAD_PATIENCE:
                if self._head_bytes:
                    self.refuse(408, "request_timeout", "The head of the request did not come in time.")
                else:
                    self.transport.close()
        elif self in self._idle and now - self._since > KEEP_ALIVE:
            self.transport.close()

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
    allow_many_connections()
    server(create_app(settings), settings).run()


def allow_many_connections() -> None:
    """As many open files as the system lets this process have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
