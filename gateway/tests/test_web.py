"""The web client, which the gateway serves in development."""

import gzip
from pathlib import Path

import pytest

from gigsta_gateway.pages import TAKEN_OVER

from .conftest import StartEdge, build_web

LONG = "start(); " * 500


async def test_in_development_the_web_client_is_at_the_root(start_edge: StartEdge, tmp_path: Path) -> None:
    build_web(tmp_path / "dist")
    edge = await start_edge(environment="development", web_dist=tmp_path / "dist")
    for path in ("/", "/bookings/1", "/providers/ana"):
        answer = await edge.http.get(path)
        assert (answer.status_code, answer.text) == (200, "<title>GigSta</title>"), path
    page = await edge.http.get("/bookings/1")
    assert page.headers["cache-control"] == "no-cache"
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert (await edge.http.get("/app.js")).headers["cache-control"] == "no-cache"
    asset = await edge.http.get("/assets/app-1a2b.js")
    assert (asset.text, asset.headers["cache-control"]) == ("start()", "public, max-age=31536000, immutable")
    missing = await edge.http.get("/assets/app-0.js")
    assert (missing.status_code, "cache-control" in missing.headers) == (404, False)
    assert (await edge.http.get("/app.js")).text == "start()"
    for path in ("/missing.js", "/api/v1/nowhere", "/api/nowhere"):
        answer = await edge.http.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await edge.http.post("/bookings/1")).status_code == 404
    raw = await edge.raw(b"GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await raw.until(b"\r\n")).split()[1] == b"400"


@pytest.mark.parametrize(("path", "page"), TAKEN_OVER.items())
async def test_the_web_client_takes_pages_of_services_over_and_nothing_but_the_pages(
    start_edge: StartEdge, tmp_path: Path, path: str, page: str
) -> None:
    edge = await start_edge(environment="development", web_dist=tmp_path / "dist")
    assert (await edge.http.get(f"{path}?token=1")).json()["target"] == f"{path.removeprefix('/api/v1')}?token=1"
    build_web(tmp_path / "dist")
    answer = await edge.http.get(f"{path}?token=1")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?token=1")
    assert (await edge.http.post(path)).json()["target"] == path.removeprefix("/api/v1")


async def test_without_a_built_web_client_its_pages_say_what_there_is_instead(start_edge: StartEdge) -> None:
    edge = await start_edge(environment="development")
    for path, status in (("/", 200), ("/bookings/some-id", 404)):
        answer = await edge.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert '<a href="/api/docs">' in answer.text


async def test_pages_may_load_what_the_build_says_and_pictures_from_where_catalog_keeps_them(
    start_edge: StartEdge, tmp_path: Path
) -> None:
    build_web(tmp_path / "dist")
    edge = await start_edge(
        environment="development", media_url="https://media.example/of-services", s3_endpoint="https://bucket.example"
    )
    for path in ("/", "/bookings/1", "/app.js"):
        (policy,) = (await edge.http.get(path)).headers.get_list("content-security-policy")
        assert policy == (
            "default-src 'self'; img-src 'self' https://media.example/of-services/; "
            "connect-src 'self' https://bucket.example/"
        ), path


async def test_what_the_build_has_compressed_is_sent_to_those_who_take_it(
    start_edge: StartEdge, tmp_path: Path
) -> None:
    build_web(tmp_path / "dist")
    asset = tmp_path / "dist/assets/app-1a2b.js"
    asset.write_text(LONG)
    asset.with_name("app-1a2b.js.br").write_bytes(b"brotli")
    asset.with_name("app-1a2b.js.gz").write_bytes(gzip.compress(LONG.encode()))
    edge = await start_edge(environment="development")
    tags = set()
    for accepted, coding in (
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000", None),
        ("identity", None),
        ("bronze, gzipped", None),
    ):
        headers = {"Accept-Encoding": accepted}
        answer = await edge.http.head("/assets/app-1a2b.js", headers=headers)
        assert answer.headers.get("content-encoding") == coding, accepted
        assert answer.headers["content-type"].startswith("text/javascript"), accepted
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert set(answer.headers.get_list("vary")) == {"Accept-Encoding", "Origin"}
        tags.add((coding, answer.headers["etag"]))
        known = await edge.http.get("/assets/app-1a2b.js", headers=headers | {"If-None-Match": answer.headers["etag"]})
        assert (known.status_code, known.content) == (304, b""), accepted
    assert len(tags) == len({tag for _, tag in tags}) == 3
    whole = await edge.http.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip"})
    assert whole.text == LONG


async def test_what_was_not_compressed_is_sent_as_it_is(start_edge: StartEdge, tmp_path: Path) -> None:
    build_web(tmp_path / "dist")
    edge = await start_edge(environment="development")
    for path in ("/app.js", "/bookings/1"):
        answer = await edge.http.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers.get_list("vary")


async def test_nothing_of_the_api_is_compressed_here(start_edge: StartEdge, tmp_path: Path) -> None:
    """An answer with a secret in it, beside what somebody else chose, would tell the secret by its length."""
    build_web(tmp_path / "dist")
    edge = await start_edge(environment="development")
    for path in ("/api/v1/auth/me", "/api/v1/catalog/services", "/api/openapi.json", "/health/ready"):
        answer = await edge.http.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert "content-encoding" not in answer.headers, path
