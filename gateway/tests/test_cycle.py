"""What the edge's own request cycle writes, and what it refuses to."""

import asyncio
import logging
from typing import Any, cast

import pytest
from uvicorn.protocols.http.flow_control import FlowControl

from gigsta_gateway.cycle import EdgeCycle

DATE = (b"date", b"today")
LENGTH_2 = [(b"content-length", b"2")]


class Transport:
    def __init__(self) -> None:
        self.sent = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


class Cycle:
    """A cycle whose client is a list of bytes."""

    def __init__(self, method: str = "GET", version: str = "1.1", *, keep_alive: bool = True) -> None:
        self.transport = Transport()
        self.completed = 0
        transport = cast("asyncio.Transport", self.transport)
        log = logging.getLogger("test")
        scope: Any = {"method": method, "http_version": version}
        self.cycle = EdgeCycle(
            scope, transport, FlowControl(transport), log, log, False, [DATE], asyncio.Event(), True, keep_alive,
            self._complete,
        )  # fmt: skip

    def _complete(self) -> None:
        self.completed += 1

    async def start(self, status: int = 200, headers: Any = ()) -> bytes:
        """The lines that come after the date."""
        await self.cycle.send({"type": "http.response.start", "status": status, "headers": list(headers)})
        return self.take().partition(b"date: today\r\n")[2]

    async def body(self, body: bytes = b"", *, more: bool = False) -> bytes:
        await self.cycle.send({"type": "http.response.body", "body": body, "more_body": more})
        return self.take()

    def take(self) -> bytes:
        sent, self.transport.sent = self.transport.sent, b""
        return sent


@pytest.mark.parametrize("bad", [b"a\r\nb: c", b"a\rb", b"a\nb", b"\n", b"\r", b"a\r", b"\nb", b"a\0b", b"a\r\n\r\nb"])
async def test_a_head_with_a_line_too_many_is_not_written(bad: bytes) -> None:
    for pair in [(b"x-a", bad), (bad, b"x")]:
        it = Cycle()
        with pytest.raises(RuntimeError):
            await it.start(headers=[(b"x-before", b"1"), pair, (b"x-after", b"2")])
        assert it.transport.sent == b""
        assert not it.cycle.response_started  # so that something else can still be said


async def test_nobody_else_frames_an_answer() -> None:
    it = Cycle()
    with pytest.raises(RuntimeError):
        await it.start(headers=[(b"transfer-encoding", b"chunked"), *LENGTH_2])
    assert it.transport.sent == b""


async def test_a_body_is_not_longer_than_was_said() -> None:
    it = Cycle()
    await it.start(headers=LENGTH_2)
    assert await it.body(b"a", more=True) == b"a"
    with pytest.raises(RuntimeError):
        await it.body(b"bc", more=True)
    assert it.take() == b""


async def test_nor_shorter() -> None:
    it = Cycle()
    await it.start(headers=LENGTH_2)
    with pytest.raises(RuntimeError):
        await it.body(b"a")
    assert not it.completed


async def test_a_body_of_known_length_goes_as_it_is() -> None:
    it = Cycle()
    assert await it.start(headers=LENGTH_2) == b"content-length: 2\r\n\r\n"
    assert [await it.body(b"a", more=True), await it.body(b"b", more=True), await it.body()] == [b"a", b"b", b""]
    assert (it.completed, it.transport.closed) == (1, False)


async def test_a_body_of_unknown_length_goes_in_chunks() -> None:
    it = Cycle()
    assert await it.start() == b"transfer-encoding: chunked\r\n\r\n"
    assert await it.body(b"x" * 17, more=True) == b"11\r\n" + b"x" * 17 + b"\r\n"
    assert await it.body(more=True) == b""  # an empty chunk would be the end
    assert await it.body(b"y") == b"1\r\ny\r\n0\r\n\r\n"
    assert (it.completed, it.transport.closed) == (1, False)


async def test_an_old_client_finds_the_end_at_the_end_of_the_connection() -> None:
    it = Cycle(version="1.0", keep_alive=False)
    assert await it.start() == b"connection: close\r\n\r\n"
    assert await it.body(b"x", more=True) == b"x"
    assert not it.transport.closed
    assert await it.body(b"y") == b"y"
    assert it.transport.closed


@pytest.mark.parametrize(
    ("method", "status", "headers", "rest"),
    [
        ("HEAD", 200, LENGTH_2, b"content-length: 2\r\n\r\n"),
        ("HEAD", 200, [], b"\r\n"),
        ("GET", 204, [], b"\r\n"),
        ("GET", 304, [], b"\r\n"),
        ("GET", 304, LENGTH_2, b"content-length: 2\r\n\r\n"),
    ],
)
async def test_what_has_no_body_is_not_framed(method: str, status: int, headers: Any, rest: bytes) -> None:
    it = Cycle(method)
    assert await it.start(status, headers) == rest
    assert await it.body() == b""
    assert it.completed == 1


async def test_a_head_request_is_not_sent_the_body_that_a_get_would_be() -> None:
    it = Cycle("HEAD")
    await it.start(headers=LENGTH_2)
    assert [await it.body(b"a", more=True), await it.body(b"b")] == [b"", b""]
    assert it.completed == 1


@pytest.mark.parametrize("status", [204, 304])
async def test_a_body_where_none_can_be_is_refused(status: int) -> None:
    it = Cycle()
    await it.start(status)
    with pytest.raises(RuntimeError):
        await it.body(b"x")
    assert it.take() == b""


async def test_the_connection_ends_where_somebody_says_so() -> None:
    told, own = Cycle(), Cycle(keep_alive=False)
    close = (b"connection", b"close")
    assert await told.start(headers=[*LENGTH_2, close]) == b"content-length: 2\r\nconnection: close\r\n\r\n"
    assert await own.start(headers=LENGTH_2) == b"content-length: 2\r\nconnection: close\r\n\r\n"
    for it in (told, own):
        await it.body(b"ok")
        assert it.transport.closed


async def test_what_comes_at_the_wrong_time_is_refused() -> None:
    it = Cycle()
    with pytest.raises(RuntimeError):
        await it.body(b"x")
    await it.start(headers=LENGTH_2)
    with pytest.raises(RuntimeError):
        await it.start()
    await it.body(b"ok")
    with pytest.raises(RuntimeError):
        await it.body(b"ok")
    assert it.take() == b""


async def test_a_client_that_is_answered_is_not_asked_to_go_on() -> None:
    it = Cycle()
    await it.start(headers=LENGTH_2)
    receiving = asyncio.create_task(it.cycle.receive())
    await it.body(b"ok")
    assert await receiving == {"type": "http.disconnect"}
    assert b"100" not in it.take()


async def test_nothing_is_written_to_a_client_that_is_gone() -> None:
    it = Cycle()
    it.cycle.disconnected = True
    await it.start()
    assert await it.body(b"x") == b""


async def test_a_client_that_does_not_read_is_waited_for() -> None:
    it = Cycle()
    await it.start(headers=LENGTH_2)
    it.cycle.flow.pause_writing()
    sending = asyncio.create_task(it.body(b"ok"))
    await asyncio.sleep(0)
    assert it.take() == b""
    it.cycle.flow.resume_writing()
    assert await sending == b"ok"
