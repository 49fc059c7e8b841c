"""One part after the other is killed: the rest serves, and it comes back by itself."""

from collections.abc import Iterator

import httpx2
import pytest
from tests.e2e.conftest import Containers, Parts

from gigsta_common.testing.waiting import until

pytestmark = pytest.mark.e2e

API = "/api/v1"
ASKED = {
    "auth": f"{API}/auth/.well-known/jwks.json",
    "catalog": f"{API}/catalog/categories",
    "bookings": f"{API}/bookings/state-machine",
    "ratings": f"{API}/ratings/mine",
    "geo": f"{API}/geo/nearby?lat=-36.85&lng=174.76",
    "notifications": f"{API}/notifications",
}
"""Something that each service answers, and only it."""


@pytest.fixture
def customer(base_url: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=base_url, timeout=20, trust_env=False) as http:
        body = {"email": "customer@example.com", "password": "gigsta-demo"}
        token = http.post(f"{API}/auth/login", json=body).raise_for_status().json()["access_token"]
        http.headers["authorization"] = f"Bearer {token}"
        until(lambda: set(statuses(http).values()) == {200}, "everything answers")
        yield http


def statuses(http: httpx2.Client) -> dict[str, int]:
    """How each service answers now; 0 for one that nobody answers for."""
    return {name: status(http, path) for name, path in ASKED.items()}


def status(http: httpx2.Client, path: str) -> int:
    try:
        return http.get(path).status_code
    except httpx2.TransportError:
        return 0


@pytest.mark.parametrize("service", ASKED)
def test_a_service_is_killed_and_the_others_serve(parts: Parts, customer: httpx2.Client, service: str) -> None:
    others = {name: path for name, path in ASKED.items() if name != service}
    parts.kill(service)
    if not isinstance(parts, Containers):  # of which one may be back before anybody asks: `kill` has seen it restart
        until(lambda: status(customer, ASKED[service]) != 200, f"{service} is away")
    assert {name: status(customer, path) for name, path in others.items()} == dict.fromkeys(others, 200)
    seen: list[int] = []

    def back() -> bool:
        seen.append(status(customer, ASKED[service]))
        return seen[-1] == 200

    until(back, f"{service} is back")
    assert set(seen) <= {200, 503}


def test_the_broker_is_killed_and_everything_serves(parts: Parts, customer: httpx2.Client) -> None:
    def readiness() -> set[str]:
        return set(customer.get("/health/ready").json()["checks"].values())

    until(lambda: readiness() == {"ok"}, "everything is ready")
    parts.kill("rabbitmq")
    until(lambda: "not ready" in readiness(), "somebody misses the broker")
    assert set(statuses(customer).values()) == {200}
    until(lambda: readiness() == {"ok"}, "everything is ready again")


def test_the_database_is_killed_and_comes_back(parts: Parts, customer: httpx2.Client) -> None:
    seen: set[int] = set()

    def ask() -> set[int]:
        answers = set(statuses(customer).values())
        seen.update(answers)
        return answers

    parts.kill("mongod")
    until(lambda: ask() == {200}, "the database is back")
    assert seen <= {200, 503}


def test_the_gateway_is_killed_and_comes_back(parts: Parts, customer: httpx2.Client) -> None:
    parts.kill("gateway")
    until(lambda: set(statuses(customer).values()) == {200}, "the gateway is back")
