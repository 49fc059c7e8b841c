"""Parts of a whole marketplace are killed, one at a time; the rest goes on, nothing is lost, and it heals."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from gigsta_common.testing.waiting import until
from tests.conftest import Marketplace


@pytest.fixture
def api(marketplace: Marketplace) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{marketplace.url}/api/v1", timeout=20, trust_env=False) as client:
        yield client


def login(api: httpx2.Client, who: str) -> dict[str, str]:
    body = {"email": f"{who}@example.com", "password": "gigsta-demo"}
    answer = until(lambda: api.post("/auth/login", json=body).json().get("access_token"), f"{who} logs in")
    return {"authorization": f"Bearer {answer}"}


def fresh_booking(api: httpx2.Client, customer: dict[str, str]) -> dict[str, Any]:
    """A request to the demo provider for the first of their free times."""
    provider_id = api.get("/auth/me", headers=login(api, "provider")).json()["id"]
    services = api.get("/catalog/services", params={"provider_id": provider_id}).json()["items"]
    service = next(found for found in services if not found["instant_book"])
    slots = api.get("/bookings/availability", params={"service_id": service["id"]}).json()["items"]
    body = {"service_id": service["id"], "starts_at": slots[0]["starts_at"]}
    answer = api.post("/bookings", json=body, headers=customer)
    assert answer.status_code == 201, answer.text
    booking: dict[str, Any] = answer.json()
    return booking


def notified(api: httpx2.Client, who: dict[str, str], booking_id: str, kind: str) -> list[dict[str, Any]]:
    items = api.get("/notifications", params={"limit": 100}, headers=who).json()["items"]
    return [item for item in items if item["kind"] == kind and item["data"].get("booking_id") == booking_id]


def test_a_dead_service_is_503_for_its_own_paths_only(marketplace: Marketplace, api: httpx2.Client) -> None:
    until(lambda: api.get("/bookings/state-machine").status_code == 200, "bookings answers")
    marketplace.kill("bookings")
    away = until(
        lambda: next((a for a in [api.get("/bookings/state-machine")] if a.status_code != 200), None),
        "bookings is away",
    )
    assert away.status_code == 503
    assert int(away.headers["retry-after"]) >= 1
    assert away.headers["content-type"] == "application/problem+json"
    assert away.json()["request_id"] == away.headers["x-request-id"]
    assert api.get("/catalog/categories").status_code == 200
    assert api.get("/geo/nearby", params={"lat": -36.85, "lng": 174.76}).status_code == 200
    until(lambda: api.get("/bookings/state-machine").status_code == 200, "bookings is back")


def test_the_broker_dies_and_every_event_arrives_once_all_the_same(
    marketplace: Marketplace, api: httpx2.Client
) -> None:
    customer, provider = login(api, "customer"), login(api, "provider")
    marketplace.kill("rabbitmq")
    booking = fresh_booking(api, customer)
    accepted = api.post(f"/bookings/{booking['id']}/actions/accept", headers=provider)
    assert (accepted.status_code, accepted.json()["status"]) == (200, "confirmed")
    found = until(lambda: notified(api, customer, booking["id"], "booking.confirmed"), "the customer is told")
    assert len(found) == 1
    assert len(notified(api, provider, booking["id"], "booking.requested")) == 1


def test_the_database_dies_and_nobody_gets_an_error_but_503(marketplace: Marketplace, api: httpx2.Client) -> None:
    customer = login(api, "customer")
    kept = api.get("/bookings", headers=customer).json()["items"][0]["id"]
    before = marketplace.processes("mongod")
    seen: set[int] = set()
    marketplace.kill("mongod")

    def back() -> bool:
        answer = api.get(f"/bookings/{kept}", headers=customer)
        seen.add(answer.status_code)
        now = marketplace.processes("mongod")
        return answer.status_code == 200 and bool(now) and now != before

    until(back, "the database is back")
    assert seen <= {200, 503}
    assert fresh_booking(api, customer)["status"] == "pending"
