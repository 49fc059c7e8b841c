"""A7: headers that claim what is not so, requests inside of requests, and clients that only want to be in the way.

What the gateway makes of each malformed byte is in `gateway/tests`; here it stands before real services, as it runs.
GIGSTA_CONNECTIONS=10000 opens as many idle connections as the table has it.
"""

import os
import resource
import selectors
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from .conftest import API, Stack, bearer, client_at, log_in, new_account

pytestmark = pytest.mark.e2e

CONNECTIONS = int(os.environ.get("GIGSTA_CONNECTIONS", "2000"))
ALLOWANCE = 50 * 1024 * 1024
"""Bytes by which the gateway may grow."""
PATIENCE = 60
EVIL = "evil.example"
WHOSE = ("X-User-Id", "X-User", "X-Auth-Request-User", "X-Forwarded-User", "X-GigSta-User", "X_User_Id", "Remote-User")
HOSTS = ("Host", "X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "X-HTTP-Host-Override")


@pytest.fixture
def address(stack: Stack) -> tuple[str, int]:
    url = urlsplit(stack.url)
    return url.hostname or "", url.port or 80


@contextmanager
def connections(address: tuple[str, int], number: int) -> Iterator[list[socket.socket]]:
    """From many addresses, as each has only so many ports."""
    with ExitStack() as stack:
        opened = []
        for at in range(number):
            source = (f"127.0.6.{1 + at % 200}", 0)
            opened.append(stack.enter_context(socket.create_connection(address, 30, source)))
        yield opened


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    connection.settimeout(PATIENCE)
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionError:
        pass
    return b"".join(pieces)


def gateway(address: tuple[str, int]) -> psutil.Process:
    """The process that listens there."""
    listening = [found for found in psutil.net_connections("tcp") if found.status == psutil.CONN_LISTEN]
    pids = {found.pid for found in listening if found.laddr and found.laddr.port == address[1]}
    (pid,) = pids
    return psutil.Process(pid)


@contextmanager
def stays_small(address: tuple[str, int]) -> Iterator[None]:
    """The gateway does not grow, and serves others all the while."""
    process = gateway(address)
    before = process.memory_info().rss
    with ThreadPoolExecutor(1) as watch, client_at(f"http://{address[0]}:{address[1]}{API}", "127.0.7.1") as others:
        watching = True

        def look() -> int:
            seen = 0
            while watching:
                assert others.get("/catalog/categories").status_code == 200
                seen = max(seen, process.memory_info().rss)
                time.sleep(0.1)  # it is one client, and there are limits to that
            return seen

        looking = watch.submit(look)
        try:
            yield
        finally:
            watching = False
            most = looking.result()
    assert most - before < ALLOWANCE, f"{(most - before) / 1e6:.0f} MB more"


@pytest.mark.parametrize("door", ["gateway", "their own doors"])
def test_who_somebody_is_says_the_token_alone(stack: Stack, api: httpx2.Client, door: str) -> None:
    customer, provider = log_in(api, "customer"), log_in(api, "provider")
    claims = dict.fromkeys(WHOSE, provider["user"]["id"]) | {
        "X-User-Roles": "admin",
        "X-User-Email": "admin@example.com",
    }
    for service, path in (("auth", "/auth/me"), ("bookings", "/bookings/export"), ("notifications", "/notifications")):
        with client_at(stack.doors["gateway" if door == "gateway" else service]) as client:
            assert client.get(path, headers=claims).status_code == 401
            own = client.get(path, headers=bearer(customer)).json()
            assert client.get(path, headers=bearer(customer) | claims).json() == own
    with client_at(stack.doors["gateway" if door == "gateway" else "auth"]) as client:
        assert client.get("/auth/admin/users", headers=bearer(customer) | claims).status_code == 403


@pytest.mark.parametrize("door", ["gateway", "auth"])
def test_no_mail_has_a_link_to_where_a_header_says(stack: Stack, door: str) -> None:
    email = new_account(stack, "127.0.7.2")
    headers = dict.fromkeys(HOSTS, EVIL) | {
        "Forwarded": f"host={EVIL};proto=https",
        "Origin": f"https://{EVIL}",
        "Referer": f"https://{EVIL}/",
    }
    with client_at(stack.doors[door], "127.0.7.2") as client:
        asked = client.post("/auth/forgot-password", json={"email": email}, headers=headers)
        assert asked.status_code == 202
    with client_at(stack.url, "127.0.7.2") as client:
        deadline = time.monotonic() + PATIENCE
        while not (
            mails := [
                one
                for one in client.get("/dev/mail", params={"to": email}).json()["items"]
                if "reset" in str(one["links"])
            ]
        ):
            assert time.monotonic() < deadline, "no mail"
            time.sleep(0.1)
    assert {urlsplit(link).netloc.partition(":")[0] for link in mails[0]["links"]} == {"localhost"}
    assert EVIL not in str(mails)


SMUGGLED = b"GET /bookings/admin/metrics HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /api/v1/catalog/services HTTP/1.1\r\nHost: x\r\n"
SMUGGLING = {
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 50\r\n\r\n" + SMUGGLED,
    "chunked in disguise": POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a size that overflows": POST + b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n" + SMUGGLED,
    "an upgrade": POST + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 50\r\n\r\n" + SMUGGLED,
    "a line break in the path": b"GET /api/v1/catalog/services%0d%0aX: y HTTP/1.1\r\nHost: x\r\nA: b\rX: y\r\n\r\n"
    + SMUGGLED,
    "a GET with a body": b"GET /api/v1/catalog/categories HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n" + SMUGGLED,
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_a_request_in_a_request_reaches_nobody(stack: Stack, address: tuple[str, int], name: str) -> None:
    """And the next client gets the answer to what it asked itself."""
    with client_at(stack.url + API, "127.0.7.3") as other:
        honest = other.get("/catalog/categories").content
        for _ in range(20):
            with socket.create_connection(address, PATIENCE) as connection:
                connection.sendall(SMUGGLING[name])
                connection.shutdown(socket.SHUT_WR)
                answers = received(connection)
            assert b"/api/v1/bookings" not in answers
            assert answers.count(b"HTTP/1.1 ") <= 2  # where the second is whole, it is refused as a request of its own
            assert other.get("/catalog/categories").content == honest


def test_a_gigabyte_is_not_taken(address: tuple[str, int]) -> None:
    """However it is announced, by ten clients at once."""

    def flood(number: int) -> tuple[int, bytes]:
        framing = b"Content-Length: 1000000000" if number % 2 else b"Transfer-Encoding: chunked"
        piece = b"x" * 1_000_000 if number % 2 else b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"
        sent = 0
        with socket.create_connection(address, PATIENCE) as connection:
            connection.sendall(
                b"POST /api/v1/bookings/guest HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + framing
                + b"\r\n\r\n"
            )
            try:
                while sent < 1_000_000_000:
                    connection.sendall(piece)
                    sent += len(piece)
            except OSError:
                pass
            return sent, received(connection)

    with stays_small(address), ThreadPoolExecutor(10) as floods:
        found = list(floods.map(flood, range(10)))
    assert max(sent for sent, _ in found) < 100_000_000
    assert {answer[:13] for _, answer in found} <= {
        b"HTTP/1.1 413 ",
        b"",
    }  # nothing, where it was in the way of what was still sent


def test_thousands_of_idle_and_slow_clients_are_in_nobodys_way(address: tuple[str, int]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    head = b"GET /api/v1/catalog/categories HTTP/1.1\r\nHost: x\r\n"
    body = b"POST /api/v1/bookings/guest HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
    with stays_small(address), connections(address, CONNECTIONS) as idle, connections(address, 300) as slow:
        for number, connection in enumerate(slow):
            connection.sendall(head if number % 2 else body)
        waiting = selectors.DefaultSelector()
        for connection in (*idle, *slow):
            connection.setblocking(False)
            waiting.register(connection, selectors.EVENT_READ)
        deadline = time.monotonic() + PATIENCE
        dripped = time.monotonic()
        left = len(idle) + len(slow)
        while left:
            assert time.monotonic() < deadline, f"{left} connections are still open"
            for key, _ in waiting.select(0.5):
                left -= _closed(key.fileobj, waiting)
            if time.monotonic() - dripped > 1:
                dripped = time.monotonic()
                for connection in slow:
                    _drip(connection)


def _closed(connection: Any, waiting: selectors.BaseSelector) -> bool:
    """Whether the other side has, once what it said is read."""
    try:
        if connection.recv(65536):
            return False
    except ConnectionError:
        pass
    waiting.unregister(connection)
    return True


def _drip(connection: socket.socket) -> None:
    with suppress(OSError):  # it is closed
        connection.send(b"X")
