"""Answers that are everybody's: asked for once, kept by caches, and never somebody's own."""

import asyncio
from collections.abc import Callable

import httpx2
import pytest

from gigsta_common.testing.plugin import TokenFor
from gigsta_gateway import public

from .conftest import Edge, until
from .standin import Call, Handler

PUBLIC = "/api/v1/catalog/services?q=hedge"
INSIDE = "/catalog/services"
MEANINGLESS = ("accept-language", "user-agent", "sec-fetch-mode", "cookie")


class Held:
    """Answers when it is told to, and differently each time."""

    def __init__(self, **answer: str) -> None:
        self.go_on = asyncio.Event()
        self._answer = answer

    async def __call__(self, call: Call) -> None:
        await self.go_on.wait()
        await call.answer(f"answer on {call.connection}".encode(), **self._answer)


def under_way(edge: Edge, number: int) -> Callable[[], bool]:
    return lambda: len(edge.server.server_state.tasks) == number


async def together(edge: Edge, number: int, **headers: str) -> list["asyncio.Task[httpx2.Response]"]:
    asked = [asyncio.create_task(edge.http.get(PUBLIC, headers=headers)) for _ in range(number)]
    await until(under_way(edge, number))
    return asked


async def test_what_many_ask_at_once_the_service_is_asked_once(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = held = Held()
    asked = await together(edge, 50, **dict.fromkeys(MEANINGLESS, "x"))
    held.go_on.set()
    answers = await asyncio.gather(*asked)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["x-request-id"] for answer in answers}) == 50
    assert len(edge.catalog.calls) == 1
    assert not set(MEANINGLESS) & {name for name, _ in edge.catalog.calls[0].headers}
    await edge.http.get(PUBLIC)
    assert len(edge.catalog.calls) == 2  # nothing is kept here


async def test_what_differs_is_asked_for_itself(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = held = Held()
    paths = ["?q=a", "?q=b", "?q=a&limit=1", ""]
    asked = [asyncio.create_task(edge.http.get(f"/api/v1/catalog/services{path}")) for path in paths]
    await until(lambda: len(edge.catalog.calls) == len(paths))
    held.go_on.set()
    await asyncio.gather(*asked)


@pytest.mark.parametrize("name", ["Authorization", "Booking-Key", "Range", "X-Anything", "If-Modified-Since"])
async def test_what_may_be_somebodys_own_is_neither_shared_nor_kept(edge: Edge, token_for: TokenFor, name: str) -> None:
    edge.catalog.handlers[INSIDE] = held = Held()
    asked = await together(edge, 3, **{name: f"Bearer {token_for('ana')}"})
    await until(lambda: len(edge.catalog.calls) == 3)
    held.go_on.set()
    for answer in await asyncio.gather(*asked):
        assert "cache-control" not in answer.headers
        assert "etag" not in answer.headers


@pytest.mark.parametrize("path", ["/auth/guests/1", "/bookings", "/notifications", "/catalog/export"])
async def test_nor_what_is_behind_any_other_route(edge: Edge, path: str) -> None:
    answer = await edge.http.get(f"/api/v1{path}")
    assert "cache-control" not in answer.headers
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/services/1",
        "/catalog/categories",
        "/catalog/providers/1",
        "/geo/nearby?lat=0&lng=0",
        "/geo/places?q=a",
        "/ratings?service_id=1",
        "/ratings/summary?service_id=1",
        "/bookings/availability",
    ],
)
async def test_every_public_answer_says_how_long_it_may_be_kept(edge: Edge, path: str) -> None:
    answer = await edge.http.get(f"/api/v1{path}")
    assert answer.headers["cache-control"].startswith("public, max-age=0, s-maxage=")
    assert answer.headers["etag"]


def saying(body: bytes, **answer: str) -> Handler:
    async def say(call: Call) -> None:
        await call.answer(body, **answer)

    return say


async def test_who_has_it_is_not_sent_it_again(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = saying(b"[1]", headers="content-type: application/json\r\n")
    first = await edge.http.get(PUBLIC)
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=10, stale-while-revalidate=60"
    assert first.headers["content-type"] == "application/json"
    assert {"Authorization", "Origin"} <= set(first.headers.get_list("vary"))
    tag = first.headers["etag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = await edge.http.get(PUBLIC, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert not {"content-length", "content-type"} & set(again.headers)
    edge.catalog.handlers[INSIDE] = saying(b"[2]")
    changed = await edge.http.get(PUBLIC, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.content) == (200, b"[2]")
    assert changed.headers["etag"] != tag


async def test_a_services_own_word_on_it_counts(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = saying(b"[1]", headers="cache-control: no-store\r\n")
    assert (await edge.http.get(PUBLIC)).headers.get_list("cache-control") == ["no-store"]
    edge.catalog.handlers[INSIDE] = saying(b"[1]", headers='etag: "mine"\r\n')
    assert (await edge.http.get(PUBLIC)).headers.get_list("etag") == ['"mine"']
    assert (await edge.http.get(PUBLIC, headers={"If-None-Match": '"mine"'})).status_code == 304
    edge.catalog.handlers[INSIDE] = saying(b"[1]", headers='cache-control: max-age=1\r\netag: W/"mine"\r\n')
    assert (await edge.http.get(PUBLIC)).headers.get_list("cache-control") == ["max-age=1"]
    assert (await edge.http.get(PUBLIC, headers={"If-None-Match": '"mine"'})).status_code == 304


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "500 Internal Server Error", "204 No Content"])
async def test_only_what_is_there_is_kept(edge: Edge, status: str) -> None:
    edge.catalog.handlers[INSIDE] = saying(b"" if status.startswith("204") else b"{}", status=status)
    answer = await edge.http.get(PUBLIC, headers={"If-None-Match": "*"})
    assert answer.status_code == int(status[:3])
    assert "cache-control" not in answer.headers


async def test_a_cookie_is_for_one_client(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = held = Held(headers="set-cookie: session=1\r\n")
    asked = await together(edge, 5)
    held.go_on.set()
    answers = await asyncio.gather(*asked)
    assert {answer.headers.get("cache-control") for answer in answers} == {None}
    assert len(edge.catalog.calls) == 6  # the first was asked for all, in vain


async def test_who_leaves_takes_the_answer_from_nobody(edge: Edge) -> None:
    edge.catalog.handlers[INSIDE] = held = Held()
    first = await edge.raw(f"GET {PUBLIC} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await until(lambda: len(edge.catalog.calls) == 1)
    asked = await together(edge, 1)
    await until(under_way(edge, 2))
    first.transport.abort()
    await until(lambda: len(edge.catalog.calls) == 2)
    held.go_on.set()
    assert (await asked[0]).status_code == 200


async def test_what_is_too_long_to_be_gathered_is_streamed(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "MOST", 1000)
    body = b"x" * 300_000
    edge.catalog.handlers[INSIDE] = saying(body)
    answers = await asyncio.gather(*(edge.http.get(PUBLIC) for _ in range(5)))
    assert {answer.content for answer in answers} == {body}
    assert "cache-control" not in answers[0].headers
    await until(lambda: edge.in_flight == 0)
    edge.catalog.handlers[INSIDE] = saying(b"short")
    assert (await edge.http.get(PUBLIC)).content == b"short"


async def test_a_service_that_dies_over_it_is_away_for_all(edge: Edge) -> None:
    go_on = asyncio.Event()

    async def dies(call: Call) -> None:
        await go_on.wait()
        await call.send(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        call.writer.transport.abort()

    edge.catalog.handlers[INSIDE] = dies
    asked = await together(edge, 5)
    go_on.set()
    answers = await asyncio.gather(*asked)
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(503, "upstream_unavailable")}
    assert len({answer.json()["request_id"] for answer in answers}) == 5
    assert len(edge.catalog.calls) == 1
