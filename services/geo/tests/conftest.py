from pathlib import Path
from typing import Any

import pytest

import gigsta_geo
from gigsta_common.clock import ManualClock
from gigsta_common.events import OpenDaysChanged, RatingChanged, RatingSummary, ServiceChanged
from gigsta_common.testing.service import ServiceStarter, TestService
from gigsta_geo.main import create_app
from gigsta_geo.settings import Settings

MIGRATIONS = Path(gigsta_geo.__file__).parent / "migrations"

AUCKLAND = (-36.8485, 174.7633)


@pytest.fixture
async def service(start_service: ServiceStarter) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS)


class Map:
    """What tests say, in one line each."""

    def __init__(self, service: TestService, clock: ManualClock) -> None:
        self.service = service
        self._clock = clock

    async def tell(
        self,
        service_id: str,
        *,
        at: tuple[float, float] = AUCKLAND,
        name: str = "service.published",
        sequence: int = 1,
        event_id: str | None = None,
        price: int = 5_000,
        **facts: Any,
    ) -> None:
        """Deliver an event of catalog about a service at (lat, lng)."""
        data = ServiceChanged.model_validate(
            {
                "service_id": service_id,
                "provider_id": "ana",
                "provider_name": "Ana's Gardens",
                "title": "Hedge trimming",
                "description": "Cut and carried away.",
                "category": "gardening",
                "price": {"amount": price, "currency": "NZD"},
                "duration_minutes": 60,
                "location": {"address": "1 Queen Street", "lat": at[0], "lng": at[1]},
                "status": "archived" if name == "service.archived" else "published",
                "changed_at": self._clock.now(),
                **facts,
            }
        )
        await self.service.receive(name, data, subject=service_id, sequence=sequence, event_id=event_id)

    async def rate(
        self,
        service_id: str,
        *,
        version: int = 1,
        name: str = "rating.published",
        event_id: str | None = None,
        **summary: Any,
    ) -> None:
        numbers = {"average": 4.5, "weighted": 4.2, "count": 2, "histogram": {}, **summary}
        rated = RatingChanged(
            rating_id=f"rating-{version}",
            booking_id="booking-1",
            service_id=service_id,
            service_title="Hedge trimming",
            provider_id="ana",
            author_id="cleo",
            author_role="customer",
            rated_user_id="ana",
            stars=5,
            published_at=self._clock.now(),
            service_summary=RatingSummary(version=version, **numbers),
        )
        await self.service.receive(name, rated, subject=f"rating-{version}", event_id=event_id)

    async def open(self, service_id: str, *days: str, sequence: int = 1, event_id: str | None = None) -> None:
        facts = {"service_id": service_id, "provider_id": "ana", "timezone": "Pacific/Auckland", "days": days}
        data = OpenDaysChanged.model_validate(facts)
        name = "offering.days_changed"
        await self.service.receive(name, data, subject=service_id, sequence=sequence, event_id=event_id)

    async def nearby(self, at: tuple[float, float] = AUCKLAND, **query: Any) -> list[dict[str, Any]]:
        """Every page of the list, put together."""
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        for _ in range(1_000):
            answer = await self.service.http.get("/geo/nearby", params={"lat": at[0], "lng": at[1], **query, **cursor})
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["items"]) <= query.get("limit", 20)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            assert page["items"], "a page with a next one is never empty"
            cursor = {"cursor": page["next_cursor"]}
        raise AssertionError("the list does not end")

    async def ids(self, at: tuple[float, float] = AUCKLAND, **query: Any) -> list[str]:
        return [item["service_id"] for item in await self.nearby(at, **query)]


@pytest.fixture
def places(service: TestService, clock: ManualClock) -> Map:
    return Map(service, clock)
