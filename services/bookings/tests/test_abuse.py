"""What an attacker has tried, and what must hold: held times, mails, other people's answers, endless changes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from .conftest import CUSTOMER, SERVICE, Market, offered
from .test_actions import run_due
from .test_reminders import sent


async def hold(market: Market, email: str, **ahead: float) -> tuple[int, str | None]:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(**ahead),
        "email": email,
        "full_name": "Gus",
        "phone_number": "021 555 000",
    }
    answer = await market.service.http.post("/bookings/guest", json=body)
    return answer.status_code, answer.json().get("code")


async def test_a_mailbox_has_two_holds_however_it_is_spelt_and_however_many_ask_at_once(market: Market) -> None:
    spellings = ("victim@gmail.com", "v.ictim@gmail.com", "Victim+1@gmail.com", "vic.tim+2@GMAIL.com")
    answers = await asyncio.gather(*(hold(market, spellings[n % 4], days=2 + n) for n in range(20)))
    assert sorted(answers, key=str) == [(201, None)] * 2 + [(409, "too_many_holds")] * 18
    assert await market.service.db["bookings"].count_documents({}) == 2


async def test_a_mailbox_gets_ten_mails_a_day_from_strangers(market: Market) -> None:
    for n in range(10):
        guest = await market.book_as_guest(starts_at=market.starts_in(days=2 + n))
        assert (await guest.act("verify_guest")).status_code == 200
    answer = await hold(market, "gus@example.com", days=20)
    assert answer == (429, "too_many_mails")
    market.clock.advance(timedelta(days=1))
    assert await hold(market, "gus@example.com", days=20) == (201, None)


async def test_strangers_hold_six_times_of_a_provider_at_once(market: Market) -> None:
    answers = await asyncio.gather(*(hold(market, f"gus{n}@example.com", days=2 + n) for n in range(15)))
    assert sorted(answers, key=str) == [(201, None)] * 6 + [(409, "too_many_holds")] * 9
    market.clock.advance(timedelta(minutes=30))
    assert await run_due(market.service) == 6
    assert await hold(market, "later@example.com", days=2) == (201, None)


async def test_a_customer_asks_one_provider_ten_times_before_an_answer(market: Market) -> None:
    for n in range(10):
        await market.book(days=2 + n)
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=20)}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_requests_open")
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 201


@pytest.mark.parametrize(
    "name", ["visit http://evil.example/login", "www.evil.example/x", "a@b.example", "\u202e\u2066"]
)
async def test_a_name_is_no_place_for_an_address(market: Market, name: str) -> None:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=2),
        "email": "gus@example.com",
        "full_name": name,
        "phone_number": "021 555 000",
    }
    answer = await market.service.http.post("/bookings/guest", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "full_name")


async def test_an_answer_is_given_again_only_to_whoever_got_it(market: Market) -> None:
    guest = await market.book_as_guest()
    key = {"Idempotency-Key": "1"}
    path = f"/bookings/{guest.id}/actions/verify_guest"
    wrong = await market.service.http.post(path, json={}, headers=key | {"Booking-Key": "x" * 43})
    assert wrong.status_code == 404
    right = await guest("POST", "/actions/verify_guest", json={}, headers=key)
    assert right.status_code == 200, "a stranger's 404 is not kept for the guest"
    again = await guest("POST", "/actions/verify_guest", json={}, headers=key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    for headers, status in (({}, 401), ({"Booking-Key": "x" * 43}, 404), ({"authorization": "Bearer bad"}, 401)):
        stranger = await market.service.http.post(path, json={}, headers=key | headers)
        assert stranger.status_code == status
        assert "gus@example.com" not in stranger.text


async def test_of_a_guest_who_never_confirmed_nothing_is_told_or_kept(market: Market) -> None:
    guest = await market.book_as_guest()
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    seen = await market.as_provider("GET", f"/bookings/{guest.id}")
    assert (seen.json()["status"], seen.json()["guest"]) == ("expired", None)
    for kept in ("gus@example.com", "555 000", "Gus"):
        assert kept not in seen.text
        assert kept not in str(await market.service.db["bookings"].find_one({"_id": guest.id}))


async def test_a_booking_cannot_be_changed_for_ever_but_always_ended(market: Market) -> None:
    booking = await market.book(days=3)
    for n in range(39):
        booking = await market.done(
            market.as_customer, booking, "change_time", starts_at=market.starts_in(days=4, minutes=15 * (n % 2))
        )
    refused = await market.act(market.as_customer, booking, "change_time", starts_at=market.starts_in(days=5))
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
    assert refused.json()["detail"].startswith("This booking has been changed too often")
    booking = await market.done(market.as_provider, booking, "accept")
    await market.done(market.as_customer, booking, "cancel")


async def test_moving_a_request_to_and_fro_does_not_remind_again_and_again(market: Market) -> None:
    booking = await market.book(hours=20)
    market.clock.advance(timedelta(hours=12))
    for n in range(4):
        await run_due(market.service)
        await market.done(
            market.as_customer, booking, "change_time", starts_at=market.starts_in(hours=8, minutes=15 * (n % 2 + 1))
        )
    assert await sent(market) == [("answer_request", ["provider"])]


async def test_what_is_offered_can_be_booked_with_the_longest_buffers(market: Market) -> None:
    long_break = offered(buffer_minutes=1440)
    await market.service.receive("service.updated", long_break, subject=SERVICE, sequence=2)
    await market.book("customer-2", days=5)

    async def slots(**params: Any) -> list[str]:
        answer = await market.service.http.get("/bookings/availability", params={"service_id": SERVICE} | params)
        return [item["starts_at"] for item in answer.json()["items"]]

    week = await slots(**{"from": market.starts_in(days=1), "to": market.starts_in(days=8)})
    for hours in range(24, 8 * 24, 5):
        start = market.starts_in(hours=hours)
        just_then = await slots(**{"from": start, "to": market.starts_in(hours=hours, seconds=1)})
        assert [slot for slot in week if slot in just_then] == just_then
    assert len(week) < 7 * 96


async def test_text_has_no_control_characters(market: Market) -> None:
    for text in ("\x00", "a\x1bb", "   ", "\u200b"):
        body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "note": text}
        answer = await market.as_user(CUSTOMER, "POST", "/bookings", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "note"), repr(text)
