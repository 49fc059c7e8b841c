"""A request on a client's connection and the answer to it: uvicorn's cycle, with an answer that costs less."""

from collections.abc import Iterable
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from gigsta_gateway.forward import has_lines

_Headers = Iterable[tuple[bytes, bytes]]


class EdgeCycle(RequestResponseCycle):
    """Renders and checks a head as a whole. Uvicorn searches each name and each value of it, which was a tenth of all
    that a proxied request cost.

    Names of headers have to be in lower case, as ASGI has it: a service's are lowered when they are read.
    """

    _left: int | None = 0
    """Bytes of the body that are still to come. None where the client does not know either and is shown the end."""

    async def send(self, message: Any) -> None:
        """Send the next part of the answer.

        Raises:
            RuntimeError: it would not be HTTP. The answer is then broken off, if it has begun, by whoever gets this.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if kind == "http.response.start" and not self.response_started:
            self._begin(message["status"], message.get("headers", ()))
        elif kind == "http.response.body" and self.response_started and not self.response_complete:
            self._go_on(message.get("body", b""), more=message.get("more_body", False))
        else:
            raise RuntimeError(f"This is not the time for {kind}.")

    def _begin(self, status: int, headers: _Headers) -> None:
        lines = [*self.default_headers, *headers]
        self._frame(status, lines)
        head = b"%b%b\r\n\r\n" % (STATUS_LINE[status], b"\r\n".join(map(b": ".join, lines)))
        # A line break within a header would let it forge another one, or another answer.
        if not has_lines(head, len(lines) + 2):
            raise RuntimeError("A header has characters that it may not have.")
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(head)

    def _frame(self, status: int, lines: list[tuple[bytes, bytes]]) -> None:
        """Decide how the client finds the end of the answer, and say so in `lines` where they do not yet."""
        said = dict(lines)
        if b"transfer-encoding" in said:
            raise RuntimeError("How an answer is framed is decided here.")
        if said.get(b"connection") == b"close":
            self.keep_alive = False
        elif not self.keep_alive:
            lines.append((b"connection", b"close"))
        length = said.get(b"content-length")
        if self.scope["method"] == "HEAD" or status in (204, 304):
            self._left = 0
        elif length is not None:
            self._left = int(length)
        else:
            self._left = None
            self.chunked_encoding = self.scope["http_version"] != "1.0"  # there the connection's end is the answer's
            if self.chunked_encoding:
                lines.append((b"transfer-encoding", b"chunked"))

    def _go_on(self, body: bytes, *, more: bool) -> None:
        if self.scope["method"] == "HEAD":
            body = b""  # it is what a GET would be sent
        if self._left is not None:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("The body is not as long as the Content-Length says.")
        elif self.chunked_encoding:
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + (b"" if more else b"0\r\n\r\n")
        if body:
            self.transport.write(body)
        if not more:
            self._end()

    def _end(self) -> None:
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
