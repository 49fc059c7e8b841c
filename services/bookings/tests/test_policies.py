"""Policies as data: bounds, versions, and the copy on each booking."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from .conftest import PROVIDER, SERVICE, Market, offered

STRICT: dict[str, Any] = {
    "cancellation": [
        {"hours_before": 72, "refund_percent": 100},
        {"hours_before": 24, "refund_percent": 30},
        {"hours_before": 0, "refund_percent": 0},
    ],
    "response_hours": 6,
    "instant_booking": True,
}


async def test_a_provider_sets_terms_and_everybody_can_read_them(market: Market) -> None:
    own = (await market.as_provider("GET", "/bookings/policy")).json()
    assert (own["version"], own["response_hours"]) == (0, 24)
    assert own["bounds"] == {
        "most_tiers": 5,
        "full_refund_from_hours": 336,
        "least_response_hours": 1,
        "most_response_hours": 72,
    }
    put = await market.as_provider("PUT", "/bookings/policy", json=STRICT | {"version": 0})
    assert (put.status_code, put.json()["version"]) == (200, 1)
    public = (await market.service.http.get(f"/bookings/policies/{PROVIDER}")).json()
    assert (public["version"], public["cancellation"]) == (1, STRICT["cancellation"])
    stale = await market.as_provider("PUT", "/bookings/policy", json=STRICT | {"version": 0})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    same = await market.as_provider("PUT", "/bookings/policy", json=STRICT)
    assert same.json()["version"] == 1, "nothing new, no new version"
    assert await market.service.db["policies"].count_documents({}) == 1


async def test_every_version_is_kept_and_none_is_lost_to_a_race(market: Market) -> None:
    answers = await asyncio.gather(
        *(market.as_provider("PUT", "/bookings/policy", json=STRICT | {"response_hours": n}) for n in range(1, 9))
    )
    won = [answer.json()["version"] for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 409}
    versions = await market.service.db["policies"].find().sort("version", 1).to_list()
    assert [document["version"] for document in versions] == sorted(won) == list(range(1, len(won) + 1))


async def test_a_booking_keeps_the_terms_it_was_made_under(market: Market) -> None:
    await market.as_provider("PUT", "/bookings/policy", json=STRICT)
    booking = await market.book(days=2)
    assert booking["policy"] == STRICT | {"version": 1, "minimum_notice_minutes": 0}
    due = market.clock.now() + timedelta(hours=6)
    assert booking["next_automatic"]["at"] == due.isoformat().replace("+00:00", "Z")
    kind = STRICT | {"cancellation": [{"hours_before": 0, "refund_percent": 100}]}
    await market.as_provider("PUT", "/bookings/policy", json=kind)
    booking = await market.done(market.as_provider, booking, "accept")
    seen = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    (cancel,) = [a for a in seen["available_actions"] if a["action_name"] == "cancel"]
    assert cancel["consequence"]["refund_percent"] == 30
    assert cancel["consequence"]["fee"] == {"amount": 6300, "currency": "NZD"}
    after = await market.done(market.as_customer, seen, "cancel")
    assert after["cancellation"] == {"refund_percent": 30, "fee": {"amount": 6300, "currency": "NZD"}}
    await market.service.settle()
    assert market.service.published[-1].data["cancellation_fee"] == {"amount": 6300, "currency": "NZD"}


async def test_instant_booking_can_be_switched_off(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)
    assert (await market.book(days=2))["status"] == "confirmed"
    await market.as_provider("PUT", "/bookings/policy", json=STRICT | {"instant_booking": False})
    assert (await market.book("customer-2", days=3))["status"] == "pending"


async def test_the_notice_that_was_agreed_holds_for_a_changed_time(market: Market) -> None:
    plan = (await market.as_provider("GET", "/bookings/schedule")).json()
    plan = {name: value for name, value in plan.items() if name not in ("is_default", "version")}
    await market.as_provider("PUT", "/bookings/schedule", json=plan | {"minimum_notice_minutes": 60})
    booking = await market.book(days=2)
    await market.as_provider("PUT", "/bookings/schedule", json=plan | {"minimum_notice_minutes": 60 * 24})
    soon = market.starts_in(hours=2)
    assert (await market.done(market.as_customer, booking, "change_time", starts_at=soon))["starts_at"]
    body = {"service_id": SERVICE, "starts_at": market.starts_in(hours=5)}
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"cancellation": []}, "cancellation"),
        ({"cancellation": [{"hours_before": 400, "refund_percent": 100}]}, "cancellation.0.hours_before"),
        ({"cancellation": [{"hours_before": 24, "refund_percent": 101}]}, "cancellation.0.refund_percent"),
        ({"cancellation": [{"hours_before": 24, "refund_percent": 100, "x": 1}]}, "cancellation.0.x"),
        ({"cancellation": [{"hours_before": n, "refund_percent": 100} for n in range(6)]}, "cancellation"),
        ({"response_hours": 0}, "response_hours"),
        ({"response_hours": 73}, "response_hours"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_terms_outside_the_bounds_are_refused(market: Market, change: dict[str, Any], field: str) -> None:
    answer = await market.as_provider("PUT", "/bookings/policy", json=STRICT | change)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize(
    "tiers",
    [
        [(24, 50)],  # nothing is ever refunded in full
        [(48, 50), (24, 100)],  # earlier gives less
        [(24, 100), (24, 50)],  # twice the same hour
    ],
)
async def test_tiers_that_contradict_each_other_are_refused(market: Market, tiers: list[tuple[int, int]]) -> None:
    wanted = [{"hours_before": hours, "refund_percent": percent} for hours, percent in tiers]
    answer = await market.as_provider("PUT", "/bookings/policy", json=STRICT | {"cancellation": wanted})
    assert answer.status_code == 422


async def test_only_a_provider_has_terms_to_set(market: Market) -> None:
    answer = await market.as_customer("PUT", "/bookings/policy", json=STRICT)
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_approved")


@pytest.mark.parametrize(("offers", "allows"), [(True, True), (True, False), (False, True)])
async def test_what_is_shown_of_instant_booking_is_what_happens(market: Market, offers: bool, allows: bool) -> None:
    await market.service.receive("service.updated", offered(instant_book=offers), subject=SERVICE, sequence=2)
    await market.as_provider("PUT", "/bookings/policy", json=STRICT | {"instant_booking": allows})
    shown = (await market.service.http.get(f"/bookings/availability?service_id={SERVICE}")).json()["instant_book"]
    assert shown is (offers and allows)
    assert ((await market.book())["status"] == "confirmed") is shown
