from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

import gigsta_catalog
from gigsta_catalog.main import create_app
from gigsta_catalog.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import ProviderApproved, ProviderRejected, RatingChanged, RatingSummary
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService

MIGRATIONS = Path(gigsta_catalog.__file__).parent / "migrations"


@pytest.fixture
async def service(start_service: ServiceStarter) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, sweep_interval=0.05)


class Shop:
    """What tests say, in one line each. `as_("ana")` are the headers of a caller."""

    def __init__(self, service: TestService, token_for: TokenFor, clock: ManualClock) -> None:
        self.service = service
        self.http = service.http
        self._token_for = token_for
        self._clock = clock

    def as_(self, user: str | None, *roles: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token_for(user, *roles)}"} if user else {}

    async def approve(self, user: str, trading_name: str | None = None, *, sequence: int = 1) -> None:
        approved = ProviderApproved(
            provider_id=user, trading_name=trading_name or f"{user}'s", approved_at=self._clock.now()
        )
        await self.service.receive("provider.approved", approved, subject=user, sequence=sequence)

    async def reject(self, user: str, *, sequence: int = 1) -> None:
        rejected = ProviderRejected(
            provider_id=user, trading_name=f"{user}'s", reason="no papers", rejected_at=self._clock.now()
        )
        await self.service.receive("provider.rejected", rejected, subject=user, sequence=sequence)

    def body(self, **fields: Any) -> dict[str, Any]:
        return {
            "title": "Garden clean-up",
            "description": "Weeds out, paths swept.",
            "category": "gardening",
            "price": {"amount": 9_000, "currency": "NZD"},
            "duration_minutes": 90,
            "location": {"address": "1 Queen Street, Auckland", "lat": -36.8485, "lng": 174.7633},
            **fields,
        }

    async def post(self, path: str, user: str | None, body: Any = None, *roles: str) -> httpx2.Response:
        return await self.http.post(f"/catalog{path}", json=body, headers=self.as_(user, *roles))

    async def get(self, path: str, user: str | None = None, *roles: str, **params: Any) -> httpx2.Response:
        return await self.http.get(f"/catalog{path}", params=params, headers=self.as_(user, *roles))

    async def patch(self, path: str, user: str | None, body: Any, *roles: str) -> httpx2.Response:
        return await self.http.patch(f"/catalog{path}", json=body, headers=self.as_(user, *roles))

    async def delete(self, path: str, user: str | None, *roles: str) -> httpx2.Response:
        return await self.http.delete(f"/catalog{path}", headers=self.as_(user, *roles))

    async def draft(self, user: str = "ana", **fields: Any) -> str:
        answer = await self.post("/services", user, self.body(**fields))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def published(self, user: str = "ana", **fields: Any) -> str:
        service_id = await self.draft(user, **fields)
        answer = await self.post(f"/services/{service_id}/publish", user)
        assert answer.status_code == 200, answer.text
        return service_id

    async def rate(self, service_id: str, *, version: int, event: str = "rating.published", **summary: Any) -> None:
        numbers = {"average": 4.5, "weighted": 4.2, "count": 2, "histogram": {"4": 1, "5": 1}, **summary}
        short = RatingSummary(version=version, **numbers)
        rated = RatingChanged(
            rating_id=f"rating-{version}",
            booking_id="booking-1",
            service_id=service_id,
            service_title="Garden clean-up",
            provider_id="ana",
            author_id="cleo",
            author_role="customer",
            rated_user_id="ana",
            stars=5,
            published_at=self._clock.now(),
            service_summary=short,
            provider_summary=short,
        )
        await self.service.receive(event, rated, subject=f"rating-{version}")


@pytest.fixture
async def shop(service: TestService, token_for: TokenFor, clock: ManualClock) -> Shop:
    """A marketplace in which the provider ana is approved."""
    shop = Shop(service, token_for, clock)
    await shop.approve("ana", "Ana's Gardens")
    return shop


Collect = Callable[..., Any]


@pytest.fixture
def collect(shop: Shop) -> Collect:
    """Every page of a list, put together: `await collect("/services", limit=2)`."""

    async def pages(path: str, user: str | None = None, **params: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        for _ in range(100):
            answer = await shop.get(path, user, **params, **cursor)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["items"]) <= params.get("limit", 20)
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}
        raise AssertionError("the list does not end")

    return pages
