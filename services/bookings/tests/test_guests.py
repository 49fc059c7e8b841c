"""Booking without an account: a held time, one mail link, and what it opens."""

import asyncio
import base64
import re
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from .conftest import PROVIDER, SERVICE, Market, offered
from .test_actions import run_due


def names(booking: dict[str, Any]) -> list[str]:
    return [action["action_name"] for action in booking["available_actions"] if action["enabled"]]


async def test_a_guest_holds_the_time_and_confirms_it_by_the_link(market: Market) -> None:
    guest = await market.book_as_guest()
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2)}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 409
    seen = (await guest("GET")).json()
    assert (seen["status"], names(seen), seen["roles"]) == ("awaiting_verification", ["verify_guest"], ["guest"])
    assert seen["next_automatic"]["action_name"] == "expire_verification"

    booking = (await guest.act("verify_guest")).json()
    assert (booking["status"], names(booking)) == ("pending", ["withdraw", "change_time"])
    assert booking["history"][-1]["note"] == "Email verified"
    asked = await market.as_provider("GET", f"/bookings/{guest.id}")
    assert asked.json()["guest"] == {"email": "gus@example.com", "phone_number": "+64 21 555 000"}
    await market.done(market.as_provider, booking, "accept")
    after = await guest.act("cancel")
    assert (after.status_code, after.json()["status"]) == (200, "cancelled")


async def test_the_link_confirms_once(market: Market) -> None:
    guest = await market.book_as_guest()
    answers = await asyncio.gather(*(guest.act("verify_guest") for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    again = await guest.act("verify_guest")
    assert (again.status_code, again.json()["code"]) == (409, "action_not_available")
    assert (await guest("GET")).status_code == 200, "the link goes on opening the booking"


async def test_the_secret_stands_in_no_document_and_in_no_later_event(market: Market) -> None:
    guest = await market.book_as_guest()
    await guest.act("verify_guest")
    await market.service.settle()
    async for document in market.service.db["bookings"].find():
        assert guest.secret not in str(document)
    told = [event for event in market.service.published if guest.secret in event.model_dump_json()]
    assert [event.name for event in told] == ["booking.held"]


async def test_the_provider_learns_who_it_is_only_when_the_address_is_proven(market: Market) -> None:
    guest = await market.book_as_guest()
    assert (await market.as_provider("GET", f"/bookings/{guest.id}")).json()["guest"] is None


async def test_what_a_guest_is_told_no_cache_gives_to_others(market: Market) -> None:
    guest = await market.book_as_guest()
    for answer in (await guest("GET"), await guest.act("verify_guest")):
        assert answer.status_code == 200
        assert (answer.headers["cache-control"], answer.headers["vary"]) == (
            "private, no-cache",
            "Authorization, Booking-Key",
        )


@pytest.mark.parametrize("letters", [82, 110])
async def test_an_address_that_is_longer_in_small_letters_is_refused(market: Market, letters: int) -> None:
    email = "İ" * letters + "@gmail.com"
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "email": email}
    body |= {"full_name": "Gus Guest", "phone_number": "+64 21 555 000"}
    answer = await market.service.http.post("/bookings/guest", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "email")


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 43])
async def test_without_the_secret_there_is_nothing(market: Market, secret: str) -> None:
    guest = await market.book_as_guest()
    guest.secret = secret
    expected = 404 if secret else 401
    assert (await guest("GET")).status_code == expected
    assert (await guest.act("verify_guest")).status_code == expected
    strangers = await market.as_user("stranger", "POST", f"/bookings/{guest.id}/actions/verify_guest", json={})
    assert strangers.status_code == 404


async def test_one_guests_secret_opens_no_other_booking(market: Market) -> None:
    one = await market.book_as_guest("one@example.com")
    other = await market.book_as_guest("other@example.com", starts_at=market.starts_in(days=3))
    other.secret = one.secret
    assert (await other("GET")).status_code == 404
    mine = await market.book(days=4)
    headers = {"Booking-Key": one.secret}
    assert (await market.service.http.get(f"/bookings/{mine['id']}", headers=headers)).status_code == 404
    assert (await market.service.http.get("/bookings", headers=headers)).status_code == 401


async def test_a_hold_that_is_not_confirmed_lapses_and_frees_the_time(market: Market) -> None:
    guest = await market.book_as_guest()
    market.clock.advance(timedelta(minutes=29, seconds=59))
    assert await run_due(market.service) == 0
    starts_at = (await guest("GET")).json()["starts_at"]
    market.clock.advance(timedelta(seconds=1))
    late = await guest.act("verify_guest")
    assert (late.status_code, late.json()["code"]) == (409, "action_not_available")
    assert await run_due(market.service) == 1
    assert (await guest("GET")).json()["status"] == "expired"
    body = {"service_id": SERVICE, "starts_at": starts_at}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201


async def test_the_time_to_answer_counts_from_the_confirmation(market: Market) -> None:
    guest = await market.book_as_guest()
    market.clock.advance(timedelta(minutes=20))
    booking = (await guest.act("verify_guest")).json()
    due = market.clock.now() + timedelta(hours=24)
    assert booking["next_automatic"]["at"] == due.isoformat().replace("+00:00", "Z")


async def test_an_instant_service_is_booked_when_the_address_is_confirmed(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)
    guest = await market.book_as_guest()
    assert (await guest("GET")).json()["status"] == "awaiting_verification"
    assert (await guest.act("verify_guest")).json()["status"] == "confirmed"


async def test_holds_cannot_empty_a_calendar(market: Market) -> None:
    """Three unverified holds a day, two for one address; whoever has an account books on."""
    start = market.clock.now() + timedelta(days=3)

    async def hold(n: int, email: str) -> tuple[int, str]:
        body = {
            "service_id": SERVICE,
            "starts_at": (start + timedelta(hours=n)).isoformat(),
            "email": email,
            "full_name": "Gus",
            "phone_number": "021 555 000",
        }
        answer = await market.service.http.post("/bookings/guest", json=body)
        return answer.status_code, answer.json().get("code", "")

    answers = await asyncio.gather(*(hold(n, f"gus{n}@example.com") for n in range(4)))
    day = start.date()
    per_day = await market.service.db["calendar_days"].find({"_id": {"$gte": f"{PROVIDER}:{day}"}}).to_list()
    assert all(sum(claim["kind"] == "hold" for claim in found["claims"]) <= 3 for found in per_day)
    assert sorted(answers) == [(201, "")] * 3 + [(409, "too_many_holds")]
    body = {"service_id": SERVICE, "starts_at": (start + timedelta(hours=7)).isoformat()}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201
    again = [await hold(24 + n, "GUS@example.com") for n in range(3)]
    assert again == [(201, ""), (201, ""), (409, "too_many_holds")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not-an-address"),
        ("email", {"$ne": None}),
        ("full_name", "Gus\r\nBcc: everybody"),
        ("full_name", ""),
        ("phone_number", "call me"),
        ("customer_id", "customer-1"),
    ],
)
async def test_what_a_guest_says_is_checked(market: Market, field: str, value: object) -> None:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=2),
        "email": "gus@example.com",
        "full_name": "Gus",
        "phone_number": "021 555 000",
    }
    answer = await market.service.http.post("/bookings/guest", json=body | {field: value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_the_same_key_holds_once(market: Market) -> None:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=2),
        "email": "gus@example.com",
        "full_name": "Gus",
        "phone_number": "021 555 000",
    }
    key = {"Idempotency-Key": "pressed-twice"}
    one = await market.service.http.post("/bookings/guest", json=body, headers=key)
    two = await market.service.http.post("/bookings/guest", json=body, headers=key)
    assert (one.status_code, one.json()) == (201, two.json())
    await market.service.settle()
    assert market.service.published_names().count("booking.held") == 1


@pytest.mark.parametrize("a_day_later", [False, True])
async def test_the_key_of_one_guest_is_nothing_to_another(market: Market, a_day_later: bool) -> None:
    key = {"Idempotency-Key": "1"}
    held = []
    for number, email in enumerate(("gus@example.com", "gil@example.com")):
        body = {
            "service_id": SERVICE,
            "starts_at": market.starts_in(days=2 + number),
            "email": email,
            "full_name": "Guest",
            "phone_number": "021 555 000",
        }
        held.append(await market.service.http.post("/bookings/guest", json=body, headers=key))
        if a_day_later:
            await market.service.db["idempotency_keys"].delete_many({})
    assert [answer.status_code for answer in held] == [201, 201]
    assert held[0].json()["id"] != held[1].json()["id"]
    await market.service.settle()
    mailed = [event.data["guest"]["email"] for event in market.service.published if event.data.get("guest")]
    assert mailed == ["gus@example.com", "gil@example.com"]


async def test_the_page_behind_the_link_does_nothing_by_itself(market: Market) -> None:
    guest = await market.book_as_guest()
    page = await market.service.http.get("/bookings/guest")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        [inline] = re.findall(rf"<{tag}>(.*?)</{tag}>", page.text, re.DOTALL)
        assert inline.strip()
        hashed = base64.b64encode(sha256(inline.encode()).digest()).decode()
        assert f"{directive} 'sha256-{hashed}'" in page.headers["content-security-policy"]
    assert (await guest("GET")).json()["status"] == "awaiting_verification"


async def test_a_guest_moves_their_booking_to_times_that_they_are_offered(market: Market) -> None:
    """As the page behind the link does it: what takes a time says so, and where the times are."""
    guest = await market.book_as_guest()
    booking = (await guest.act("verify_guest")).json()

    def taking(field: str) -> list[str]:
        return [action["action_name"] for action in booking["available_actions"] if action[field]]

    async def free(place: int) -> str:
        query = {"booking_id": guest.id, "from": market.starts_in(days=1), "to": market.starts_in(days=20)}
        answer = await market.service.http.get(
            "/bookings/availability", params=query, headers={"Booking-Key": guest.secret}
        )
        starts_at: str = answer.json()["items"][place]["starts_at"]
        return starts_at

    assert taking("requires_time") == ["change_time"]
    wanted = await free(5)
    booking = (await guest.act("change_time", version=booking["version"], starts_at=wanted)).json()
    assert booking["starts_at"] == wanted
    await market.done(market.as_provider, booking, "accept")
    booking = (await guest("GET")).json()
    assert taking("requires_time") == ["propose_reschedule"]
    wanted = await free(50)
    booking = (await guest.act("propose_reschedule", starts_at=wanted, reason="A wedding")).json()
    assert (taking("about_proposal"), booking["proposal"]["by"]) == (["withdraw_reschedule"], "customer")
    booking = (await guest.act("withdraw_reschedule", proposal_version=booking["proposal"]["version"])).json()
    await market.done(market.as_provider, booking, "propose_reschedule", starts_at=wanted)
    booking = (await guest("GET")).json()
    assert taking("about_proposal") == ["accept_reschedule", "decline_reschedule"]
    stale = await guest.act("accept_reschedule", proposal_version=booking["proposal"]["version"] - 2)
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    booking = (await guest.act("accept_reschedule", proposal_version=booking["proposal"]["version"])).json()
    assert (booking["starts_at"], booking["proposal"]) == (wanted, None)
