"""How large a request may be, and how long it may take."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gigsta_gateway import proxy, server
from gigsta_gateway.problems import HEAD_LIMIT

from .conftest import Edge, until
from .standin import Call

LIMIT = 32_768
HEAD = b"POST /api/v1/bookings HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("size", [LIMIT, LIMIT - 1])
async def test_a_body_within_the_limit_arrives(edge: Edge, size: int) -> None:
    answer = await edge.http.post("/api/v1/bookings", content=b"x" * size)
    assert answer.status_code == 200
    assert len(edge.services["bookings"].calls[-1].body) == size


async def test_a_body_declared_too_large_is_refused_before_a_service_hears_of_it(edge: Edge) -> None:
    answer = await edge.http.post("/api/v1/bookings", content=b"x" * (LIMIT + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert edge.services["bookings"].calls == []


async def test_a_chunked_body_is_cut_off_at_the_limit_and_the_service_sees_that_it_is_not_whole(edge: Edge) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * 5_000

    answer = await edge.http.post("/api/v1/bookings", content=parts())
    assert answer.status_code == 413
    bookings = edge.services["bookings"]
    await until(lambda: bookings.calls[-1].broken)
    assert not bookings.calls[-1].complete
    assert len(bookings.calls[-1].body) <= LIMIT
    await until(lambda: edge.app.upstreams["bookings"].pool.open == 0)


async def test_uploads_of_media_may_be_larger(edge: Edge) -> None:
    answer = await edge.http.put("/api/v1/catalog/uploads/1", content=b"x" * (LIMIT * 5))
    assert answer.status_code == 200
    answer = await edge.http.post("/api/v1/catalog/categories", content=b"x" * (LIMIT * 5))
    assert answer.status_code == 413


async def test_a_client_that_asks_first_is_told_before_it_sends(edge: Edge) -> None:
    raw = await edge.raw(HEAD + b"Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n")
    assert (await raw.until(b"\r\n")).split()[1] == b"413"
    raw = await edge.raw(HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    assert await raw.until(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    await raw.send(b"{}")
    assert (await raw.until(b"\r\n")).startswith(b"HTTP/1.1 200")
    assert edge.services["bookings"].calls[-1].header("expect") is None


async def test_a_gigabyte_is_neither_kept_nor_read_to_the_end(edge: Edge) -> None:
    raw = await edge.raw(HEAD + b"Content-Length: 1000000000\r\n\r\n")
    assert b" 413 " in await raw.until(b"\r\n")
    sent = 0
    while not raw.writer.is_closing() and not raw.reader.at_eof() and sent < 500_000_000:
        await raw.send(b"x" * 1_000_000)
        sent += 1_000_000
    assert sent < 100_000_000


async def test_whoever_sends_on_after_an_early_answer_is_not_listened_to_for_ever(edge: Edge) -> None:
    """A service says no before it has heard all, and the route would take more."""

    async def early(call: Call) -> None:
        await call.answer(b"no", status="404 Not Found")

    edge.services["catalog"].handlers["/catalog/uploads/1"] = early
    raw = await edge.raw(b"PUT /api/v1/catalog/uploads/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    await raw.send(b"1\r\nx\r\n")
    assert b"connection: close" in (await raw.until(b"\r\n\r\nno"))
    sent = 0
    while not raw.writer.is_closing() and not raw.reader.at_eof() and sent < 500_000_000:
        await raw.send(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
        sent += 1_000_000
    assert sent < 100_000_000


@pytest.mark.parametrize(
    "head",
    [
        b"GET /api/v1/catalog/a HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * HEAD_LIMIT + b"\r\n\r\n",
        b"GET /api/v1/catalog/a HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * (HEAD_LIMIT // 8) + b"\r\n",
        b"GET /api/v1/catalog/" + b"a" * HEAD_LIMIT + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/catalog/a HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * HEAD_LIMIT * 3,
        b"G" * HEAD_LIMIT * 3,
    ],
    ids=["one header", "many headers", "path", "without end", "method"],
)
async def test_a_head_too_large_is_refused(edge: Edge, head: bytes) -> None:
    answer = await (await edge.raw(head)).until(b"\r\n")
    assert answer.split()[1] in (b"431", b"400")
    assert edge.catalog.calls == []


async def test_a_head_that_does_not_come_is_not_waited_for(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    silent, slow = await edge.raw(), await edge.raw(b"GET /api/v1/catalog/a HTTP/1.1\r\nHo")
    monkeypatch.setattr(server, "HEAD_PATIENCE", 0.0)
    assert await silent.read() == b""
    answer = await slow.read()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"application/problem+json" in answer


async def test_a_connection_that_nobody_uses_again_is_closed(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    one = b"GET /api/v1/catalog/a HTTP/1.1\r\nHost: x\r\n\r\n"
    idle, busy, reading = (
        await edge.raw(one),
        await edge.raw(HEAD + b"Content-Length: 4\r\n\r\nha"),
        await edge.raw(one),
    )
    for raw in (idle, reading):
        await raw.until(b'"body": ""}')
    await reading.send(one[:-2])  # it has begun another one, and the patience for heads counts
    await until(lambda: bool(edge.services["bookings"].calls))
    monkeypatch.setattr(server, "KEEP_ALIVE", 0.0)
    assert await idle.read() == b""
    monkeypatch.setattr(server, "KEEP_ALIVE", 75.0)
    await busy.send(b"lf")
    assert b" 200 " in await busy.until(b"\r\n")
    await reading.send(b"\r\n")
    assert b" 200 " in await reading.until(b"\r\n")


async def test_an_old_client_gets_an_answer_of_unknown_length_without_chunks(edge: Edge) -> None:
    async def stream(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")

    edge.catalog.handlers["/catalog/stream"] = stream
    raw = await edge.raw(b"GET /api/v1/catalog/stream HTTP/1.0\r\nHost: x\r\n\r\n")
    head, _, body = (await raw.read()).partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head
    assert body == b"ok"


async def test_idle_connections_make_room_for_new_ones(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_IDLE", 10)
    busy = await edge.raw(HEAD + b"Content-Length: 4\r\n\r\nha")
    await until(lambda: bool(edge.services["bookings"].calls))
    for _ in range(30):
        await edge.raw()
        raw = await edge.raw(b"GET /api/v1/catalog/a HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 200 " in await raw.until(b"\r\n")
    await until(lambda: len(edge.server.server_state.connections) <= 11)
    await busy.send(b"lf")
    assert b" 200 " in await busy.until(b"\r\n")


async def test_a_body_that_does_not_come_is_not_waited_for(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "CLIENT_PATIENCE", 0.05)
    answer = await (await edge.raw(HEAD + b"Content-Length: 10\r\n\r\n12345")).read()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"code":"request_timeout"' in answer
    await until(lambda: edge.app.upstreams["bookings"].pool.open == 0)


async def test_a_body_that_comes_in_drops_is_not_waited_for(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often something comes of it: it holds a connection to a service."""
    monkeypatch.setattr(proxy, "CLIENT_PATIENCE", 0.5)
    monkeypatch.setattr(proxy, "SLOWEST_BODY", 1_000_000)
    raw = await edge.raw(HEAD + b"Content-Length: 30000\r\n\r\n")
    answer = asyncio.create_task(raw.until(b"\r\n"))
    while not answer.done():
        await raw.send(b"x")
        await asyncio.sleep(0.02)
    assert (await answer).startswith(b"HTTP/1.1 408")
    assert not edge.services["bookings"].calls[-1].complete
    await until(lambda: edge.app.upstreams["bookings"].pool.open == 0)


async def test_a_client_that_does_not_take_its_answer_is_left(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "CLIENT_PATIENCE", 0.05)
    monkeypatch.setattr(server, "CLOSING_PATIENCE", 0.0)

    async def endless(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await call.send(b"x" * 100_000)

    edge.catalog.handlers["/catalog/endless"] = endless
    await edge.raw(b"GET /api/v1/catalog/endless HTTP/1.1\r\nHost: x\r\n\r\n")
    await until(lambda: edge.in_flight == 1)
    await until(lambda: edge.in_flight == 0)
    await until(lambda: edge.catalog.open == 0)
    await until(lambda: not edge.server.server_state.connections)


async def test_nor_is_one_that_asks_the_gateway_itself_and_reads_nothing(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred times at once: the answers fill up all that is between us, and the rest waits."""
    monkeypatch.setattr(server, "TAKING_PATIENCE", 0.0)
    monkeypatch.setattr(edge.app._edge, "docs", ((b"x-padding", b"x" * 50_000),) * 10)
    await edge.raw(b"GET /api/docs HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
    await until(lambda: bool(edge.server.server_state.connections))
    await until(lambda: not edge.server.server_state.connections)
    await until(lambda: not edge.server.server_state.tasks)
