"""Nobody is bound to a price or to terms that they were not shown."""

from typing import Any

import pytest

from .conftest import PROVIDER, SERVICE, Market, offered

NO_REFUND = [{"hours_before": 336, "refund_percent": 100}]
AT_ONCE_AND_DEARER: dict[str, Any] = {"price": {"amount": 990_000, "currency": "NZD"}, "instant_book": True}


async def shown(market: Market) -> dict[str, Any]:
    """As a client puts it together from the service, its free times and the provider's terms."""
    policy = (await market.service.http.get(f"/bookings/policies/{PROVIDER}")).json()
    times = (await market.service.http.get("/bookings/availability", params={"service_id": SERVICE})).json()
    return {
        "price": {"amount": 9000, "currency": "NZD"},
        "duration_minutes": 60,
        "instant_book": times["instant_book"],
        "policy_version": policy["version"],
    }


async def bait_and_switch(market: Market) -> None:
    await market.service.receive("service.updated", offered(**AT_ONCE_AND_DEARER), subject=SERVICE, sequence=2)
    put = await market.as_provider("PUT", "/bookings/policy", json={"cancellation": NO_REFUND, "instant_booking": True})
    assert put.status_code == 200


def wanted(market: Market, expected: dict[str, Any] | None) -> dict[str, Any]:
    return {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "expected": expected}


async def test_what_is_still_as_it_was_shown_is_booked(market: Market) -> None:
    answer = await market.as_customer("POST", "/bookings", json=wanted(market, await shown(market)))
    assert (answer.status_code, answer.json()["price"]["amount"]) == (201, 9000)


async def test_another_price_and_other_terms_are_shown_before_they_bind(market: Market) -> None:
    seen = await shown(market)
    await bait_and_switch(market)
    refused = await market.as_customer("POST", "/bookings", json=wanted(market, seen))
    told = refused.json()
    assert (refused.status_code, told["code"]) == (409, "offer_changed")
    assert told["changed"] == ["price", "instant_book", "policy_version"]
    assert told["detail"] == (
        "Since you looked, the offer has changed: the price is 9,900.00 NZD; it is booked at once; "
        "the terms for cancelling and answering are others. Nothing is booked yet."
    )
    assert told["offer"]["policy"]["cancellation"] == NO_REFUND
    assert await market.service.db["bookings"].count_documents({}) == 0

    offer = told["offer"]
    agreed = {name: offer[name] for name in ("price", "duration_minutes", "instant_book")}
    agreed["policy_version"] = offer["policy"]["version"]
    answer = await market.as_customer("POST", "/bookings", json=wanted(market, agreed))
    assert (answer.status_code, answer.json()["status"], answer.json()["price"]) == (201, "confirmed", offer["price"])
    assert answer.json()["policy"] == offer["policy"]


async def test_a_guest_is_not_bound_to_it_either(market: Market) -> None:
    seen = await shown(market)
    await bait_and_switch(market)
    who = {"email": "gus@example.com", "full_name": "Gus", "phone_number": "021 555 000"}
    refused = await market.service.http.post("/bookings/guest", json=wanted(market, seen) | who)
    assert (refused.status_code, refused.json()["code"]) == (409, "offer_changed")


@pytest.mark.parametrize(
    ("edit", "changed", "said"),
    [
        ({"price": {"amount": 9000, "currency": "AUD"}}, "price", "the price is 90.00 AUD"),
        ({"duration_minutes": 30}, "duration_minutes", "it takes 30 minutes"),
        ({"instant_book": True}, "instant_book", "it is booked at once"),
    ],
)
async def test_each_part_of_the_offer_counts_where_it_is_said(
    market: Market, edit: dict[str, Any], changed: str, said: str
) -> None:
    seen = await shown(market)
    await market.service.receive("service.updated", offered(**edit), subject=SERVICE, sequence=2)
    refused = await market.as_customer("POST", "/bookings", json=wanted(market, seen))
    assert (refused.status_code, refused.json()["changed"]) == (409, [changed])
    assert said in refused.json()["detail"]
    answer = await market.as_customer("POST", "/bookings", json=wanted(market, seen | {changed: None}))
    assert answer.status_code == 201


async def test_terms_that_no_longer_book_at_once_are_said_so(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)
    seen = await shown(market)
    await market.as_provider("PUT", "/bookings/policy", json={"cancellation": NO_REFUND, "instant_booking": False})
    refused = await market.as_customer("POST", "/bookings", json=wanted(market, seen))
    assert refused.json()["changed"] == ["instant_book", "policy_version"]
    assert "the provider has to agree first" in refused.json()["detail"]


@pytest.mark.parametrize(
    "expected",
    [
        {"cost": 1},
        {"price": {"amount": 90.5, "currency": "NZD"}},
        {"price": {"amount": 1}},
        {"price": {"amount": 1, "currency": "nzd"}},
        {"policy_version": -1},
        {"policy_version": 2**64},
    ],
)
async def test_what_makes_no_sense_is_refused(market: Market, expected: dict[str, Any]) -> None:
    answer = await market.as_customer("POST", "/bookings", json=wanted(market, expected))
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
