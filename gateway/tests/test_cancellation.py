"""Clients that go away leave nothing behind."""

import asyncio
import contextlib

import httpx2
import pytest

from .conftest import Edge, until
from .standin import Call


async def _hangs(call: Call) -> None:
    await call.gone()


async def _streams(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
    await call.gone()


async def test_two_thousand_requests_given_up_by_their_clients_then_all_succeed(edge: Edge) -> None:
    edge.catalog.handlers["/catalog/hangs"] = _hangs
    edge.catalog.handlers["/catalog/streams"] = _streams
    raws = (
        b"GET /api/v1/catalog/hangs HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/catalog/streams HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /api/v1/catalog/hangs HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
        b"GET /api/v1/catalog/x HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    for round_ in range(20):
        clients = await asyncio.gather(*(edge.raw(raws[number % 4]) for number in range(100)))
        if round_ % 2:  # half of them at some point on the way, half of them when all wait
            await until(lambda: edge.in_flight >= 75)
        for client in clients:
            client.writer.transport.abort()
    await until(lambda: edge.in_flight == 0)
    pool = edge.app.upstreams["catalog"].pool
    await until(lambda: edge.catalog.open == pool.open == pool.idle)
    answers = await asyncio.gather(*(edge.http.get("/api/v1/catalog/x") for _ in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    await until(lambda: len(edge.server.server_state.tasks) == 0)
    assert not edge.app.upstreams["catalog"].breaker.open


async def test_a_request_cancelled_in_an_async_client_is_cancelled_at_the_service(edge: Edge) -> None:
    edge.catalog.handlers["/catalog/hangs"] = _hangs
    waiting = asyncio.create_task(edge.http.get("/api/v1/catalog/hangs"))
    await until(lambda: len(edge.catalog.calls) == 1)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    await until(lambda: edge.catalog.open == 0)
    await until(lambda: any(line["status"] == 499 for line in edge.log))


async def test_an_upload_broken_off_is_broken_off_at_the_service(edge: Edge) -> None:
    raw = await edge.raw(b"POST /api/v1/catalog/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    await until(lambda: bool(edge.catalog.calls) and edge.catalog.calls[0].body == b"half")
    raw.writer.transport.abort()
    await until(lambda: edge.catalog.calls[0].broken)
    await until(lambda: edge.in_flight == 0)


async def test_the_service_that_a_client_left_is_not_thought_to_be_away(edge: Edge) -> None:
    edge.catalog.handlers["/catalog/hangs"] = _hangs
    for _ in range(20):
        with pytest.raises(httpx2.ReadTimeout):
            await edge.http.get("/api/v1/catalog/hangs", timeout=0.05)
    assert not edge.app.upstreams["catalog"].breaker.open


async def test_a_connection_given_up_while_it_was_being_made_is_not_kept(edge: Edge) -> None:
    """The service's address takes no connections, so that requests wait for one."""
    edge.app.upstreams["geo"].pool._host = "192.0.2.1"
    raws = [await edge.raw(b"GET /api/v1/geo/places HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(50)]
    for raw in raws:
        raw.writer.transport.abort()
    await until(lambda: edge.in_flight == 0)
    assert edge.app.upstreams["geo"].pool.open == 0
