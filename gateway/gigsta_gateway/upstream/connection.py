"""One keep-alive HTTP/1.1 connection to a service, on httptools and asyncio's protocols."""

import asyncio

import httptools

from gigsta_gateway.writes import GatheringTransport, Turn

_HIGH_WATER = 64 * 1024
"""Bytes of a response that may wait here; beyond them the service has to."""


class UpstreamGone(Exception):
    """The connection could not be made, or ended before the response did."""


class BadUpstreamResponse(Exception):
    """What came back is not HTTP that can be passed on."""


class Connection(asyncio.Protocol):
    """Whoever has it from the pool calls `begin`, writes one request, reads one response, and gives it back.

    Reading: `await arrival()` until there is a `status`, then `take()` what has come and `await arrival()` until the
    response is `complete`.
    """

    def __init__(self, register: "set[Connection]", turn: Turn) -> None:
        """It is in `register` for as long as it is open."""
        self._turn = turn
        self._register = register
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: GatheringTransport | None = None
        self._in_use = False
        self._waiter: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._write_paused = False
        self.idle_since = 0.0
        self.closed = False
        self._reset(head_only=False)

    def _reset(self, *, head_only: bool) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.answered = False
        """Whether anything of the response has come."""
        self.complete = False
        """Whether all of it has."""
        self._reusable = False
        self._head_only = head_only
        self._interim = False
        self._chunks: list[bytes] = []
        self._buffered = 0
        self._read_paused = False
        self._error: Exception | None = None

    # What the caller does.

    def begin(self, *, head_only: bool) -> None:
        """Make ready for one request. `head_only` says that it is a HEAD, whose response has no body."""
        self._reset(head_only=head_only)
        self._in_use = True

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self.closed:
            self._transport.write(data)

    def flush(self) -> None:
        """Send now what was written, not at the end of the turn."""
        if self._transport is not None and not self.closed:
            self._transport.flush()

    async def drain(self) -> None:
        """Wait until the service takes more.

        Raises:
            UpstreamGone: it is gone.
        """
        self.flush()
        if self.closed:
            raise UpstreamGone("it closed the connection")
        if self._write_paused:
            self._drained = self._loop.create_future()
            await self._drained
            self._drained = None

    async def arrival(self) -> None:
        """Wait until something more of the response has come.

        Raises:
            UpstreamGone, BadUpstreamResponse
        """
        if self._error is not None:
            raise self._error
        if self.closed:
            raise UpstreamGone("it closed the connection")
        self._waiter = self._loop.create_future()
        await self._waiter

    def take(self) -> bytes:
        """What of the body has arrived since the last call; empty if nothing has."""
        chunks = self._chunks
        if not chunks:
            return b""
        self._chunks = []
        self._buffered = 0
        if self._read_paused and self._transport is not None and not self.closed:
            self._read_paused = False
            self._transport.resume_reading()
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def reusable(self) -> bool:
        """Whether another request may follow. Asked when the response is complete and the request was sent whole."""
        return self._reusable and self.complete and not self.closed and not self._write_paused

    def rest(self) -> None:
        """Nothing is expected from now on until `begin`."""
        self._in_use = False
        self.idle_since = self._loop.time()

    def fileno(self) -> int:
        return int(self._transport.get_extra_info("socket").fileno()) if self._transport else -1

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        if self._transport is not None and not self.closed:
            self._transport.abort()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: Exception) -> None:
        self._reusable = False
        if not self.complete and self._error is None:
            self._error = error
        self.abort()

    # What the transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = GatheringTransport(transport, self._loop, self._turn)
        self._register.add(self)

    def data_received(self, data: bytes) -> None:
        if not self._in_use:
            self.abort()  # nobody asked: the two sides are out of step
            return
        self.answered = True
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._fail(BadUpstreamResponse("it switched protocols"))
        except httptools.HttpParserError as error:
            self._fail(BadUpstreamResponse(str(error.__context__ or error)))
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._in_use and not self.complete:
            if exc is None and self._error is None and self.status and self._ends_with_connection():
                self.complete = True
            elif self._error is None:
                self._error = UpstreamGone("it closed the connection")
        self._wake()
        self.resume_writing()
        self._register.discard(self)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self.complete:
            raise BadUpstreamResponse("it sent more than one response")

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self.status:  # else it is a trailer, which is dropped
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if 100 <= status < 200:
            self._interim = True
            self.headers = []
            return
        if not 200 <= status <= 599:
            raise BadUpstreamResponse(f"it answered with status {status}")
        self.status = status
        if self._head_only:
            self.complete = True  # and not reusable: the parser waits for a body that will not come
        else:
            self._reusable = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        if self._head_only:
            return
        self._chunks.append(body)
        self._buffered += len(body)
        if self._buffered > _HIGH_WATER and not self._read_paused and self._transport and not self.closed:
            self._read_paused = True
            self._transport.pause_reading()

    def on_message_complete(self) -> None:
        if self._interim:
            self._interim = False
        else:
            self.complete = True

    def _ends_with_connection(self) -> bool:
        return not any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
