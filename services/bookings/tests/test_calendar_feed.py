"""The calendar feed of a user: who may read it, what is in it, and what is left out where there is too much."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from gigsta_bookings import calendar
from gigsta_bookings.callers import secret_hash
from gigsta_bookings.crud import feeds
from gigsta_bookings.models import Status
from gigsta_common.testing.service import TestService

from .conftest import CUSTOMER, PROVIDER, Market
from .test_calendar import NOON, a_booking, keep, parsed


def secret_path(made: httpx2.Response) -> str:
    """Where the service itself has the feed whose address was told."""
    assert made.status_code == 201, made.text
    url: str = made.json()["url"]
    assert url.startswith("http://localhost:8000/api/v1/bookings/feed.ics?key=")
    return url.removeprefix("http://localhost:8000/api/v1")


async def test_the_address_of_a_feed_is_told_once_and_kept_as_a_hash(service: TestService, market: Market) -> None:
    assert (await market.as_customer("GET", "/bookings/feed")).json() == {"active": False, "created_at": None}
    made = await market.as_customer("POST", "/bookings/feed", headers={"Idempotency-Key": "once"})
    assert made.headers["cache-control"] == "no-store"
    secret = secret_path(made).removeprefix("/bookings/feed.ics?key=")
    assert len(secret) >= 43
    [kept] = await service.db["feeds"].find().to_list()
    assert kept == {"_id": CUSTOMER, "secret_hash": secret_hash(secret), "created_at": market.clock.now()}
    assert await service.db["idempotency_keys"].count_documents({}) == 0
    told = (await market.as_customer("GET", "/bookings/feed")).json()
    assert told["active"] is True
    assert datetime.fromisoformat(told["created_at"]) == market.clock.now()
    for method in ("GET", "POST", "DELETE"):
        assert (await service.http.request(method, "/bookings/feed")).status_code == 401
    assert (await market.as_provider("GET", "/bookings/feed")).json()["active"] is False


async def test_the_feed_has_both_sides_of_a_user_in_the_order_of_time(service: TestService, market: Market) -> None:
    await keep(
        service,
        a_booking(id="later", starts_at=NOON + timedelta(days=9)),
        a_booking(id="as-provider", customer_id="somebody", provider_id=CUSTOMER, starts_at=NOON + timedelta(days=3)),
        a_booking(id="cancelled", status=Status.CANCELLED, confirmed_at=NOON - timedelta(days=2)),
        a_booking(id="withdrawn", status=Status.CANCELLED),
        a_booking(id="long-ago", starts_at=market.clock.now() - timedelta(days=30, minutes=1)),
        a_booking(id="a-month-ago", starts_at=market.clock.now() - timedelta(days=30), status=Status.COMPLETED),
        a_booking(id="of-others", customer_id="somebody"),
        *(a_booking(id=status, status=status) for status in ("awaiting_verification", "expired", "declined")),
    )
    path = secret_path(await market.as_customer("POST", "/bookings/feed"))
    answer = await service.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    found = parsed(answer.content)
    assert [str(event["uid"]).partition("@")[0] for event in found.events] == [
        "a-month-ago",
        "cancelled",
        "as-provider",
        "later",
    ]
    assert [str(event["summary"]) for event in found.events][2:] == [
        "Hedge trimming with Mere Tane",
        "Hedge trimming with Ana's Gardens",
    ]
    assert found["prodid"] == calendar.PRODUCT
    assert (found["name"], found["x-wr-calname"]) == ("GigSta", "GigSta")
    assert found.refresh_interval == timedelta(hours=1)
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in answer.content
    again = await service.http.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await service.db["bookings"].delete_one({"_id": "later"})
    assert (await service.http.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 200


async def test_a_secret_opens_the_feed_until_it_is_replaced_or_ended(service: TestService, market: Market) -> None:
    first = secret_path(await market.as_customer("POST", "/bookings/feed"))
    others = secret_path(await market.as_provider("POST", "/bookings/feed"))
    assert (await service.http.get(first)).status_code == 200
    assert parsed((await service.http.get(first)).content).events == []
    for wrong in ("nothing", "%00", "%F0%9F%94%91", "a" * 100, first[-43:-1] + "x"):
        answer = await service.http.get(f"/bookings/feed.ics?key={wrong}")
        assert (answer.status_code, answer.json()["code"]) == (404, "feed_not_found")

    second = secret_path(await market.as_customer("POST", "/bookings/feed"))
    assert (await service.http.get(first)).status_code == 404
    assert (await service.http.get(second)).status_code == 200
    for _ in range(2):
        assert (await market.as_customer("DELETE", "/bookings/feed")).status_code == 204
    assert (await service.http.get(second)).status_code == 404
    assert (await service.http.get(others)).status_code == 200


async def test_a_feed_ends_at_some_length(
    service: TestService, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 3)
    sides: tuple[dict[str, Any], ...] = ({}, {"customer_id": "somebody", "provider_id": CUSTOMER})
    await keep(
        service,
        *(a_booking(id=f"{n}", starts_at=NOON + timedelta(hours=n), **sides[n % 2]) for n in range(6)),
    )
    path = secret_path(await market.as_customer("POST", "/bookings/feed"))
    uids = [str(event["uid"]) for event in parsed((await service.http.get(path)).content).events]
    assert uids == ["0@gigsta.nz", "1@gigsta.nz", "2@gigsta.nz"]


async def test_what_is_ahead_is_in_a_full_feed_whatever_was_cancelled_or_is_past(
    service: TestService, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST", 4)
    now, day = market.clock.now(), timedelta(days=1)
    await keep(
        service,
        *(a_booking(id=f"withdrawn-{n}", status=Status.CANCELLED, starts_at=now + day) for n in range(9)),
        *(
            a_booking(id=f"cancelled-{n}", status=Status.CANCELLED, confirmed_at=now, starts_at=now + day)
            for n in range(9)
        ),
        *(a_booking(id=f"past-{n}", status=Status.COMPLETED, starts_at=now - n * day) for n in range(1, 9)),
        *(a_booking(id=f"ahead-{n}", starts_at=now + n * day) for n in (30, 60)),
    )
    path = secret_path(await market.as_customer("POST", "/bookings/feed"))

    async def shown() -> list[str]:
        events = parsed((await service.http.get(path)).content).events
        return [str(event["uid"]).partition("@")[0] for event in events]

    assert await shown() == ["past-2", "past-1", "ahead-30", "ahead-60"]
    monkeypatch.setattr(feeds, "MOST", 11)
    assert (await shown())[-3:] == ["cancelled-0", "ahead-30", "ahead-60"]
    assert not any(name.startswith("withdrawn") for name in await shown())


@pytest.mark.parametrize("party", ["customer_id", "provider_id"])
@pytest.mark.parametrize("part", [0, 1])
async def test_the_feed_is_read_in_order_from_an_index(service: TestService, party: str, part: int) -> None:
    await keep(service, *(a_booking(id=f"{n}", starts_at=NOON + timedelta(hours=n % 7)) for n in range(50)))
    user = CUSTOMER if party == "customer_id" else PROVIDER
    wanted = feeds.parts(NOON + timedelta(hours=3))[part]
    find = {
        "find": "bookings",
        "filter": wanted.query | {party: user},
        "sort": dict(wanted.order),
        "limit": 5,
        "hint": feeds.index_of(party),
    }
    plan = await service.db.command("explain", find, verbosity="executionStats")
    assert "'SORT'" not in str(plan["queryPlanner"]["winningPlan"])
    assert plan["executionStats"]["totalDocsExamined"] == 5
