"""Request ids, access log, metrics, and what readiness says when a part is away."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable

import httpx2
import prometheus_client as prometheus
import pytest
from fastapi import APIRouter, FastAPI, Response
from starlette.responses import StreamingResponse

from gigsta_common import context, errors, health
from gigsta_common.middleware import RequestMiddleware

inner = APIRouter(prefix="/inner")
router = APIRouter(prefix="/things")


@inner.get("/{inner_id}")
async def get_inner(inner_id: str) -> dict[str, str]:
    return {"id": inner_id}


@router.get("/{thing_id}")
async def get_thing(thing_id: str) -> dict[str, str | None]:
    current = context.current()
    return {"id": thing_id, "request_id": current.request_id if current else None}


@router.get("/{thing_id}/kept")
async def get_kept(response: Response) -> None:
    response.headers["Cache-Control"] = "private, no-cache"


@router.post("/{thing_id}/break")
async def break_thing(thing_id: str) -> None:
    raise ZeroDivisionError


@router.get("/{thing_id}/stream")
async def stream(thing_id: str) -> StreamingResponse:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"first"
        raise ZeroDivisionError

    return StreamingResponse(chunks())


router.include_router(inner, prefix="/{thing_id}")


@pytest.fixture
def registry() -> prometheus.CollectorRegistry:
    return prometheus.CollectorRegistry()


@pytest.fixture
def checks() -> dict[str, health.Check]:
    return {}


@pytest.fixture
async def http(
    registry: prometheus.CollectorRegistry, checks: dict[str, health.Check]
) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    errors.install(app)
    app.add_middleware(RequestMiddleware, registry=registry)
    app.include_router(health.router(checks, registry))
    app.include_router(router, prefix="/v1")
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        yield client


async def test_what_a_token_was_shown_for_is_kept_by_no_cache(http: httpx2.AsyncClient) -> None:
    own = {"Authorization": "Bearer x"}
    for path in ("/v1/things/1", "/nowhere"):
        assert (await http.get(path, headers=own)).headers.get_list("cache-control") == ["no-store"]
        assert "cache-control" not in (await http.get(path)).headers
    answer = await http.get("/v1/things/1/kept", headers=own)
    assert answer.headers.get_list("cache-control") == ["private, no-cache"], "unless the route says otherwise"


async def test_a_good_request_id_is_kept(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/v1/things/1", headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["x-request-id"] == "my-request-1"
    assert answer.json()["request_id"] == "my-request-1"


@pytest.mark.parametrize("sent", [None, "short", "bad one because of spaces", "\xff" * 10])
async def test_otherwise_one_is_made(http: httpx2.AsyncClient, sent: str | None) -> None:
    headers = {} if sent is None else {b"X-Request-ID": sent.encode("latin-1")}
    answer = await http.get("/v1/things/1", headers=headers)
    assert len(answer.headers["x-request-id"]) == 36
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/nowhere", "/v1/things/1/break"])
async def test_errors_carry_it_too(http: httpx2.AsyncClient, path: str) -> None:
    answer = await http.post(path, headers={"X-Request-ID": "my-request-1"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "my-request-1"


async def test_an_unexpected_error_is_logged_once_with_its_traceback(
    http: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await http.post("/v1/things/1/break")
    assert answer.status_code == 500
    assert [record.exc_info is not None for record in caplog.records if record.levelno >= logging.ERROR] == [True]


async def test_an_error_after_the_answer_began_is_logged_and_cuts_it_off(
    http: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await http.get("/v1/things/1/stream")
    assert answer.content == b"first"
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/v1/things/some-id", "/v1/things/{thing_id}", 200),
        ("GET", "/v1/things/some-id/inner/other", "/v1/things/{thing_id}/inner/{inner_id}", 200),
        ("POST", "/v1/things/some-id/break", "/v1/things/{thing_id}/break", 500),
        ("GET", "/nowhere/some-id", "(none)", 404),
    ],
)
async def test_metrics_and_log_name_the_template_of_the_whole_route(
    http: httpx2.AsyncClient,
    registry: prometheus.CollectorRegistry,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    route: str,
    status: int,
) -> None:
    caplog.set_level(logging.INFO, "gigsta.access")
    await http.request(method, path)
    labels = {"method": method, "route": route, "status": str(status)}
    assert registry.get_sample_value("gigsta_http_request_seconds_count", labels) == 1
    (line,) = [record for record in caplog.records if record.name == "gigsta.access"]
    assert {k: vars(line)[k] for k in ("method", "path", "route", "status")} == labels | {
        "path": path,
        "status": status,
    }
    assert vars(line)["ms"] >= 0


async def test_a_made_up_method_makes_no_metric_of_its_own(
    http: httpx2.AsyncClient, registry: prometheus.CollectorRegistry
) -> None:
    for method in ("BREW", "WHEN", "X" * 500):
        await http.request(method, "/v1/things/1")
    text = prometheus.generate_latest(registry).decode()
    assert "BREW" not in text
    assert 'method="other"' in text


async def test_health_is_not_in_the_access_log(http: httpx2.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gigsta.access")
    for path in ("/health/live", "/health/ready", "/metrics"):
        assert (await http.get(path)).status_code == 200
    assert [record for record in caplog.records if record.name == "gigsta.access"] == []


async def fine() -> str | None:
    return None


async def away() -> str | None:
    return "away (connection refused)"


async def faulty() -> str | None:
    raise KeyError("a bug in the check")


async def test_ready_when_all_is_well(http: httpx2.AsyncClient, checks: dict[str, health.Check]) -> None:
    checks["mongodb"] = fine
    answer = await http.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "checks": {"mongodb": "ok"}})


@pytest.mark.parametrize(
    ("check", "words"), [(away, "away (connection refused)"), (faulty, "the check itself failed (KeyError)")]
)
async def test_readiness_says_which_part_is_away(
    http: httpx2.AsyncClient, checks: dict[str, health.Check], check: Callable[[], object], words: str
) -> None:
    checks |= {"mongodb": fine, "broker": check}  # type: ignore[dict-item]
    answer = await http.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": {"mongodb": "ok", "broker": words}}
    assert (await http.get("/health/live")).status_code == 200
    metrics = (await http.get("/metrics")).text
    assert 'gigsta_check_ok{check="mongodb"} 1.0' in metrics
    assert 'gigsta_check_ok{check="broker"} 0.0' in metrics


async def test_a_check_that_hangs_is_given_up(
    http: httpx2.AsyncClient, checks: dict[str, health.Check], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_WITHIN", 0.01)

    async def hangs() -> str | None:
        await asyncio.Event().wait()
        return None

    checks["broker"] = hangs
    answer = await http.get("/health/ready")
    assert answer.json()["checks"] == {"broker": "does not answer in time"}
