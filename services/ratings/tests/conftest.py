"""The ratings service under test, and a hand to complete bookings with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import gigsta_ratings
from gigsta_common.clock import ManualClock
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.events.catalog import Price
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService
from gigsta_ratings.main import create_app
from gigsta_ratings.settings import Settings

MIGRATIONS = Path(gigsta_ratings.__file__).parent / "migrations"


def booking_event(at: datetime, **given: Any) -> BookingChanged:
    """A booking that was just confirmed as completed, but for what is given."""
    return BookingChanged.model_validate(
        {
            "booking_id": "booking-1",
            "action_name": "confirm_completion",
            "from_status": "awaiting_confirmation",
            "to_status": "completed",
            "actor": "customer",
            "note": "Confirmed by customer",
            "at": at,
            "customer_id": "cleo",
            "customer_name": "Cleo",
            "provider_id": "pat",
            "provider_name": "Pat's Plumbing",
            "service_id": "service-1",
            "service_title": "Tap repair",
            "price": Price(amount=8500, currency="NZD"),
            "starts_at": at,
            "ends_at": at,
            "timezone": "Pacific/Auckland",
            **given,
        }
    )


@dataclass
class Marketplace:
    """Speaks to the ratings service as the bookings service and as users do."""

    service: TestService
    clock: ManualClock
    token_for: TokenFor
    sequences: dict[str, int] = field(default_factory=dict)

    def as_user(self, user_id: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token_for(user_id, name=user_id.title())}"}

    async def booking(self, booking_id: str, to_status: str = "completed", **given: Any) -> Envelope:
        """The next event of a booking."""
        sequence = given.pop("sequence", self.sequences.get(booking_id, 3) + 1)
        self.sequences[booking_id] = max(sequence, self.sequences.get(booking_id, 0))
        event_id = given.pop("event_id", None)
        event = booking_event(self.clock.now(), booking_id=booking_id, to_status=to_status, **given)
        name = "booking.completed" if to_status == "completed" else f"booking.{to_status}"
        return await self.service.receive(name, event, subject=booking_id, sequence=sequence, event_id=event_id)

    async def rate(self, user_id: str, booking_id: str, stars: int = 5, **more: Any) -> Any:
        headers = self.as_user(user_id) | more.pop("headers", {})
        body = {"booking_id": booking_id, "stars": stars, **more}
        return await self.service.http.post("/ratings", json=body, headers=headers)

    async def post(self, user_id: str, path: str, body: Any, *roles: str, method: str = "POST", **headers: str) -> Any:
        token = self.token_for(user_id, *roles, name=user_id.title())
        headers = {"Authorization": f"Bearer {token}"} | headers
        return await self.service.http.request(method, path, json=body, headers=headers)

    async def decide(self, rating_id: str, decision: str, reason: str = "Because.") -> Any:
        """What a moderator decides."""
        return await self.post("mo", f"/ratings/admin/{rating_id}/{decision}", {"reason": reason}, "admin")

    async def get(self, path: str, caller: str | None = None, /, **params: Any) -> Any:
        """A JSON answer; must be a 200."""
        headers = self.as_user(caller) if caller else {}
        answer = await self.service.http.get(path, params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def close_due(self) -> int:
        return int(await self.service.app.state.use_cases.publishing.close_due())


@pytest.fixture
async def service(start_service: ServiceStarter) -> TestService:
    """The background closing sleeps for long: tests call it when they mean it, but for one."""
    service = await start_service(create_app, Settings, MIGRATIONS, close_interval=3600)
    assert (await service.http.get("/health/ready")).status_code == 200
    return service


@pytest.fixture
async def market(service: TestService, clock: ManualClock, token_for: Callable[..., str]) -> Marketplace:
    return Marketplace(service, clock, token_for)
