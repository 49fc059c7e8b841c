"""Whoever travels so far, and no farther, is booked for places within that distance alone."""

from typing import Any

import pytest

from gigsta_bookings.models import Place
from gigsta_bookings.models.offering import distance_km

from .conftest import SERVICE, Market, offered

QUEEN_STREET = {"lat": -36.8485, "lng": 174.7633}
MANUKAU = {"lat": -36.9928, "lng": 174.8790}
"""19 km from there."""
HAMILTON = {"lat": -37.7870, "lng": 175.2793}
"""114 km from there."""


async def travels(market: Market, km: float | None) -> None:
    await market.service.receive("service.updated", offered(service_radius_km=km), subject=SERVICE, sequence=2)


async def free(market: Market, place: dict[str, float]) -> tuple[bool, bool]:
    question: dict[str, Any] = {"service_id": SERVICE, **place}
    answer = await market.service.http.get("/bookings/availability", params=question)
    return answer.json()["in_service_area"], bool(answer.json()["items"])


async def book(market: Market, place: dict[str, float] | None, *, guest: bool = False) -> tuple[int, Any]:
    body: dict[str, Any] = {"service_id": SERVICE, "starts_at": market.starts_in(days=2)}
    body |= {"location": place} if place else {}
    if guest:
        body |= {"email": "gus@example.com", "full_name": "Gus Guest", "phone_number": "021 555 000"}
        answer = await market.service.http.post("/bookings/guest", json=body)
    else:
        answer = await market.as_customer("POST", "/bookings", json=body)
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize("guest", [False, True])
async def test_a_place_beyond_the_radius_has_no_times_and_is_not_booked(market: Market, guest: bool) -> None:
    await travels(market, 20)
    assert (await free(market, MANUKAU), await free(market, HAMILTON)) == ((True, True), (False, False))
    assert await book(market, HAMILTON, guest=guest) == (409, "outside_service_area")
    assert await book(market, MANUKAU, guest=guest) == (201, None)


async def test_the_answer_says_how_far_they_go(market: Market) -> None:
    await travels(market, 2.5)
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "location": HAMILTON}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert answer.json()["detail"] == "The provider travels 2.5 km, and that place is farther away."


async def test_where_no_place_is_told_or_no_radius_set_the_provider_judges(market: Market) -> None:
    await travels(market, 20)
    assert await book(market, None) == (201, None)
    await market.service.receive("service.updated", offered(), subject=SERVICE, sequence=3)
    assert (await free(market, HAMILTON)) == (True, True)
    assert await book(market, HAMILTON, guest=True) == (409, "slot_unavailable"), "the time is taken, the place is not"


@pytest.mark.parametrize(
    ("km", "place", "status"),
    [(20, MANUKAU, "confirmed"), (20, None, "pending"), (None, None, "confirmed"), (None, HAMILTON, "confirmed")],
)
async def test_nothing_is_booked_at_once_for_a_place_that_nobody_has_judged(
    market: Market, km: float | None, place: dict[str, float] | None, status: str
) -> None:
    offer = offered(service_radius_km=km, instant_book=True)
    await market.service.receive("service.updated", offer, subject=SERVICE, sequence=2)
    instant = status == "confirmed"
    question: dict[str, Any] = {"service_id": SERVICE, **(place or {})}
    told = (await market.service.http.get("/bookings/availability", params=question)).json()
    assert told["instant_book"] is instant
    where: dict[str, Any] = {"address": "1 Main Street, Invercargill"} | ({"location": place} if place else {})
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "expected": {"instant_book": instant}}
    booking = (await market.as_customer("POST", "/bookings", json=body | where)).json()
    assert (booking["status"], booking["history"][-1]["action"]) == (status, "create_instant" if instant else "create")
    guest = await market.book_as_guest(starts_at=market.starts_in(days=3), **where)
    assert (await guest.act("verify_guest")).json()["status"] == status


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (QUEEN_STREET, QUEEN_STREET, 0),
        (QUEEN_STREET, MANUKAU, 19.1),
        (QUEEN_STREET, HAMILTON, 113.9),
        ({"lat": -44.0, "lng": 179.9}, {"lat": -44.0, "lng": -179.9}, 16.0),
        ({"lat": 90.0, "lng": 0.0}, {"lat": -90.0, "lng": 120.0}, 20015.1),
    ],
)
def test_distances_are_along_the_globe(one: dict[str, float], other: dict[str, float], km: float) -> None:
    for first, second in ((one, other), (other, one)):
        assert distance_km(Place(**first), Place(**second)) == pytest.approx(km, abs=0.1)
