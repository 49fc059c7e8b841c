"""Which pages may call the API, and what they may read of the answers."""

import pytest

from .conftest import ORIGIN, Edge, StartEdge

ASK = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}


async def test_a_preflight_is_answered_here(edge: Edge) -> None:
    answer = await edge.http.options("/api/v1/bookings", headers={"Origin": ORIGIN, **ASK})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = answer.headers["access-control-allow-headers"].lower()
    for header in ("authorization", "content-type", "idempotency-key", "last-event-id", "if-none-match"):
        assert header in allowed
    assert "origin" in answer.headers["vary"].lower()
    assert "x-request-id" in answer.headers
    assert not edge.services["bookings"].calls


async def test_a_preflight_for_a_request_with_a_token_needs_none(edge: Edge) -> None:
    answer = await edge.http.options("/api/v1/bookings", headers={"Origin": ORIGIN, "Authorization": "nonsense", **ASK})
    assert answer.status_code == 204


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://app.example",
        "https://app.example.evil.example",
        "https://APP.example",
        "*",
    ],
)
async def test_other_pages_may_not(edge: Edge, origin: str) -> None:
    answer = await edge.http.options("/api/v1/bookings", headers={"Origin": origin, **ASK})
    assert answer.status_code == 403
    assert answer.json()["code"] == "origin_not_allowed"
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    answer = await edge.http.get("/api/v1/bookings", headers={"Origin": origin})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_an_answer_can_be_read_with_what_a_client_needs(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/bookings", headers={"Origin": ORIGIN})
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert answer.headers["access-control-allow-credentials"] == "true"
    exposed = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert exposed >= {"X-Request-ID", "Retry-After", "ETag", "Idempotency-Replayed"}


async def test_errors_can_be_read_too(edge: Edge) -> None:
    for path, headers in (("/api/v1/nowhere", {}), ("/api/v1/bookings", {"Authorization": "Bearer nonsense"})):
        answer = await edge.http.get(path, headers={"Origin": ORIGIN, **headers})
        assert answer.is_error
        assert answer.headers["access-control-allow-origin"] == ORIGIN


async def test_without_configured_origins_no_page_may(start_edge: StartEdge) -> None:
    edge = await start_edge(cors_origins=None)
    assert (await edge.http.options("/api/v1/bookings", headers={"Origin": ORIGIN, **ASK})).status_code == 403
    assert (
        "access-control-allow-origin"
        not in (await edge.http.get("/api/v1/bookings", headers={"Origin": ORIGIN})).headers
    )


async def test_an_options_request_that_is_no_preflight_goes_to_the_service(edge: Edge) -> None:
    assert (await edge.http.options("/api/v1/bookings")).json()["method"] == "OPTIONS"
