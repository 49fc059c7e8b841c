"""Connections that a service closes while they are idle are never a client's problem."""

import asyncio
import os
import random
import socket

from .conftest import Edge, until
from .standin import Call


async def test_a_service_that_closes_idle_connections_early_costs_no_request(edge: Edge) -> None:
    """The pauses are about as long as the service's patience, so that both sides often act at the same moment."""
    edge.catalog.idle_limit = pause = 0.004
    statuses: set[int] = set()

    async def client(dice: random.Random) -> None:
        for number in range(100):
            method = ("GET", "DELETE", "HEAD")[number % 3]
            statuses.add((await edge.http.request(method, "/api/v1/catalog/x")).status_code)
            await asyncio.sleep(dice.uniform(0.7, 1.5) * pause)

    await asyncio.gather(*(client(random.Random(seed)) for seed in range(10)))
    assert statuses == {200}
    assert edge.catalog.made > 50  # it did close many


async def test_what_must_not_be_sent_twice_goes_only_where_it_will_arrive(edge: Edge) -> None:
    """On a connection that was in use just now, and else on a fresh one."""
    pool = edge.app.upstreams["catalog"].pool
    for _ in range(3):
        await edge.http.post("/api/v1/catalog/x", content=b"{}")
    assert edge.catalog.made == 1
    (connection,) = pool._idle
    connection.idle_since -= 2
    await edge.http.get("/api/v1/catalog/x")
    assert edge.catalog.made == 1
    connection.idle_since -= 2
    await edge.http.post("/api/v1/catalog/x", content=b"{}")
    assert edge.catalog.made == 2


async def test_nor_where_the_service_has_closed_and_nobody_has_noticed_yet(edge: Edge) -> None:
    await edge.http.get("/api/v1/catalog/x")
    pool = edge.app.upstreams["catalog"].pool
    with socket.socket(fileno=os.dup(edge.catalog.calls[-1].writer.get_extra_info("socket").fileno())) as end:
        end.shutdown(socket.SHUT_WR)
    assert pool.take(asyncio.get_running_loop().time(), repeatable=False) is None
    assert (await edge.http.post("/api/v1/catalog/x", content=b"{}")).status_code == 200


async def test_what_may_be_repeated_is_sent_again_when_the_connection_turns_out_dead(edge: Edge) -> None:
    async def dies_once(call: Call) -> None:
        if len([seen for seen in edge.catalog.calls if seen.target == call.target]) == 1:
            call.writer.transport.abort()
        else:
            await call.answer(b"second time")

    for method in ("GET", "DELETE", "HEAD", "PUT"):
        path = f"/catalog/{method.lower()}"
        edge.catalog.handlers[path] = dies_once
        await edge.http.get("/api/v1/catalog/warm")
        answer = await edge.http.request(method, f"/api/v1{path}")
        assert answer.status_code == 200
        assert [call.target for call in edge.catalog.calls].count(path) == 2


async def test_it_is_sent_again_once_and_only_from_an_idle_connection(edge: Edge) -> None:
    async def dies(call: Call) -> None:
        call.writer.transport.abort()

    edge.catalog.handlers["/catalog/dies"] = dies
    assert (await edge.http.get("/api/v1/catalog/dies")).status_code == 503  # fresh: not again
    assert len(edge.catalog.calls) == 1
    await edge.http.get("/api/v1/catalog/warm")
    assert (await edge.http.get("/api/v1/catalog/dies")).status_code == 503  # idle: once more
    assert [call.target for call in edge.catalog.calls].count("/catalog/dies") == 3


async def test_an_answer_that_began_is_not_asked_for_again(edge: Edge) -> None:
    async def begins(call: Call) -> None:
        await call.send(b"HTTP/1.1 200")
        call.writer.close()

    edge.catalog.handlers["/catalog/begins"] = begins
    await edge.http.get("/api/v1/catalog/warm")
    assert (await edge.http.get("/api/v1/catalog/begins")).status_code == 503
    assert [call.target for call in edge.catalog.calls].count("/catalog/begins") == 1


async def test_connections_that_nobody_uses_are_closed(edge: Edge) -> None:
    connections = edge.app.upstreams["catalog"].pool
    await asyncio.gather(*(edge.http.get("/api/v1/catalog/x") for _ in range(20)))
    assert connections.open == connections.idle > 0
    connections._idle_limit = 0.0
    await until(lambda: connections.open == 0)
    assert (await edge.http.get("/api/v1/catalog/x")).status_code == 200
