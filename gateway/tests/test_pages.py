"""What the gateway answers itself."""

import json
import re
from pathlib import Path

import pytest

from .conftest import Edge, StartEdge, build_web
from .standin import Call


async def test_it_lives_and_is_ready_and_says_how_each_service_is(edge: Edge) -> None:
    async def not_ready(call: Call) -> None:
        await call.answer(b"{}", status="503 Service Unavailable")

    async def ready(call: Call) -> None:
        await call.answer(b"{}")

    for service in edge.services.values():
        service.handlers["/health/ready"] = ready
    edge.services["geo"].handlers["/health/ready"] = not_ready
    await edge.services["ratings"].stop()
    assert (await edge.http.get("/health/live")).json()["status"] == "live"
    answer = await edge.http.get("/health/ready")
    assert answer.status_code == 200
    good = {"auth": "ok", "catalog": "ok", "bookings": "ok", "notifications": "ok"}
    assert answer.json() == {"status": "ready", "checks": {**good, "ratings": "away", "geo": "not ready"}}


async def test_it_is_ready_with_no_service_at_all(edge: Edge) -> None:
    for service in edge.services.values():
        await service.stop()
    answer = await edge.http.get("/health/ready")
    assert answer.status_code == 200
    assert set(answer.json()["checks"].values()) == {"away"}


async def test_metrics_count_requests_by_route_and_show_connections_and_breakers(edge: Edge) -> None:
    for number in range(3):
        await edge.http.get(f"/api/v1/catalog/services/{number}")
    await edge.http.request("MADE-UP", "/api/v1/catalog/services")
    await edge.http.get("/api/v1/nowhere/in/particular")
    text = (await edge.http.get("/metrics")).text
    route = 'method="GET",route="/api/v1/catalog/services",status="200"'
    assert f"gigsta_gateway_request_seconds_count{{{route}}} 3.0" in text
    assert 'gigsta_gateway_upstream_connections{upstream="catalog"} 1.0' in text
    assert 'gigsta_gateway_breaker_open{upstream="catalog"} 0.0' in text
    assert "MADE-UP" not in text
    assert "particular" not in text


async def test_the_docs_page_needs_no_other_host(edge: Edge) -> None:
    page = await edge.http.get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    used = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert used
    for address in used:
        assert address.startswith("/api/docs/")
        answer = await edge.http.get(address)
        assert answer.status_code == 200, address
        assert answer.content
    assert "/api/openapi.json" in (await edge.http.get("/api/docs/start.js")).text


@pytest.mark.parametrize(
    "path", ["/api/docs/../main.py", "/api/docs/..%2f__init__.py", "/api/docs/main.py", "/api/docs/"]
)
async def test_the_docs_serve_nothing_but_the_docs(edge: Edge, path: str) -> None:
    raw = await edge.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (await raw.until(b"\r\n")).split()[1] in (b"400", b"404")


async def test_what_is_nowhere_is_a_problem(edge: Edge) -> None:
    for path in ("/", "/index.html", "/api", "/api/v1", "/api/v1/", "/api/v2/catalog", "/api/v1/catalogue", "/healthy"):
        answer = await edge.http.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("environment", ["production", "test"])
async def test_what_is_for_developers_is_not_there_in_production(
    start_edge: StartEdge, tmp_path: Path, environment: str
) -> None:
    build_web(tmp_path / "dist")
    edge = await start_edge(environment=environment, web_dist=tmp_path / "dist")
    for path in ("/", "/bookings/1", "/app.js", "/dev/mail", "/dev/mail/1", "/dev"):
        assert (await edge.http.get(path)).status_code == 404, path
    assert not edge.services["notifications"].calls


async def test_in_development_the_mails_can_be_read(start_edge: StartEdge) -> None:
    edge = await start_edge(environment="development")
    for path in ("/dev/mail", "/dev/mail/1?raw=1"):
        assert (await edge.http.get(path)).json()["target"] == path
    assert (await edge.http.get("/dev/mailbox")).status_code == 404


async def test_the_access_log_has_a_line_for_each_request(edge: Edge) -> None:
    await edge.http.get("/api/v1/catalog/services/1?token=secret", headers={"X-Request-ID": "request-1"})
    await edge.http.get("/api/v1/nowhere", headers={"X-Request-ID": "request-2"})
    await edge.http.get("/health/live")
    edge.app._log.flush()
    first, second = edge.log
    assert {name: first[name] for name in ("request_id", "method", "path", "route", "status", "upstream")} == {
        "request_id": "request-1",
        "method": "GET",
        "path": "/api/v1/catalog/services/1",
        "route": "/api/v1/catalog/services",
        "status": 200,
        "upstream": "catalog",
    }
    assert first["ms"] >= 0
    assert first["time"].endswith("+00:00")
    assert len(first["trace_id"]) == 32
    assert "secret" not in json.dumps(first)
    assert (second["request_id"], second["status"], second["upstream"]) == ("request-2", 404, None)
