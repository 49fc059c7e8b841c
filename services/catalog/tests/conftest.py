from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

import gigsta_catalog
from gigsta_catalog.main import create_app
from gigsta_catalog.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import ProviderApplied, ProviderApproved, ProviderRejected, RatingChanged, RatingSummary
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService

from .pictures import jpeg
from .s3_server import S3Server, s3_server

MIGRATIONS = Path(gigsta_catalog.__file__).parent / "migrations"


@pytest.fixture
async def service(start_service: ServiceStarter, media_settings: dict[str, Any]) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, sweep_interval=0.05, **media_settings)


@pytest.fixture
def media_settings(tmp_path: Path) -> dict[str, Any]:
    """Where pictures lie: a folder of this test's own, which nobody sweeps but the test itself."""
    return {"media_folder": tmp_path / "media", "media_sweep_interval": 3600.0}


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    with s3_server() as server:
        yield server


class Shop:
    """What tests say, in one line each. `as_("ana")` are the headers of a caller."""

    def __init__(self, service: TestService, token_for: TokenFor, clock: ManualClock) -> None:
        self.service = service
        self.http = service.http
        self._token_for = token_for
        self._clock = clock

    def as_(self, user: str | None, *roles: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token_for(user, *roles)}"} if user else {}

    async def apply(self, user: str, *, sequence: int = 0) -> None:
        applied = ProviderApplied(provider_id=user, trading_name=f"{user}'s", applied_at=self._clock.now())
        await self.service.receive("provider.applied", applied, subject=user, sequence=sequence)

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

    async def ask(self, service_id: str, user: str = "ana", **fields: Any) -> httpx2.Response:
        body = {"content_type": "image/jpeg", "size_bytes": 1, **fields}
        return await self.post(f"/services/{service_id}/media", user, body)

    async def upload(self, service_id: str, content: bytes, user: str = "ana", **fields: Any) -> str:
        """Ask for an upload and make it; the id to complete it by."""
        answer = await self.ask(service_id, user, size_bytes=len(content), **fields)
        assert answer.status_code == 201, answer.text
        ticket = answer.json()
        sent = await self.send(ticket, content)
        assert sent.status_code in (200, 204), sent.text
        return str(ticket["media_id"])

    async def send(self, ticket: dict[str, Any], content: bytes, **headers: str) -> httpx2.Response:
        url = ticket["url"].removeprefix("/api/v1")
        given = {**ticket["headers"], **headers}
        if url.startswith("/"):
            return await self.http.request(ticket["method"], url, content=content, headers=given)
        async with httpx2.AsyncClient(trust_env=False) as client:
            return await client.request(ticket["method"], url, content=content, headers=given)

    async def complete(self, service_id: str, media_id: str, user: str = "ana") -> httpx2.Response:
        return await self.post(f"/services/{service_id}/media/{media_id}/complete", user)

    async def image(self, service_id: str, content: bytes | None = None, **fields: Any) -> dict[str, Any]:
        """Upload and complete a picture; the service as it is then."""
        media_id = await self.upload(service_id, content or jpeg(), **fields)
        answer = await self.complete(service_id, media_id)
        assert answer.status_code == 200, answer.text
        service: dict[str, Any] = answer.json()
        return service

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
