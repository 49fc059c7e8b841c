"""A bookings service with one approved provider who offers one service."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

import gigsta_bookings
from gigsta_bookings.main import create_app
from gigsta_bookings.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import ProviderApproved, ServiceChanged
from gigsta_common.testing.service import ServiceStarter, TestService

MIGRATIONS = Path(gigsta_bookings.__file__).parent / "migrations"

PROVIDER = "provider-1"
CUSTOMER = "customer-1"
SERVICE = "service-1"

ALL_DAY = [{"start": "00:00", "end": "24:00"}]
EVERY_DAY: dict[str, Any] = {
    "timezone": "Pacific/Auckland",
    "weekly": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), ALL_DAY),
    "minimum_notice_minutes": 0,
    "slot_interval_minutes": 15,
}


def offered(**changes: Any) -> ServiceChanged:
    """The published service of the tests."""
    facts: dict[str, Any] = {
        "service_id": SERVICE,
        "provider_id": PROVIDER,
        "provider_name": "Ana's Gardens",
        "title": "Hedge trimming",
        "description": "Hedges trimmed and the cuttings taken away.",
        "category": "gardening",
        "price": {"amount": 9000, "currency": "NZD"},
        "duration_minutes": 60,
        "location": {"address": "1 Queen Street, Auckland", "lat": -36.8485, "lng": 174.7633},
        "status": "published",
        "changed_at": datetime.fromisoformat("2026-03-02T00:00:00Z"),
    }
    return ServiceChanged.model_validate(facts | changes)


@pytest.fixture
async def service(start_service: ServiceStarter, clock: ManualClock) -> TestService:
    """The clock of the bookings sleeps here: tests call `run_due` themselves."""
    return await start_service(create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600)


@pytest.fixture
async def market(service: TestService, clock: ManualClock, token_for: Callable[..., str]) -> "Market":
    approved = ProviderApproved(provider_id=PROVIDER, trading_name="Ana's Gardens", approved_at=clock.now())
    await service.receive("provider.approved", approved, subject=PROVIDER)
    await service.receive("service.published", offered(), subject=SERVICE)
    market = Market(service, clock, token_for)
    assert (await market.as_provider("PUT", "/bookings/schedule", json=EVERY_DAY)).status_code == 200
    return market


class Market:
    """Speaks to the service as one side or the other."""

    def __init__(self, service: TestService, clock: ManualClock, token_for: Callable[..., str]) -> None:
        self.service = service
        self.clock = clock
        self._token_for = token_for

    async def as_user(self, user_id: str, method: str, path: str, *roles: str, **options: Any) -> httpx2.Response:
        headers = {"authorization": f"Bearer {self._token_for(user_id, *roles, name=user_id.title())}"}
        headers |= options.pop("headers", {})
        return await self.service.http.request(method, path, headers=headers, **options)

    async def as_customer(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return await self.as_user(CUSTOMER, method, path, **options)

    async def as_provider(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return await self.as_user(PROVIDER, method, path, "user", "provider", **options)

    async def as_admin(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return await self.as_user("admin-1", method, path, "admin", **options)

    def starts_in(self, **delta: float) -> str:
        """A bookable time so far ahead, as RFC 3339."""
        return (self.clock.now() + timedelta(**delta)).isoformat()

    async def book(self, customer: str = CUSTOMER, **delta: float) -> dict[str, Any]:
        body = {"service_id": SERVICE, "starts_at": self.starts_in(**(delta or {"days": 2}))}
        answer = await self.as_user(customer, "POST", "/bookings", json=body)
        assert answer.status_code == 201, answer.text
        booking: dict[str, Any] = answer.json()
        return booking

    async def book_as_guest(self, email: str = "gus@example.com", **body: Any) -> "Guest":
        facts = {
            "service_id": SERVICE,
            "starts_at": self.starts_in(days=2),
            "email": email,
            "full_name": "Gus Guest",
            "phone_number": "+64 21 555 000",
        }
        answer = await self.service.http.post("/bookings/guest", json=facts | body)
        assert answer.status_code == 201, answer.text
        await self.service.settle()
        held = next(e for e in reversed(self.service.published) if e.subject == answer.json()["id"])
        return Guest(self, answer.json()["id"], held.data["guest"]["secret"])

    async def act(
        self, who: Callable[..., Awaitable[httpx2.Response]], booking: dict[str, Any], action: str, **body: Any
    ) -> httpx2.Response:
        return await who("POST", f"/bookings/{booking['id']}/actions/{action}", json=body)

    async def done(
        self, who: Callable[..., Awaitable[httpx2.Response]], booking: dict[str, Any], action: str, **body: Any
    ) -> dict[str, Any]:
        answer = await self.act(who, booking, action, **body)
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after


class Guest:
    """Speaks to the service with the secret of one guest's booking."""

    def __init__(self, market: Market, booking_id: str, secret: str) -> None:
        self._market = market
        self.id = booking_id
        self.secret = secret

    async def __call__(self, method: str, path: str = "", **options: Any) -> httpx2.Response:
        headers = {"Booking-Key": self.secret} | options.pop("headers", {})
        url = f"/bookings/{self.id}{path}"
        return await self._market.service.http.request(method, url, headers=headers, **options)

    async def act(self, action: str, **body: Any) -> httpx2.Response:
        return await self("POST", f"/actions/{action}", json=body)
