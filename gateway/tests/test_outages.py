"""Services that are away, slow, or broken."""

import dataclasses

import httpx2
import pytest

from gigsta_common.localservers.process import free_port
from gigsta_common.testing.service import eventually
from gigsta_gateway import main, proxy, routes

from .conftest import Edge, StartEdge, until
from .standin import Call


@pytest.fixture
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "ROUTES", tuple(dataclasses.replace(row, timeout=0.05) for row in routes.ROUTES))


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    assert body["status"] == answer.status_code
    assert body["instance"] == answer.request.url.path
    return answer.status_code, body["code"]


async def test_a_service_that_is_away_is_missing_for_its_own_paths_only(edge: Edge) -> None:
    await edge.catalog.stop()
    for _ in range(20):
        answer = await edge.http.get("/api/v1/catalog/services")
        assert problem(answer) == (503, "upstream_unavailable")
        assert int(answer.headers["retry-after"]) >= 1
        assert (await edge.http.get("/api/v1/bookings")).status_code == 200
    assert (await edge.http.get("/health/ready")).status_code == 200


async def test_a_service_that_comes_back_is_used_again(edge: Edge) -> None:
    port = edge.catalog.port
    await edge.catalog.stop()
    for _ in range(10):
        assert (await edge.http.get("/api/v1/catalog/services")).status_code == 503
    assert edge.app.upstreams["catalog"].breaker.open
    await edge.catalog.start(port)

    async def answers() -> bool:
        return (await edge.http.get("/api/v1/catalog/services")).status_code == 200

    await eventually(answers)
    assert not edge.app.upstreams["catalog"].breaker.open


async def test_while_a_service_is_away_it_is_not_even_asked(edge: Edge) -> None:
    async def dies(call: Call) -> None:
        call.writer.transport.abort()

    edge.catalog.handlers["/catalog/dies"] = dies
    for _ in range(40):
        assert (await edge.http.post("/api/v1/catalog/dies")).status_code == 503
    assert len(edge.catalog.calls) < 10


async def test_a_name_that_does_not_resolve_is_a_service_that_is_away(start_edge: StartEdge) -> None:
    edge = await start_edge(upstream_geo=f"http://nowhere.invalid:{free_port()}")
    assert problem(await edge.http.get("/api/v1/geo/places")) == (503, "upstream_unavailable")


@pytest.mark.usefixtures("short_timeouts")
async def test_a_service_that_does_not_begin_to_answer(edge: Edge) -> None:
    async def hangs(call: Call) -> None:
        await call.gone()

    edge.catalog.handlers["/catalog/hangs"] = hangs
    answer = await edge.http.get("/api/v1/catalog/hangs")
    assert problem(answer) == (503, "upstream_timeout")
    assert "retry-after" in answer.headers
    await until(lambda: edge.app.upstreams["catalog"].pool.open == 0)
    await until(lambda: edge.catalog.open == 0)


@pytest.mark.usefixtures("short_timeouts")
async def test_many_slow_answers_open_the_breaker(edge: Edge) -> None:
    async def hangs(call: Call) -> None:
        await call.gone()

    edge.catalog.handlers["/catalog/hangs"] = hangs
    codes = [problem(await edge.http.get("/api/v1/catalog/hangs"))[1] for _ in range(7)]
    assert codes[:5] == ["upstream_timeout"] * 5
    assert codes[-1] == "upstream_unavailable"


async def test_an_answer_that_stops_in_the_middle_is_not_passed_off_as_whole(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proxy, "STREAM_PATIENCE", 0.05)

    async def stops(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n")
        await call.gone()

    edge.catalog.handlers["/catalog/stops"] = stops
    with pytest.raises(httpx2.RemoteProtocolError):
        await edge.http.get("/api/v1/catalog/stops")
    await until(lambda: edge.catalog.open == 0)


@pytest.mark.parametrize("head", [b"content-length: 100", b"transfer-encoding: chunked"])
async def test_a_service_that_dies_in_the_middle_of_an_answer(edge: Edge, head: bytes) -> None:
    async def dies(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n4\r\nhalf\r\n")
        call.writer.transport.abort()

    edge.catalog.handlers["/catalog/dies"] = dies
    for _ in range(10):
        with pytest.raises(httpx2.HTTPError):
            await edge.http.get("/api/v1/catalog/dies")
    assert (await edge.http.get("/api/v1/catalog/services")).status_code == 200


async def test_a_service_that_dies_before_it_answers_gets_what_changes_something_only_once(edge: Edge) -> None:
    async def dies(call: Call) -> None:
        await call.read_all()
        call.writer.transport.abort()

    edge.catalog.handlers["/catalog/dies"] = dies
    await edge.http.get("/api/v1/catalog/warm")
    answer = await edge.http.post("/api/v1/catalog/dies", content=b"{}")
    assert problem(answer) == (503, "upstream_unavailable")
    assert [call.target for call in edge.catalog.calls].count("/catalog/dies") == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        b"this is not HTTP\r\n\r\n",
        b"HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_not_passed_on(edge: Edge, nonsense: bytes) -> None:
    async def talk(call: Call) -> None:
        await call.send(nonsense)
        await call.gone()

    edge.catalog.handlers["/catalog/nonsense"] = talk
    assert problem(await edge.http.get("/api/v1/catalog/nonsense")) == (502, "bad_upstream_response")
    await until(lambda: edge.app.upstreams["catalog"].pool.open == 0)


async def test_a_response_nobody_asked_for_is_never_given_to_the_next_request(edge: Edge) -> None:
    async def twice(call: Call) -> None:
        await call.answer(b"first")
        await call.answer(b"not yours")

    edge.catalog.handlers["/catalog/twice"] = twice
    for _ in range(20):
        assert (await edge.http.get("/api/v1/catalog/twice")).content == b"first"
        assert b"not yours" not in (await edge.http.get("/api/v1/catalog/other")).content


async def test_a_services_own_errors_are_passed_on_as_they_are(edge: Edge) -> None:
    async def fails(call: Call) -> None:
        await call.answer(b"{}", status="500 Internal Server Error", headers="x-why: because\r\n")

    edge.catalog.handlers["/catalog/fails"] = fails
    for _ in range(10):
        answer = await edge.http.get("/api/v1/catalog/fails")
        assert (answer.status_code, answer.content, answer.headers["x-why"]) == (500, b"{}", "because")
    assert not edge.app.upstreams["catalog"].breaker.open
