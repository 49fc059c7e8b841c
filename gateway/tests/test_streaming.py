"""Bodies pass through as they come, in both directions."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from .conftest import Edge, until
from .standin import Call

POST = b"POST /api/v1/catalog/up HTTP/1.1\r\nHost: x\r\n"


def _received(edge: Edge, body: bytes) -> bool:
    return bool(edge.catalog.calls) and edge.catalog.calls[0].body == body


@pytest.mark.parametrize("framing", [b"Content-Length: 10\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"])
async def test_a_service_sees_each_part_of_a_body_before_the_next_is_sent(edge: Edge, framing: bytes) -> None:
    raw = await edge.raw(POST + framing)
    chunked = b"chunked" in framing
    for number in range(1, 6):
        await raw.send(b"2\r\nab\r\n" if chunked else b"ab")
        await until(partial(_received, edge, b"ab" * number))
    if chunked:
        assert not edge.catalog.calls[0].complete
        await raw.send(b"0\r\n\r\n")
    assert b" 200 " in await raw.until(b"\r\n")
    assert edge.catalog.calls[0].complete


async def test_a_client_gets_each_part_of_an_answer_before_the_next_exists(edge: Edge) -> None:
    go_on = asyncio.Event()

    async def slowly(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for number in range(3):
            await call.send(b"1\r\n%d\r\n" % number)
            await go_on.wait()
            go_on.clear()
        await call.send(b"0\r\n\r\n")

    edge.catalog.handlers["/catalog/slowly"] = slowly
    async with edge.http.stream("GET", "/api/v1/catalog/slowly") as answer:
        parts = answer.aiter_raw()
        for number in range(3):
            assert await anext(parts) == b"%d" % number
            go_on.set()
        assert [part async for part in parts] == []


async def test_server_sent_events_pass_one_by_one_and_keep_their_headers(edge: Edge) -> None:
    events: asyncio.Queue[bytes] = asyncio.Queue()

    async def stream(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-store\r\n\r\n")
        while True:
            await call.send(await events.get())

    edge.services["notifications"].handlers["/notifications/stream"] = stream
    headers = {"Last-Event-ID": "41", "Accept": "text/event-stream"}
    async with edge.http.stream("GET", "/api/v1/notifications/stream", headers=headers) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        parts = answer.aiter_raw()
        for number in range(42, 47):
            event = b"id: %d\ndata: {}\n\n" % number
            await events.put(event)
            assert await anext(parts) == event
        assert edge.services["notifications"].calls[0].header("last-event-id") == "41"
    await until(lambda: edge.in_flight == 0 and edge.app.upstreams["notifications"].pool.open == 0)


async def test_a_slow_client_holds_the_service_back_instead_of_filling_memory(edge: Edge) -> None:
    sent = 0

    async def much(call: Call) -> None:
        nonlocal sent
        await call.send(b"HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n")
        for _ in range(2000):
            await call.send(b"x" * 100_000)
            sent += 100_000

    edge.catalog.handlers["/catalog/much"] = much
    raw = await edge.raw(b"GET /api/v1/catalog/much HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    raw.transport.pause_reading()
    await until(lambda: sent > 0)
    before = -1
    while before != sent:  # until nothing moves any more
        before = sent
        await asyncio.sleep(0.2)
    assert sent < 100_000_000
    raw.transport.resume_reading()
    await raw.until(b"\r\n\r\n")
    received = 0
    while part := await raw.reader.read(1_000_000):
        received += len(part)
    assert received == 200_000_000


async def test_a_slow_service_holds_the_client_back(edge: Edge) -> None:
    go_on = asyncio.Event()

    async def reluctant(call: Call) -> None:
        await go_on.wait()
        await call.read_all()
        await call.answer(b"%d" % len(call.body))

    edge.catalog.handlers["/catalog/uploads/1"] = reluctant
    sent = 0

    async def parts() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(90):
            sent += 100_000
            yield b"x" * 100_000

    posted = asyncio.create_task(edge.http.put("/api/v1/catalog/uploads/1", content=parts()))
    await until(lambda: sent > 0)
    before = -1
    while before != sent:
        before = sent
        await asyncio.sleep(0.2)
    assert not posted.done()
    go_on.set()
    answer = await posted
    assert (answer.status_code, answer.content) == (200, b"9000000")


async def test_an_answer_that_comes_before_the_end_of_the_request_is_passed_on(edge: Edge) -> None:
    async def refuse(call: Call) -> None:
        await call.answer(b"no", status="422 Unprocessable Content", headers="connection: close\r\n")
        call.writer.close()

    edge.catalog.handlers["/catalog/up"] = refuse
    for _ in range(20):
        raw = await edge.raw(POST + b"Content-Length: 100\r\n\r\nhalf")
        assert b" 422 " in await raw.until(b"\r\n")
        assert (await raw.until(b"\r\n\r\nno")).endswith(b"no")
    await until(lambda: edge.app.upstreams["catalog"].pool.open == 0)


async def test_the_next_request_does_not_get_what_is_left_of_an_unfinished_one(edge: Edge) -> None:
    """A service that answers early leaves the rest of the body on its connection: it must not be used again."""

    async def early(call: Call) -> None:
        await call.answer(b"early")

    edge.catalog.handlers["/catalog/up"] = early
    raw = await edge.raw(POST + b"Content-Length: 60\r\n\r\n")
    await raw.send(b"x")
    await raw.until(b"\r\n\r\nearly")
    await raw.send(b"GET /catalog/smuggled HTTP/1.1\r\nHost: x\r\n\r\n" + b"x" * 15)
    answers = await asyncio.gather(*(edge.http.get("/api/v1/catalog/services") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert not any("smuggled" in call.target for call in edge.catalog.calls)


@pytest.mark.parametrize(
    ("response", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\netag: x\r\ncontent-length: 10\r\n\r\n", 304, b""),
        (b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok", 201, b"ok"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-trailer: 1\r\n\r\n", 200, b"ok"),
        (b"HTTP/1.1 418 Whatever They Say\r\ncontent-length: 2\r\n\r\nok", 418, b"ok"),
    ],
)
async def test_every_form_of_a_response_arrives_and_frees_the_connection(
    edge: Edge, response: bytes, status: int, body: bytes
) -> None:
    async def answer(call: Call) -> None:
        await call.send(response)

    edge.catalog.handlers["/catalog/form"] = answer
    for _ in range(3):
        got = await edge.http.get("/api/v1/catalog/form")
        assert (got.status_code, got.content) == (status, body)
    assert edge.catalog.made == 1


async def test_a_response_that_ends_with_its_connection_is_whole(edge: Edge) -> None:
    async def old(call: Call) -> None:
        await call.send(b"HTTP/1.0 200 OK\r\n\r\nold ")
        await call.send(b"style")
        call.writer.close()

    edge.catalog.handlers["/catalog/old"] = old
    assert (await edge.http.get("/api/v1/catalog/old")).content == b"old style"


async def test_head_has_the_headers_and_no_body(edge: Edge) -> None:
    async def head(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1234\r\netag: x\r\n\r\n")

    edge.catalog.handlers["/catalog/head"] = head
    for _ in range(3):
        answer = await edge.http.head("/api/v1/catalog/head")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == "1234"


async def test_requests_in_a_row_on_one_connection_are_answered_in_order(edge: Edge) -> None:
    one = b"GET /api/v1/catalog/%d HTTP/1.1\r\nHost: x\r\n\r\n"
    raw = await edge.raw(b"".join(one % number for number in range(20)))
    for number in range(20):
        assert b'"target": "/catalog/%d"' % number in await raw.until(b'"body": ""}')


async def test_one_connection_to_a_service_serves_many_requests(edge: Edge) -> None:
    for number in range(50):
        answer = await edge.http.post("/api/v1/catalog/x", content=b"%d" % number)
        assert answer.json()["body"] == str(number)
    assert edge.catalog.made == 1
