"""A stand-in for a service: a plain HTTP/1.1 server that shows what it was sent and misbehaves on demand."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Call:
    """One request, and the means to answer it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    connection: int
    parts: list[bytes] = field(default_factory=list)
    complete: bool = False
    broken: bool = False
    """The client went away before the end of the body."""

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)

    def header(self, name: str) -> str | None:
        found = self.all(name)
        return found[0] if found else None

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    async def read(self) -> AsyncIterator[bytes]:
        """The body, part by part as it comes."""
        try:
            if self.header("transfer-encoding") == "chunked":
                while size := int(await self.reader.readline(), 16):
                    yield self._add(await self.reader.readexactly(size))
                    await self.reader.readexactly(2)
                await self.reader.readexactly(2)
            else:
                left = int(self.header("content-length") or 0)
                while left:
                    part = await self.reader.read(min(left, 65536))
                    if not part:
                        raise asyncio.IncompleteReadError(b"", left)
                    left -= len(part)
                    yield self._add(part)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            self.broken = True
            raise ConnectionResetError from None
        self.complete = True

    def _add(self, part: bytes) -> bytes:
        self.parts.append(part)
        return part

    async def read_all(self) -> bytes:
        async for _ in self.read():
            pass
        return self.body

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, body: bytes, *, status: str = "200 OK", headers: str = "") -> None:
        await self.send(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body)

    async def gone(self) -> None:
        """Wait until the other side closes the connection."""
        with contextlib.suppress(ConnectionError):
            while await self.reader.read(65536):
                pass


Handler = Callable[[Call], Awaitable[None]]


async def echo(call: Call) -> None:
    """What was received, as JSON."""
    await call.read_all()
    seen = {"method": call.method, "target": call.target, "headers": call.headers, "body": call.body.decode("latin-1")}
    await call.answer(json.dumps(seen).encode(), headers="content-type: application/json\r\n")


class StandIn:
    """`handlers` by path say what happens there; elsewhere requests are echoed."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.handlers: dict[str, Handler] = {}
        self.idle_limit: float | None = None
        self.made = 0
        """Connections ever accepted."""
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        return len(self._writers)

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._server = None

    def drop_connections(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        self.made += 1
        try:
            await self._serve(reader, writer, self.made)
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int) -> None:
        served = 0
        while True:
            async with asyncio.timeout(self.idle_limit if served else None):
                head = await reader.readuntil(b"\r\n\r\n")
            line, *lines = head[:-4].decode("latin-1").split("\r\n")
            method, target, _ = line.split(" ")
            headers = [(name, value) for name, _, value in (one.partition(": ") for one in lines)]
            call = Call(method, target, headers, reader, writer, connection)
            self.calls.append(call)
            served += 1
            await self.handlers.get(target.partition("?")[0], echo)(call)
            if writer.is_closing():
                return
