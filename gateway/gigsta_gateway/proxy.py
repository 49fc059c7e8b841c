"""One request on its way through: to the service, and the answer back, both as streams."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.types import Message, Receive

from gigsta_common.errors import Unavailable
from gigsta_gateway.forward import response_headers
from gigsta_gateway.problems import BadGateway, BadHeaders, BodyTooLarge, RequestTimeout
from gigsta_gateway.requests import EdgeRequest, linger
from gigsta_gateway.routes import Route
from gigsta_gateway.upstream import BadUpstreamResponse, Connection, TooManyConnections, Upstream, UpstreamGone

CONNECT_TIMEOUT = 2.0
CLIENT_PATIENCE = 30.0
"""Seconds within which a client has to send, or take, something more."""
SLOWEST_BODY = 5_000
"""Bytes a second that a client has to send after its first so many seconds: a little now and then would keep a
connection to a service busy for as long as it likes."""
STREAM_PATIENCE = 60.0
"""Seconds within which a service has to go on with a response it began. Event streams ping every 15."""


class Recipient(Protocol):
    """Who gets the answer: `edge.Reply`, or what gathers it for many."""

    status: int

    async def __call__(self, message: Message) -> None: ...

    def send(self, message: Message) -> Awaitable[None]: ...


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class StreamEnded(Exception):
    """The gateway stops; whoever listens is to connect again, to another instance or a little later."""


class Exchange:
    """`run` does it all, in the task that made this. `patrol` has to be called from time to time meanwhile: it keeps
    the deadlines, and begins to listen for a client that goes away, which most requests are too short for. So neither
    a timer nor a second task is needed for each request."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        request: EdgeRequest,
        head: bytes,
        route: Route,
        upstream: Upstream,
        receive: Receive,
        reply: Recipient,
    ) -> None:
        self._loop = loop  # handed in, because asking for it costs a system call before Python 3.12
        self._request = request
        self._head = head
        self._route = route
        self._upstream = upstream
        self._receive = receive
        self._reply = reply
        self._task = asyncio.current_task(loop)
        self._listener: asyncio.Task[None] | None = None
        self._connection: Connection | None = None
        self.unsent = request.has_body
        """Whether the client has more of its body to send."""
        self._sent = 0
        self._began = 0.0
        """When the body was first waited for."""
        self._patrolled = False
        self._finished = False
        self._settled = True
        """Whether the breaker knows how it went."""
        self._why: Exception | None = None
        self._deadline = float("inf")
        # Plain functions, because a bound method would make a cycle, and cycles are work for the garbage collector.
        self._late: Callable[[Exchange], Exception] = Exchange._client_late

    async def run(self) -> None:
        """Carry the request to the service and its response back.

        Raises:
            Problem: nothing has been answered yet; this is what to answer.
            UpstreamGone, BadUpstreamResponse: the answer broke off in the middle.
            ClientGone, StreamEnded
        """
        try:
            first = await self._first_part() if self.unsent else b""
            await self._answer(await self._ask(first))
        except asyncio.CancelledError:
            if self._why is None or self._task is None:
                raise
            self._task.uncancel()
            raise self._why from None
        finally:
            self._finished = True
            if self._listener is not None:
                self._listener.cancel()
            if self._connection is not None:
                self._connection.abort()
            if not self._settled:
                self._upstream.breaker.abandoned()

    def patrol(self, now: float) -> None:
        if now > self._deadline:
            self.interrupt(self._late(self))
        elif self._patrolled and self._listener is None and not self.unsent:
            self._listener = self._loop.create_task(self._listen())
        self._patrolled = True

    def interrupt(self, why: Exception) -> None:
        """Make `run` raise `why`."""
        if self._why is None and not self._finished and self._task is not None:
            self._why = why
            self._task.cancel()

    def end_stream(self) -> None:
        """End the answer if it is one that never ends by itself."""
        if self._reply.status and self._connection is not None:
            kind = dict(self._connection.headers).get(b"content-type", b"")
            if kind.startswith(b"text/event-stream"):
                self.interrupt(StreamEnded())

    # To the service.

    async def _first_part(self) -> bytes:
        """What has come of the body: mostly all of it."""
        limit = self._route.body_limit
        if self._request.body_size is not None and self._request.body_size > limit:
            raise BodyTooLarge(limit)
        self._began = self._loop.time()
        self._expect_body()
        return self._accept(await self._receive())

    def _accept(self, message: Message) -> bytes:
        """The next part of the body, which is within its limits."""
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        self._sent += len(part)
        if self._sent > self._route.body_limit:
            raise BodyTooLarge(self._route.body_limit)
        self.unsent = message.get("more_body", False)
        size = self._request.body_size
        if size is not None and (self._sent > size or (self._sent < size and not self.unsent)):
            raise BadHeaders("The body is not as long as the Content-Length says.")
        return part

    async def _ask(self, first: bytes) -> Connection:
        """Send the request, and wait until the response begins."""
        name, breaker = self._upstream.name, self._upstream.breaker
        if not breaker.allows():
            raise Unavailable(f"The {name} service is away for the moment.", code="upstream_unavailable")
        self._settled = False
        try:
            connection = await self._connected(self._framed(first))
        except UpstreamGone:
            self._settled = True
            breaker.failed()
            raise Unavailable(f"The {name} service is away for the moment.", code="upstream_unavailable") from None
        except TooManyConnections:
            raise Unavailable(f"The {name} service is too busy for the moment.", code="upstream_busy") from None
        except BadUpstreamResponse as error:
            raise BadGateway(f"The {name} service did not answer properly: {error}.") from None
        self._settled = True
        breaker.succeeded()
        return connection

    def _framed(self, first: bytes) -> bytes:
        """The request's bytes as far as they are known."""
        size = self._request.body_size
        if not self._request.has_body:
            return self._head + (b"\r\n" if size is None else b"content-length: 0\r\n\r\n")
        if size is None and self.unsent:
            return b"%btransfer-encoding: chunked\r\n\r\n%b" % (self._head, _chunk(first) if first else b"")
        return b"%bcontent-length: %d\r\n\r\n%b" % (self._head, len(first) if size is None else size, first)

    async def _connected(self, data: bytes) -> Connection:
        """Send `data` on an idle connection or a fresh one; again on a fresh one where the idle one turns out to be
        dead and the service may get the request twice."""
        pool, repeatable = self._upstream.pool, self._request.repeatable
        connection = pool.take(self._loop.time(), repeatable=repeatable)
        if connection is not None:
            try:
                self._send(connection, data)
                while not connection.status:
                    await connection.arrival()
                return connection
            except UpstreamGone:
                if not repeatable or connection.answered:
                    raise
        self._expect(CONNECT_TIMEOUT, Exchange._upstream_late)
        connection = await pool.connect()
        self._send(connection, data)
        while not connection.status:
            await connection.arrival()
        return connection

    def _send(self, connection: Connection, data: bytes) -> None:
        self._connection = connection
        connection.begin(head_only=self._request.method == "HEAD")
        connection.write(data)
        if not self._request.repeatable:
            connection.flush()  # while the connection is known to be good
        if self.unsent:
            self._listener = self._loop.create_task(self._listen())
        else:
            self._expect(self._route.timeout, Exchange._upstream_late)

    async def _listen(self) -> None:
        """Send on what the client still sends; notice that it goes away."""
        try:
            while self.unsent and self._connection is not None:
                await self._send_part(self._connection)
            while (await self._receive())["type"] != "http.disconnect":
                pass
            self.interrupt(ClientGone())
        except UpstreamGone:
            pass  # whoever waits for the response finds out by itself, or has it already
        except Exception as error:  # noqa: BLE001 -- it is raised where the request is served
            self.interrupt(error)

    async def _send_part(self, connection: Connection) -> None:
        answering = bool(connection.status)  # then the deadlines are about the response
        if not answering:
            self._expect_body()
        part = self._accept(await self._receive())
        if not answering:
            self._expect(self._route.timeout, Exchange._upstream_late)
        if self._request.body_size is not None:
            connection.write(part)
        else:
            connection.write((_chunk(part) if part else b"") + (b"" if self.unsent else b"0\r\n\r\n"))
        await connection.drain()

    # Back to the client.

    async def _answer(self, connection: Connection) -> None:
        headers = response_headers(connection.status, connection.headers, self._route, self._upstream)
        early = self.unsent
        if early:
            headers.append((b"connection", b"close"))
        await self._reply({"type": "http.response.start", "status": connection.status, "headers": headers})
        while True:
            data = connection.take()
            if connection.complete:
                break
            if data:
                self._expect(CLIENT_PATIENCE, Exchange._client_late)
                await self._reply.send({"type": "http.response.body", "body": data, "more_body": True})
            else:
                self._expect(STREAM_PATIENCE, Exchange._stream_late)
                await connection.arrival()
        self._connection = None
        self._upstream.pool.give_back(connection, sent_whole=not self.unsent)
        self._expect(CLIENT_PATIENCE, Exchange._client_late)
        if early:
            await self._reply.send({"type": "http.response.body", "body": data, "more_body": True})
            data = b""
            await self._let_finish()
        await self._reply.send({"type": "http.response.body", "body": data})

    async def _let_finish(self) -> None:
        """A client that still sends, within reason: or it does not read an answer that came before it was done."""
        if self._listener is not None:
            self._listener.cancel()
        if self.unsent:
            await linger(self._receive)

    # Deadlines.

    def _expect(self, seconds: float, late: "Callable[[Exchange], Exception]") -> None:
        self._deadline = self._loop.time() + seconds
        self._late = late

    def _expect_body(self) -> None:
        self._expect(CLIENT_PATIENCE, Exchange._client_late)
        self._deadline = min(self._deadline, self._began + CLIENT_PATIENCE + self._sent / SLOWEST_BODY)

    def _client_late(self) -> Exception:
        return ClientGone() if self._reply.status else RequestTimeout("The rest of the request did not come in time.")

    def _upstream_late(self) -> Exception:
        if not self._settled:
            self._settled = True
            self._upstream.breaker.failed()
        return Unavailable(f"The {self._upstream.name} service did not answer in time.", code="upstream_timeout")

    def _stream_late(self) -> Exception:
        return UpstreamGone("it did not go on in time")


def _chunk(part: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(part), part)
