"""How often one client may ask, whoever it says that it is."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigsta_common.testing.plugin import TokenFor
from gigsta_gateway.rates import Buckets
from gigsta_gateway.settings import RateLimit

from .conftest import ORIGIN, SECRET, Edge, StartEdge

SLOWLY = 0.001
"""A second: no test takes so long that a place becomes free meanwhile."""
FEW = {
    "rate_reads": {"at_once": 20, "a_second": SLOWLY},
    "rate_writes": {"at_once": 8, "a_second": SLOWLY},
    "rate_open_writes": {"at_once": 3, "a_second": SLOWLY},
}
READ, WRITE, LOGIN, GUEST = (
    ("GET", "/catalog/x"),
    ("POST", "/catalog/x"),
    ("POST", "/auth/login"),
    ("POST", "/bookings/guest"),
)
Call = tuple[str, str]


class TestBuckets:
    def test_so_many_at_once_and_then_one_after_another(self) -> None:
        buckets = Buckets(RateLimit(at_once=3, a_second=2))
        assert [buckets.take("ana", 100.0) for _ in range(3)] == [0, 0, 0]
        assert buckets.take("ana", 100.0) == pytest.approx(0.5)
        assert buckets.take("ben", 100.0) == 0
        assert buckets.take("ana", 100.4) == pytest.approx(0.1)
        assert buckets.take("ana", 100.5) == 0
        assert buckets.take("ana", 100.5) > 0

    @given(
        limit=st.builds(RateLimit, at_once=st.integers(1, 5), a_second=st.sampled_from([0.1, 1 / 3, 1.0, 7.0])),
        steps=st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 8)), max_size=60),
    )
    def test_nobody_gets_more_than_that_and_nobody_who_is_owed_it_less(
        self, limit: RateLimit, steps: list[tuple[str, float]]
    ) -> None:
        """Next to counting with numbers that drain, kept for ever."""
        buckets, full, seen, now = Buckets(limit), Counter[str](), dict[str, float](), 5000.0
        for who, pause in steps:
            now += pause
            full[who] = max(0.0, full[who] - (now - seen.get(who, now)) * limit.a_second)  # type: ignore[assignment]
            seen[who] = now
            room = limit.at_once - full[who] - 1
            wait = buckets.take(who, now)
            if abs(room) > 1e-4:
                assert (wait == 0) is (room > 0)
            if wait == 0:
                full[who] += 1
            else:
                assert wait == pytest.approx(-room / limit.a_second, abs=1e-3)

    def test_it_forgets_who_has_not_come_for_as_long_as_a_bucket_takes_to_drain(self) -> None:
        buckets = Buckets(RateLimit(at_once=10, a_second=1))
        for number in range(1000):
            buckets.take(f"client {number}", 100.0)
        buckets.take("ana", 111.0)
        assert len(buckets) == 1001
        buckets.take("ana", 122.0)
        assert len(buckets) == 2

    def test_a_million_clients_take_no_more_room_than_it_has(self) -> None:
        buckets = Buckets(RateLimit(at_once=1, a_second=0.01), most=100)
        for number in range(10_000):
            assert buckets.take(f"client {number}", 1.0) == 0
            assert len(buckets) <= 200
        assert buckets.take("client 9999", 1.0) > 0


@asynccontextmanager
async def client_of(edge: Edge, address: str = "127.0.0.1", **headers: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Its connections really come from that address."""
    transport = httpx2.AsyncHTTPTransport(local_address=address)
    url = f"http://127.0.0.1:{edge.port}/api/v1"
    async with httpx2.AsyncClient(base_url=url, transport=transport, headers=headers) as client:
        yield client


async def times(client: httpx2.AsyncClient, number: int, call: Call) -> list[httpx2.Response]:
    return [await client.request(*call) for _ in range(number)]


async def spend(client: httpx2.AsyncClient, call: Call) -> int:
    """Ask until it is refused. Answers how often it was not."""
    for number in range(100):
        answer = await client.request(*call)
        if answer.status_code == 429:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["code"] == "too_many_requests"
            assert int(answer.headers["retry-after"]) >= 1
            return number
        assert answer.status_code == 200
    raise AssertionError("never refused")


@pytest.fixture
async def edge(start_edge: StartEdge) -> Edge:
    return await start_edge(**FEW)


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        (READ, 20),
        (("HEAD", "/geo/nearby"), 20),
        (("GET", "/bookings/availability"), 4),
        (WRITE, 3),
        (LOGIN, 3),
        (("POST", "/auth/register"), 3),
        (("POST", "/auth/forgot-password"), 3),
        (("POST", "/auth/oauth/google/callback"), 3),
        (GUEST, 3),
        (("POST", "/ratings/1/report"), 3),
        (("DELETE", "/catalog/x"), 3),
        (("POST", "/auth/refresh"), 8),
    ],
)
async def test_of_somebody_unknown(edge: Edge, call: Call, allowed: int) -> None:
    async with client_of(edge) as client:
        if call[0] == "HEAD":
            assert [a.status_code for a in await times(client, allowed + 1, call)] == [200] * allowed + [429]
        else:
            assert await spend(client, call) == allowed
    assert sum(len(service.calls) for service in edge.services.values()) == allowed  # nobody heard of the others


@pytest.mark.parametrize(("call", "allowed"), [(READ, 20), (WRITE, 8), (LOGIN, 3), (GUEST, 3)])
async def test_of_a_user(edge: Edge, token_for: TokenFor, call: Call, allowed: int) -> None:
    """The first request of a user whose token was not seen before is counted by network: it is not verified yet."""
    async with client_of(edge, Authorization=f"Bearer {token_for('ana')}") as client:
        await client.get("/geo/warm")
        assert await spend(client, call) == allowed


async def test_each_network_and_each_user_has_its_own(edge: Edge, token_for: TokenFor) -> None:
    async with client_of(edge, "127.0.5.1") as one, client_of(edge, "127.0.5.2") as other:
        ana, ben = ({"Authorization": f"Bearer {token_for(who)}"} for who in ("ana", "ben"))
        for headers in (ana, ben):
            assert (await one.get("/geo/warm", headers=headers)).status_code == 200
        await spend(one, READ)
        assert (await other.request(*READ)).status_code == 200
        assert (await one.request(*READ, headers=ana)).status_code == 200  # others on her network do not matter to her
        one.headers.update(ana)
        other.headers.update(ana)
        assert await spend(one, READ) == 19
        assert (await other.request(*READ)).status_code == 429  # nor does she get more by coming from several
        one.headers.update(ben)
        assert (await one.request(*READ)).status_code == 200


async def test_reading_and_writing_are_counted_apart(edge: Edge) -> None:
    async with client_of(edge) as client:
        await spend(client, LOGIN)
        assert (await client.request(*GUEST)).status_code == 429
        assert (await client.request(*READ)).status_code == 200
        assert (await client.post("/auth/refresh")).status_code == 200


async def test_no_header_makes_another_client_of_one(edge: Edge) -> None:
    async with client_of(edge) as client:
        await spend(client, READ)
        for number in range(5):
            address = f"203.0.113.{number}"
            forged = {
                "X-Forwarded-For": address,
                "Forwarded": f"for={address}",
                "X-Real-IP": address,
                "True-Client-IP": address,
                "CF-Connecting-IP": address,
                "X-GigSta-Origin-Secret": f"a-guess-at-it-{number}",
                "X-User-Id": f"user-{number}",
                "X-GigSta-User": f"user-{number}",
                "User-Agent": f"agent {number}",
                "Cookie": f"session={number}",
            }
            assert (await client.request(*READ, headers=forged)).status_code == 429


async def test_tokens_that_are_not_good_are_counted_by_network_before_they_are_verified(
    edge: Edge, token_for: TokenFor
) -> None:
    good = token_for("ana")
    async with client_of(edge) as client:
        for number in range(20):
            bad = {"Authorization": f"Bearer {good[:-6]}{number:06d}"}
            assert (await client.request(*READ, headers=bad)).status_code == 401
        assert (await client.request(*READ, headers={"Authorization": "Bearer x"})).status_code == 429
    assert edge.catalog.calls == []


async def test_behind_cloudflare_a_client_is_who_the_zone_says(edge: Edge) -> None:
    async with client_of(edge) as client:
        client.headers["X-GigSta-Origin-Secret"] = SECRET
        for address, next_door, elsewhere in (
            ("203.0.113.9", "203.0.113.9", "203.0.113.10"),
            ("2001:db8:0:1::1", "2001:db8:0:ff:1:2:3:4", "2001:db8:0:100::1"),  # one customer has a /56
        ):
            client.headers["CF-Connecting-IP"] = address
            await spend(client, READ)
            client.headers["CF-Connecting-IP"] = next_door
            assert (await client.request(*READ)).status_code == 429
            client.headers["CF-Connecting-IP"] = elsewhere
            assert (await client.request(*READ)).status_code == 200


async def test_many_at_once_are_counted_too(edge: Edge) -> None:
    async with client_of(edge) as client:
        answers = await asyncio.gather(*(client.request(*READ) for _ in range(60)))
    assert Counter(answer.status_code for answer in answers) == {200: 20, 429: 40}


async def test_a_page_of_ours_can_read_how_long_to_wait(edge: Edge) -> None:
    async with client_of(edge, Origin=ORIGIN) as client:
        await spend(client, LOGIN)
        answer = await client.request(*LOGIN)
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "Retry-After" in answer.headers["access-control-expose-headers"]
        preflight = {"Access-Control-Request-Method": "POST"}
        assert (await client.options("/auth/login", headers=preflight)).status_code == 204


async def test_what_is_asked_of_the_gateway_itself_is_not_counted(edge: Edge) -> None:
    async with client_of(edge) as client:
        await spend(client, READ)
    assert (await edge.http.get("/health/live")).status_code == 200
