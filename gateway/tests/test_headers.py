"""What of a client's headers reaches a service, and of a service's headers the client."""

import re

import pytest

from .conftest import ORIGIN, PROOF, SECRET, Edge, StartEdge
from .standin import Call

FORGED = {
    "X-User-Id": "somebody-else",
    "X-User-Roles": "admin",
    "X-Auth-Request-User": "root",
    "X-GigSta-User": "root",
    "X-GigSta-Gateway": PROOF,
    "X_User_Id": "somebody-else",
    "Forwarded": "for=6.6.6.6;host=evil.example",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "6.6.6.6",
    "True-Client-IP": "6.6.6.6",
    "CF-Connecting-IP": "6.6.6.6",
    "CF-IPCountry": "XX",
    "X-Original-URL": "/metrics",
    "X-HTTP-Method-Override": "DELETE",
    "Proxy-Authorization": "Basic eDp5",
    "TE": "trailers",
    "Trailer": "X-User-Id",
    "Via": "1.1 evil",
}


async def test_no_header_that_claims_an_identity_or_an_address_gets_through(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/catalog/export", headers={**FORGED, "Accept-Language": "en-NZ"})
    assert answer.status_code == 200
    call = edge.catalog.calls[-1]
    assert call.header("accept-language") == "en-NZ"
    assert not {name.lower() for name in FORGED} & {name for name, _ in call.headers} - {
        "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"
    }  # fmt: skip
    assert call.all("x-forwarded-for") == ["127.0.0.1"]
    assert call.all("x-forwarded-host") == ["gigsta.example"]
    assert call.all("x-forwarded-proto") == ["http"]
    assert call.all("host") == [f"127.0.0.1:{edge.catalog.port}"]


async def test_the_address_that_cloudflare_names_counts_only_with_the_zones_secret(edge: Edge) -> None:
    headers = {"CF-Connecting-IP": "203.0.113.9", "X-GigSta-Origin-Secret": SECRET}
    await edge.http.get("/api/v1/catalog/services", headers=headers)
    call = edge.catalog.calls[-1]
    assert call.all("x-forwarded-for") == ["203.0.113.9"]
    assert call.all("x-forwarded-proto") == ["https"]
    assert call.header("x-gigsta-origin-secret") is None
    for wrong in ("", SECRET[:-1], SECRET + "x"):
        await edge.http.get("/api/v1/catalog/services", headers=headers | {"X-GigSta-Origin-Secret": wrong})
        assert edge.catalog.calls[-1].all("x-forwarded-for") == ["127.0.0.1"]


async def test_without_a_configured_secret_no_secret_is_right(start_edge: StartEdge) -> None:
    edge = await start_edge(origin_secret=None)
    for secret in ("", "None", SECRET):
        headers = {"CF-Connecting-IP": "203.0.113.9", "X-GigSta-Origin-Secret": secret}
        await edge.http.get("/api/v1/catalog/services", headers=headers)
        assert edge.catalog.calls[-1].all("x-forwarded-for") == ["127.0.0.1"]


async def test_what_did_not_come_through_the_zone_is_refused_where_that_is_required(start_edge: StartEdge) -> None:
    edge = await start_edge(behind_cloudflare=True)
    through = {"X-GigSta-Origin-Secret": SECRET}
    assert (await edge.http.get("/api/v1/catalog/services", headers=through)).status_code == 200
    for path in ("/api/v1/catalog/services", "/api/docs", "/metrics", "/nothing"):
        for wrong in ({}, {"X-GigSta-Origin-Secret": SECRET + "x"}):
            answer = await edge.http.get(path, headers=wrong)
            assert (answer.status_code, answer.json()["code"]) == (403, "not_through_the_edge")
    assert len(edge.catalog.calls) == 1
    for path in ("/health/live", "/health/ready"):  # Render asks directly
        assert (await edge.http.get(path)).status_code != 403
    assert (await edge.http.get("/metrics", headers=through)).status_code == 200


async def test_who_counts_clients_is_shown_that_the_address_is_from_the_gateway(edge: Edge) -> None:
    headers = {"X-GigSta-Gateway": "a-clients-own-invention", "X-Forwarded-For": "6.6.6.6"}
    await edge.http.post("/api/v1/auth/login", headers=headers)
    call = edge.services["auth"].calls[-1]
    assert call.all("x-gigsta-gateway") == [PROOF]
    assert call.all("x-forwarded-for") == ["127.0.0.1"]


async def test_without_a_secret_to_share_nothing_is_proven(start_edge: StartEdge) -> None:
    edge = await start_edge(gateway_secret=None)
    await edge.http.post("/api/v1/auth/login", headers={"X-GigSta-Gateway": PROOF})
    assert edge.services["auth"].calls[-1].all("x-gigsta-gateway") == []


async def test_headers_that_connection_lists_are_for_one_hop(edge: Edge) -> None:
    headers = {"Connection": "keep-alive, X-Hop, X-Forwarded-For", "X-Hop": "1", "X-Stays": "2"}
    await edge.http.get("/api/v1/catalog/services", headers=headers)
    call = edge.catalog.calls[-1]
    assert call.header("x-hop") is None
    assert call.header("connection") is None
    assert call.header("x-stays") == "2"
    assert call.all("x-forwarded-for") == ["127.0.0.1"]


async def test_path_and_query_arrive_as_they_were_written(edge: Edge) -> None:
    await edge.http.get("/api/v1/catalog/services/a%2Fb%20c?q=%26&q=2&empty")
    assert edge.catalog.calls[-1].target == "/catalog/services/a%2Fb%20c?q=%26&q=2&empty"


async def test_a_well_formed_request_id_is_kept_and_any_other_replaced(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/catalog/x", headers={"X-Request-ID": "client-chosen.1"})
    assert answer.headers["x-request-id"] == "client-chosen.1"
    assert edge.catalog.calls[-1].all("x-request-id") == ["client-chosen.1"]
    for bad in ("short", "a b c d e f g", "x" * 65, '{"inject": 1}'):
        answer = await edge.http.get("/api/v1/catalog/x", headers={"X-Request-ID": bad})
        assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-request-id"])
        assert edge.catalog.calls[-1].all("x-request-id") == [answer.headers["x-request-id"]]


async def test_the_trace_goes_on_with_a_span_of_the_gateways_own(edge: Edge) -> None:
    parent = f"00-{'a' * 32}-{'b' * 16}-01"
    await edge.http.get("/api/v1/catalog/x", headers={"traceparent": parent})
    (passed,) = edge.catalog.calls[-1].all("traceparent")
    assert passed.split("-")[1] == "a" * 32
    assert passed.split("-")[2] != "b" * 16


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/catalog/services", 200),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/health/live", 200),
        ("POST", "/health/live", 405),
        ("TRACE", "/api/v1/catalog/services", 405),
        ("GET", "/api/v1/catalog/../auth/login", 400),
        ("GET", "/api/docs", 200),
    ],
)
async def test_every_answer_has_a_request_id_and_the_security_headers(
    start_edge: StartEdge, method: str, path: str, status: int
) -> None:
    edge = await start_edge(environment="production")
    raw = await edge.raw(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    head = (await raw.read()).partition(b"\r\n\r\n")[0].decode().lower()
    assert head.startswith(f"http/1.1 {status} ")
    assert re.search(r"\r\nx-request-id: [0-9a-f-]{36}(\r|$)", head)
    assert "\r\nx-content-type-options: nosniff" in head
    assert "\r\nreferrer-policy: no-referrer" in head
    assert "\r\nstrict-transport-security: max-age=" in head
    assert "frame-ancestors 'none'" in head
    assert "\r\nserver:" not in head


async def test_an_answer_that_says_nothing_of_content_security_may_do_nothing(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/catalog/services")
    assert answer.headers.get_list("content-security-policy") == ["default-src 'none'; frame-ancestors 'none'"]


async def test_strict_transport_security_only_where_there_is_transport_security(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/catalog/services")
    assert "strict-transport-security" not in answer.headers


async def test_a_services_headers_for_its_own_hop_stay_there(edge: Edge) -> None:
    async def chatty(call: Call) -> None:
        await call.answer(
            b"{}",
            headers="Server: name\r\nX-Powered-By: x\r\nKeep-Alive: timeout=5\r\nConnection: keep-alive, X-Hop\r\n"
            "X-Hop: 1\r\nX-Request-ID: other\r\nDate: yesterday\r\nAccess-Control-Allow-Origin: *\r\n"
            "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nETag: W/1\r\nContent-Security-Policy: default-src *\r\n",
        )

    edge.catalog.handlers["/catalog/chatty"] = chatty
    answer = await edge.http.get("/api/v1/catalog/chatty", headers={"X-Request-ID": "the-request"})
    names = set(answer.headers)
    assert not names & {"server", "x-powered-by", "keep-alive", "x-hop", "access-control-allow-origin"}
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["etag"] == "W/1"
    assert answer.headers.get_list("x-request-id") == ["the-request"]
    assert len(answer.headers.get_list("date")) == 1
    assert answer.headers.get_list("content-security-policy") == ["default-src *"]  # a service's page knows its needs


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        ("{url}/catalog/services/1", "/api/v1/catalog/services/1"),
        ("/catalog/services/1", "/api/v1/catalog/services/1"),
        ("https://accounts.example/authorize", "https://accounts.example/authorize"),
        ("/elsewhere", "/elsewhere"),
    ],
)
async def test_a_place_inside_a_service_is_named_as_clients_reach_it(edge: Edge, inside: str, outside: str) -> None:
    async def moved(call: Call) -> None:
        place = inside.format(url=edge.catalog.url)
        await call.answer(b"", status="307 Temporary Redirect", headers=f"location: {place}\r\n")

    edge.catalog.handlers["/catalog/moved"] = moved
    answer = await edge.http.get("/api/v1/catalog/moved")
    assert answer.status_code == 307
    assert answer.headers["location"] == outside


async def test_problems_are_readable_across_origins_too(edge: Edge) -> None:
    answer = await edge.http.get("/api/v1/nowhere", headers={"Origin": ORIGIN})
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["content-type"] == "application/problem+json"
