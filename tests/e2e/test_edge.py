"""The edge of the marketplace as it really runs: malformed requests meet the gateway's own server."""

import socket
from urllib.parse import urlsplit

import httpx2
import pytest

pytestmark = pytest.mark.e2e


BIG_HEAD = b"GET /api/v1/geo/nearby HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n"


def exchange(base_url: str, request: bytes) -> bytes:
    """Send bytes and read until the other side closes."""
    url = urlsplit(base_url)
    with socket.create_connection((url.hostname or "", url.port or 80), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", b"400"),
        (BIG_HEAD, b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"408"),  # and then nothing more
    ],
)
def test_what_is_not_http_is_answered_in_our_own_form(base_url: str, request_bytes: bytes, status: bytes) -> None:
    head, _, body = exchange(base_url, request_bytes).partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == status
    assert b"application/problem+json" in head
    assert b"x-request-id" in head
    assert body.startswith(b"{")


def test_a_page_of_the_web_app_is_the_app_or_says_that_it_is_not_built(http: httpx2.Client) -> None:
    home = http.get("/")
    assert home.status_code == 200
    answer = http.get("/bookings/some-id", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    if '<div id="app"' in home.text:
        assert (answer.status_code, answer.text) == (200, home.text)
    else:
        assert answer.status_code == 404
        assert "/dev/mail" in answer.text
