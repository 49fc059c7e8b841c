"""Requests that two servers might read in two ways are refused, and nothing of them reaches a service."""

import pytest

from .conftest import Edge

GET = b"GET /api/v1/catalog/services HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/v1/catalog/services HTTP/1.1\r\nHost: x\r\n"
INNER = b"GET /catalog/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"

REFUSED = {
    "length and chunked": POST + b"Content-Length: 6\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + INNER,
    "chunked and length": POST + CHUNKED + b"Content-Length: 6\r\n\r\n0\r\n\r\n" + INNER,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + INNER,
    "the same length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "signed length": POST + b"Content-Length: +2\r\n\r\n{}",
    "negative length": POST + b"Content-Length: -2\r\n\r\n{}",
    "hexadecimal length": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "length with a space": POST + b"Content-Length: 2 2\r\n\r\n{}",
    "endless length": POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "space before the colon": POST + b"Content-Length : 2\r\n\r\n{}",
    "chunked twice": POST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
    "chunked, chunked": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked under another encoding": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "not last": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + INNER,
    "nearly chunked": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + INNER,
    "chunked with a tab": POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + INNER,
    "quoted chunked": POST + b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n' + INNER,
    "identity": POST + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
    "folded encoding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + INNER,
    "folded header": GET + b"X-A: b\r\n folded: c\r\n\r\n",
    "chunked on HTTP/1.0": POST.replace(b"/1.1", b"/1.0") + CHUNKED + b"\r\n0\r\n\r\n",
    "bare line feeds": b"GET /api/v1/catalog/services HTTP/1.1\nHost: x\n\n",
    "bare carriage return": GET + b"X-A: b\rX-B: c\r\n\r\n",
    "line feed in a value": GET + b"X-A: b\nContent-Length: 9\r\n\r\n",
    "nul in a value": GET + b"X-A: b\0c\r\n\r\n",
    "nul in a name": GET + b"X\0A: b\r\n\r\n",
    "no name": GET + b": b\r\n\r\n",
    "no colon": GET + b"Nonsense\r\n\r\n",
    "two hosts": GET + b"Host: y\r\n\r\n",
    "no host": b"GET /api/v1/catalog/services HTTP/1.1\r\n\r\n",
    "two authorizations": GET + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    "upgrade with a body": POST + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 44\r\n\r\n" + INNER,
    "the other protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "connect": b"CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /api/v1/catalog/services\r\n\r\n",
    "version 0.9": b"GET /api/v1/catalog/services HTTP/0.9\r\nHost: x\r\n\r\n",
    "version 3": b"GET /api/v1/catalog/services HTTP/3.0\r\nHost: x\r\n\r\n",
    "space in the path": b"GET /api/v1/catalog/a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "tab in the path": b"GET /api/v1/catalog/a\tb HTTP/1.1\r\nHost: x\r\n\r\n",
    "line feed in the path": b"GET /api/v1/catalog/a\nb HTTP/1.1\r\nHost: x\r\n\r\n",
    "nul in the path": b"GET /api/v1/catalog/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    "dot segments": b"GET /api/v1/catalog/../../metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "encoded dot segments": b"GET /api/v1/catalog/%2e%2E/metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "encoded slashes and dots": b"GET /api/v1/catalog/..%2f..%2fmetrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "backslashes": b"GET /api/v1/catalog/..\\..\\metrics HTTP/1.1\r\nHost: x\r\n\r\n",
    "encoded prefix": b"GET /api/v1/%63atalog/services HTTP/1.1\r\nHost: x\r\n\r\n",
    "double slash": b"GET /api/v1//catalog/services HTTP/1.1\r\nHost: x\r\n\r\n",
    "unknown method": b"BREW /api/v1/catalog/services HTTP/1.1\r\nHost: x\r\n\r\n",
    "method in lower case": b"get /api/v1/catalog/services HTTP/1.1\r\nHost: x\r\n\r\n",
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "chunk size with a sign": POST + CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
    "chunk size with a space": POST + CHUNKED + b"\r\n2 \r\n{}\r\n0\r\n\r\n",
    "endless chunk size": POST + CHUNKED + b"\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "chunk longer than its size": POST + CHUNKED + b"\r\n1\r\n{}\r\n0\r\n\r\n",
    "bare line feeds in chunks": POST + CHUNKED + b"\r\n2\n{}\n0\n\n",
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused(edge: Edge, name: str) -> None:
    raw = await edge.raw(REFUSED[name])
    answer = (await raw.until(b"\r\n\r\n")).decode("latin-1")
    assert answer.startswith("HTTP/1.1 4"), answer
    assert "content-type: application/problem+json" in answer
    assert "x-request-id: " in answer
    assert [call.target for call in edge.catalog.calls if call.complete] == []
    assert all("smuggled" not in call.target for service in edge.services.values() for call in service.calls)


async def test_what_follows_a_body_is_a_request_of_its_own_and_goes_through_the_same_door(edge: Edge) -> None:
    raw = await edge.raw(
        POST + b"Content-Length: 2\r\n\r\n{}" + INNER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    )
    answer = await raw.read()
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 404" in answer
    assert [call.target for call in edge.catalog.calls] == ["/catalog/services"]


async def test_a_wish_to_upgrade_is_ignored(edge: Edge) -> None:
    wish = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
    answer = await (await edge.raw(GET + wish)).read()
    assert answer.startswith(b"HTTP/1.1 200")
    names = {name for name, _ in edge.catalog.calls[-1].headers}
    assert not names & {"upgrade", "connection", "http2-settings"}


async def test_an_absolute_target_is_read_for_its_path_only(edge: Edge) -> None:
    raw = await edge.raw(
        b"GET http://evil.example/api/v1/catalog/a HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n"
    )
    assert (await raw.read()).startswith(b"HTTP/1.1 200")
    call = edge.catalog.calls[-1]
    assert (call.target, call.all("host")) == ("/catalog/a", [f"127.0.0.1:{edge.catalog.port}"])


async def test_trailers_go_nowhere(edge: Edge) -> None:
    body = b"2\r\n{}\r\n0\r\nX-User-Id: root\r\n\r\n"
    raw = await edge.raw(POST + CHUNKED + b"Connection: close\r\n\r\n" + body)
    assert (await raw.read()).startswith(b"HTTP/1.1 200")
    call = edge.catalog.calls[-1]
    assert (call.body, call.header("x-user-id")) == (b"{}", None)


@pytest.mark.parametrize("path", ["/health/ready", "/metrics", "/docs", "/openapi.json", "/health", "/dev/mail"])
async def test_what_services_keep_inside_is_not_reached_from_outside(edge: Edge, path: str) -> None:
    for prefix in ("/api/v1", "/api/v1/catalog/..", "/catalog", "/api/v1/catalog//.."):
        answer = await (await edge.raw(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % (prefix + path).encode())).until(b"\r\n")
        assert answer.split()[1] in (b"400", b"404"), (prefix, answer)
    assert all(not service.calls for service in edge.services.values())
