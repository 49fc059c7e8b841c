"""Where a provider works from is told while a booking is confirmed and under way, and only then."""

from datetime import timedelta
from typing import Any

import pytest

from gigsta_common.events import UserClosed

from .conftest import PROVIDER, SERVICE, Market, offered

PLACE = {"address": "1 Queen Street, Auckland", "lat": -36.8485, "lng": 174.7633}


async def place(market: Market, booking: dict[str, Any]) -> Any:
    answer = await market.as_customer("GET", f"/bookings/{booking['id']}")
    return answer.json()["service_location"]


async def test_a_customer_learns_it_when_the_booking_is_confirmed(market: Market) -> None:
    booking = await market.book()
    assert booking["service_location"] is None
    assert await place(market, booking) is None
    assert (await market.done(market.as_provider, booking, "accept"))["service_location"] == PLACE
    assert await place(market, booking) == PLACE


async def test_not_where_it_is_the_provider_who_comes(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    assert await place(market, booking) == PLACE
    await market.service.receive("service.updated", offered(service_radius_km=15), subject=SERVICE, sequence=20)
    assert await place(market, booking) is None


async def test_not_when_it_comes_to_nothing(market: Market) -> None:
    declined, cancelled = await market.book(), await market.book(days=3)
    await market.done(market.as_provider, declined, "decline", reason="Fully booked.")
    await market.done(market.as_provider, cancelled, "accept")
    await market.done(market.as_customer, cancelled, "cancel", reason="We are away.")
    assert [await place(market, booking) for booking in (declined, cancelled)] == [None, None]


async def test_not_once_the_work_is_done(market: Market) -> None:
    """Or whoever booked once would learn where the provider has moved to years later."""
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    market.clock.advance(timedelta(days=2))
    assert (await market.done(market.as_provider, booking, "start"))["service_location"] == PLACE
    await market.done(market.as_provider, booking, "complete")
    assert await place(market, booking) is None
    await market.done(market.as_customer, booking, "confirm_completion")
    assert await place(market, booking) is None
    await market.done(market.as_customer, booking, "open_dispute", reason="Half of it is missing.")
    assert await place(market, booking) is None


async def test_a_report_of_absence_may_be_taken_back_on_the_way(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    market.clock.advance(timedelta(days=2, minutes=20))
    await market.done(market.as_customer, booking, "report_no_show")
    assert await place(market, booking) == PLACE
    await market.done(market.as_provider, booking, "contest_no_show")
    assert await place(market, booking) is None


async def test_a_guest_learns_it_too(market: Market) -> None:
    guest = await market.book_as_guest()
    assert (await guest.act("verify_guest")).json()["service_location"] is None
    await market.done(market.as_provider, {"id": guest.id}, "accept")
    assert (await guest("GET")).json()["service_location"] == PLACE


async def test_it_is_where_the_provider_works_now_and_nowhere_once_they_are_gone(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    moved = {"address": "2 Albert Street, Auckland", "lat": -36.85, "lng": 174.76}
    await market.service.receive("service.updated", offered(location=moved), subject=SERVICE, sequence=20)
    assert await place(market, booking) == moved
    gone = offered(status="archived", location={"address": "", "lat": -36.8, "lng": 174.8})
    await market.service.receive("service.archived", gone, subject=SERVICE, sequence=21)
    closed = UserClosed(user_id=PROVIDER, closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject=PROVIDER)
    assert await place(market, booking) is None


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ('{"lat": "-36.8", "lng": 174.7}', "location.lat"),
        ('{"lat": -36.8, "lng": true}', "location.lng"),
        ('{"lat": NaN, "lng": 174.7}', "location.lat"),
        ('{"lat": -36.8, "lng": 180.1}', "location.lng"),
        ('{"lat": -36.8}', "location.lng"),
    ],
)
async def test_a_place_is_two_numbers_on_the_globe(market: Market, place: str, field: str) -> None:
    body = f'{{"service_id": "{SERVICE}", "starts_at": "{market.starts_in(days=2)}", "location": {place}}}'
    answer = await market.as_customer("POST", "/bookings", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def test_numbers_without_a_fraction_will_do(market: Market) -> None:
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "location": {"lat": -37, "lng": 175}}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["location"]) == (201, {"lat": -37, "lng": 175})


@pytest.mark.parametrize(("lat", "lng", "field"), [("nan", "1", "lat"), ("1", "inf", "lng"), ("91", "1", "lat")])
async def test_nowhere_has_no_free_times(market: Market, lat: str, lng: str, field: str) -> None:
    question = {"service_id": SERVICE, "lat": lat, "lng": lng}
    answer = await market.service.http.get("/bookings/availability", params=question)
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (422, [field])


async def told_places(market: Market, booking: dict[str, Any]) -> list[str | None]:
    await market.service.settle()
    return [event.data["place"] for event in market.service.published if event.subject == booking["id"]]


async def test_the_events_by_which_mails_are_written_say_where_to_meet(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    await market.done(market.as_customer, booking, "cancel", reason="We are away.")
    assert await told_places(market, booking) == [None, "1 Queen Street, Auckland", None]


async def test_a_provider_who_comes_is_told_where_and_does_not_say_where_they_live(market: Market) -> None:
    await market.service.receive("service.updated", offered(service_radius_km=20), subject=SERVICE, sequence=20)
    for address in ("5 Rose Road, Grey Lynn", None):
        days = 2 if address else 3
        body = {"service_id": SERVICE, "starts_at": market.starts_in(days=days), "address": address}
        booking = (await market.as_customer("POST", "/bookings", json=body)).raise_for_status().json()
        await market.done(market.as_provider, booking, "accept")
        assert (await told_places(market, booking))[-1] == address
