"""What catalog learns from others: approvals and ratings, whatever their order and however often they come."""

import asyncio
from datetime import timedelta
from typing import Any

from gigsta_common.clock import ManualClock
from gigsta_common.events import ProviderApproved, RatingChanged, RatingSummary
from gigsta_common.testing.service import eventually

from .conftest import Collect, Shop


async def test_a_public_profile(shop: Shop, clock: ManualClock) -> None:
    await shop.draft(title="Draft")
    published = []
    for title in ("One", "Two"):
        clock.advance(timedelta(minutes=1))
        published.append(await shop.published(title=title))
    await shop.rate(published[0], version=1, average=4.5, weighted=4.2, count=2)
    profile = (await shop.get("/providers/ana")).json()
    assert (profile["id"], profile["trading_name"]) == ("ana", "Ana's Gardens")
    assert profile["rating"] == {"average": 4.5, "weighted": 4.2, "count": 2}
    assert [service["title"] for service in profile["services"]] == ["Two", "One"]
    assert profile["services"][0] == (await shop.get(f"/services/{published[1]}")).json()


async def test_who_is_not_approved_has_no_profile(shop: Shop) -> None:
    assert (await shop.get("/providers/nobody")).status_code == 404
    await shop.reject("bob")
    assert (await shop.get("/providers/bob")).status_code == 404


async def test_an_older_decision_changes_nothing(shop: Shop) -> None:
    await shop.reject("ana", sequence=3)
    await shop.approve("ana", sequence=2)
    assert (await shop.get("/providers/ana")).status_code == 404
    await shop.approve("ana", sequence=4)
    assert (await shop.get("/providers/ana")).status_code == 200
    await shop.reject("ana", sequence=4)
    assert (await shop.get("/providers/ana")).status_code == 200


async def test_the_same_event_twice_acts_once(shop: Shop, clock: ManualClock) -> None:
    service_id = await shop.published()
    renamed = ProviderApproved(provider_id="ana", trading_name="Ana & Co", approved_at=clock.now())
    for _ in range(2):
        await shop.service.receive("provider.approved", renamed, subject="ana", sequence=2, event_id="event-1")
    service = (await shop.get(f"/services/{service_id}")).json()
    assert (service["provider_name"], service["version"]) == ("Ana & Co", 3)
    summary = RatingSummary(average=4, weighted=4, count=1, histogram={}, version=1)
    rated = RatingChanged(
        rating_id="r1", booking_id="b1", service_id=service_id, service_title="x", provider_id="ana",
        author_id="cleo", author_role="customer", rated_user_id="ana", stars=4, published_at=clock.now(),
        service_summary=summary, provider_summary=summary,
    )  # fmt: skip
    states = []
    for _ in range(2):
        await shop.service.receive("rating.published", rated, subject="r1", event_id="event-2")
        states.append((await shop.get("/providers/ana")).json())
    assert states[0] == states[1]
    assert states[0]["rating"]["count"] == 1
    assert await shop.service.bus.parked("catalog") == []


async def test_a_new_trading_name_is_copied_onto_services_and_told(shop: Shop, collect: Collect) -> None:
    published, draft = await shop.published(), await shop.draft()
    await shop.approve("ana", "Ana & Co", sequence=2)
    for service_id in (published, draft):
        assert (await shop.get(f"/services/{service_id}", "ana")).json()["provider_name"] == "Ana & Co"
    assert len(await collect("/services", q="co")) == 1

    async def told() -> bool:
        return "service.updated" in shop.service.published_names()

    await eventually(told)
    assert shop.service.published_names().count("service.updated") == 1
    event = shop.service.published[-1]
    assert (event.subject, event.sequence, event.data["provider_name"]) == (published, 3, "Ana & Co")


async def test_a_rating_reaches_the_service_and_the_provider(shop: Shop) -> None:
    service_id = await shop.published()
    await shop.rate(service_id, version=1, average=5.0, weighted=4.1, count=1)
    service = (await shop.get(f"/services/{service_id}")).json()
    assert service["rating"] == {"average": 5.0, "weighted": 4.1, "count": 1}
    assert service["version"] == 2, "a rating is no change of the provider's"
    assert (await shop.get("/providers/ana")).json()["rating"] == service["rating"]


async def test_an_older_summary_changes_nothing_and_hiding_is_a_newer_one(shop: Shop) -> None:
    service_id = await shop.published()

    async def rating() -> Any:
        return (await shop.get(f"/services/{service_id}")).json()["rating"]

    await shop.rate(service_id, version=2, count=2)
    await shop.rate(service_id, version=1, count=1)
    assert (await rating())["count"] == 2
    await shop.rate(service_id, version=3, event="rating.hidden", average=None, weighted=None, count=0)
    assert await rating() == {"average": None, "weighted": None, "count": 0}
    assert (await shop.get("/providers/ana")).json()["rating"]["count"] == 0


async def test_a_rating_of_an_unknown_service_is_ignored(shop: Shop) -> None:
    await shop.rate("no-such-service", version=1)
    assert await shop.service.db["services"].count_documents({}) == 0
    assert await shop.service.bus.parked("catalog") == []


async def test_a_rating_may_come_before_the_approval(shop: Shop, clock: ManualClock) -> None:
    summary = RatingSummary(average=3, weighted=3, count=1, histogram={}, version=1)
    rated = RatingChanged(
        rating_id="r1", booking_id="b1", service_id="s1", service_title="x", provider_id="bob", author_id="cleo",
        author_role="customer", rated_user_id="bob", stars=3, published_at=clock.now(), provider_summary=summary,
    )  # fmt: skip
    await shop.service.receive("rating.published", rated, subject="r1")
    assert (await shop.get("/providers/bob")).status_code == 404
    assert (await shop.post("/services", "bob", shop.body())).status_code == 403
    await shop.approve("bob")
    assert (await shop.get("/providers/bob")).json()["rating"]["count"] == 1


async def test_events_that_come_together_are_all_kept(shop: Shop) -> None:
    service_id = await shop.published()
    versions = range(1, 9)
    await asyncio.gather(
        shop.approve("ana", "Ana & Co", sequence=2),
        *(shop.rate(service_id, version=version, count=version) for version in versions),
        shop.patch(f"/services/{service_id}", "ana", {"title": "Hedges"}),
    )
    service = (await shop.get(f"/services/{service_id}")).json()
    assert (service["rating"]["count"], service["title"], service["provider_name"]) == (8, "Hedges", "Ana & Co")
    assert (await shop.get("/providers/ana")).json()["rating"]["count"] == 8
    assert await shop.service.bus.parked("catalog") == []
