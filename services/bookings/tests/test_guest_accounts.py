"""A guest's booking comes to be an account's: what changes, what does not, and what happens at the same time."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gigsta_bookings import events
from gigsta_bookings.callers import secret_hash
from gigsta_bookings.models import Booking
from gigsta_common.events import UserClosed, UserGuestKnown

from .conftest import CUSTOMER, PROVIDER, SERVICE, Guest, Market
from .test_actions import run_due

ACCOUNT = "gus-the-user"


async def known(market: Market, guest: Guest, user_id: str = ACCOUNT, event_id: str | None = None) -> None:
    told = UserGuestKnown(user_id=user_id, booking_id=guest.id)
    await market.service.receive("user.guest_known", told, subject=user_id, sequence=3, event_id=event_id)


async def verified(market: Market, **body: Any) -> Guest:
    guest = await market.book_as_guest(**body)
    assert (await guest.act("verify_guest")).status_code == 200
    return guest


async def listed(market: Market, user_id: str) -> list[str]:
    answer = await market.as_user(user_id, "GET", "/bookings", params={"role": "customer"})
    return [item["id"] for item in answer.json()["items"]]


async def stored(market: Market, guest: Guest) -> dict[str, Any]:
    document = await market.service.db["bookings"].find_one({"_id": guest.id})
    assert document is not None
    return document


async def test_the_event_of_the_verification_says_who_it_is_and_no_other_does(market: Market) -> None:
    guest = await verified(market, email="Gus@Example.com")
    booking = (await guest("GET")).json()
    await market.done(market.as_provider, booking, "accept")
    await market.service.settle()
    told = {event.name: event.data["verified_guest"] for event in market.service.published if event.subject == guest.id}
    who = {"email": "gus@example.com", "full_name": "Gus Guest", "secret_hash": secret_hash(guest.secret)}
    assert told == {"booking.held": None, "booking.verified": who, "booking.confirmed": None}


async def test_the_booking_is_the_accounts_and_the_link_goes_on_opening_it(market: Market) -> None:
    guest = await verified(market)
    before = (await guest("GET")).json()
    assert await listed(market, ACCOUNT) == []
    assert (await market.as_user(ACCOUNT, "GET", f"/bookings/{guest.id}")).status_code == 404
    await known(market, guest)

    assert await listed(market, ACCOUNT) == [guest.id]
    mine = (await market.as_user(ACCOUNT, "GET", f"/bookings/{guest.id}")).json()
    by_link = (await guest("GET")).json()
    assert mine == by_link
    assert mine["customer"] == {"id": ACCOUNT, "name": "Gus Guest"}
    assert mine["roles"] == ["customer"]
    entry = mine["history"][-1]
    assert (entry["action"], entry["actor"], entry["note"]) == (
        "link_account",
        "system",
        "Linked to the customer's account",
    )
    assert (entry["from_status"], entry["to_status"], entry["version"]) == ("pending", "pending", 3)
    assert (await guest("GET", "/history/verify")).json()["intact"] is True
    changed = {"customer", "history", "version"}
    assert {name for name, value in before.items() if mine[name] != value} == changed

    assert (await market.as_user("stranger", "GET", f"/bookings/{guest.id}")).status_code == 404
    assert (await guest.act("change_time", starts_at=market.starts_in(days=3))).status_code == 200
    await market.done(lambda *a, **o: market.as_user(ACCOUNT, *a, **o), mine, "withdraw")
    entries = (await stored(market, guest))["history"][-2:]
    assert [entry["actor_id"] for entry in entries] == [f"guest-{guest.id}", ACCOUNT]


async def test_the_others_hear_of_the_link_and_of_the_account_from_then_on(market: Market) -> None:
    guest = await verified(market)
    await known(market, guest)
    await market.done(market.as_provider, (await guest("GET")).json(), "accept")
    await market.service.settle()
    told = [event for event in market.service.published if event.subject == guest.id][-2:]
    assert [(event.name, event.sequence, event.data["customer_id"]) for event in told] == [
        ("booking.linked", 3, ACCOUNT),
        ("booking.confirmed", 4, ACCOUNT),
    ]
    linked = told[0].data
    assert (linked["action_name"], linked["from_status"], linked["to_status"]) == ("link_account", "pending", "pending")
    assert linked["history_hash"] == (await stored(market, guest))["history"][2]["hash"]


async def test_the_same_event_twice_links_once(market: Market) -> None:
    guest = await verified(market)
    for _ in range(2):
        await known(market, guest, event_id="event-1")
        await market.service.db["inbox_seen"].delete_many({})
    assert len((await guest("GET")).json()["history"]) == 3
    assert market.service.published_names().count("booking.linked") == 1


async def test_a_booking_that_has_an_owner_gets_no_other(market: Market) -> None:
    guest = await verified(market)
    await known(market, guest)
    await known(market, guest, "somebody-else")
    assert (await stored(market, guest))["customer_id"] == ACCOUNT
    mine = await market.book(days=4)
    told = UserGuestKnown(user_id=ACCOUNT, booking_id=mine["id"])
    await market.service.receive("user.guest_known", told, subject=ACCOUNT)
    assert (await market.as_customer("GET", f"/bookings/{mine['id']}")).json()["customer"]["id"] == CUSTOMER
    nowhere = UserGuestKnown(user_id=ACCOUNT, booking_id="no-such-booking")
    await market.service.receive("user.guest_known", nowhere, subject=ACCOUNT)
    assert await market.service.db["inbox_seen"].count_documents({"type": "nz.gigsta.user.guest_known.v1"}) == 4


async def test_before_the_address_is_proven_it_is_nobodys(market: Market) -> None:
    guest = await market.book_as_guest()
    await known(market, guest)
    assert (await stored(market, guest))["customer_id"] == f"guest-{guest.id}"
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    await known(market, guest)
    assert await listed(market, ACCOUNT) == []


async def test_a_provider_does_not_become_their_own_customer(market: Market) -> None:
    guest = await verified(market)
    await known(market, guest, PROVIDER)
    assert (await stored(market, guest))["customer_id"] == f"guest-{guest.id}"
    assert (await market.as_provider("GET", f"/bookings/{guest.id}")).json()["roles"] == ["provider"]


@pytest.mark.parametrize("action", ["cancel", "accept"])
async def test_the_link_and_an_action_at_the_same_moment_both_happen(market: Market, action: str) -> None:
    guest = await verified(market)
    if action == "cancel":
        await market.done(market.as_provider, (await guest("GET")).json(), "accept")
    booking = (await guest("GET")).json()

    async def act() -> int:
        if action == "cancel":
            return (await guest.act("cancel", version=booking["version"])).status_code
        return (await market.act(market.as_provider, booking, "accept", version=booking["version"])).status_code

    status, _ = await asyncio.gather(act(), known(market, guest))
    assert status == 200
    after = await stored(market, guest)
    assert (after["customer_id"], after["version"]) == (ACCOUNT, booking["version"] + 2)
    assert {entry["action"] for entry in after["history"][-2:]} == {action, "link_account"}
    assert (await guest("GET", "/history/verify")).json()["intact"] is True
    await market.service.settle()
    told = sorted(event.sequence for event in market.service.published if event.subject == guest.id)
    assert told == list(range(1, after["version"] + 1))


async def test_what_was_ended_meanwhile_is_still_shown_in_the_account(market: Market) -> None:
    guest = await verified(market)
    assert (await guest.act("withdraw")).status_code == 200
    await known(market, guest)
    assert await listed(market, ACCOUNT) == [guest.id]
    assert (await stored(market, guest))["status"] == "cancelled"


async def test_who_has_closed_the_account_meanwhile_is_seen_off_from_the_booking_too(market: Market) -> None:
    guest = await verified(market)
    closed = UserClosed(user_id=ACCOUNT, closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject=ACCOUNT, sequence=4)
    market.clock.advance(timedelta(hours=2))
    for _ in range(2):
        await market.service.app.state.use_cases.departures.run_due()
    await known(market, guest)
    await market.service.app.state.use_cases.departures.run_due()
    after = await stored(market, guest)
    assert (after["status"], after["customer_name"]) == ("cancelled", None)
    assert "gus@example.com" not in str(after)
    assert (await guest("GET")).status_code == 404, "the link is dead, too"


async def test_who_looked_before_the_link_still_acts_on_what_they_saw(market: Market) -> None:
    guest = await verified(market)
    seen = (await guest("GET")).json()["version"]
    await known(market, guest)
    moved = await guest.act("change_time", version=seen, starts_at=market.starts_in(days=3))
    assert moved.status_code == 200
    late = await guest.act("withdraw", version=seen)
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict"), "that was another change"
    ahead = await guest.act("withdraw", version=moved.json()["version"] + 1)
    assert (ahead.status_code, ahead.json()["code"]) == (409, "version_conflict")


async def test_being_linked_moves_no_deadline(market: Market) -> None:
    guest = await verified(market, starts_at=market.starts_in(hours=3))
    before = (await guest("GET")).json()
    document = await stored(market, guest)
    market.clock.advance(timedelta(minutes=110))
    await known(market, guest)
    after = (await guest("GET")).json()
    assert (after["next_automatic"], after["updated_at"]) == (before["next_automatic"], before["updated_at"])
    assert (await stored(market, guest))["wake_at"] == document["wake_at"]


async def test_linked_requests_count_among_those_of_the_account(market: Market) -> None:
    for n in range(10):
        await known(market, await verified(market, email="gus@gmail.com", starts_at=market.starts_in(days=2 + n)))
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=20)}
    answer = await market.as_user(ACCOUNT, "POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_requests_open")


async def test_no_booking_stays_behind_because_the_account_has_many_requests_already(market: Market) -> None:
    for n in range(10):
        await market.book(ACCOUNT, days=2 + n)
    guest = await verified(market, starts_at=market.starts_in(days=15))
    await known(market, guest)
    assert (await stored(market, guest))["customer_id"] == ACCOUNT
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=20)}
    waiting = (await market.as_user(ACCOUNT, "GET", "/bookings?status=pending")).json()["items"]
    assert len(waiting) == 11
    for booking in waiting[:2]:
        refused = await market.as_user(ACCOUNT, "POST", "/bookings", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "too_many_requests_open")
        await market.done(market.as_provider, booking, "accept")
    assert (await market.as_user(ACCOUNT, "POST", "/bookings", json=body)).status_code == 201


async def test_the_request_that_made_it_finds_it_again(market: Market) -> None:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=2),
        "email": "gus@example.com",
        "full_name": "Gus Guest",
        "phone_number": "+64 21 555 000",
    }
    key = {"Idempotency-Key": "pressed-twice"}
    made = await market.service.http.post("/bookings/guest", json=body, headers=key)
    await market.service.settle()
    secret = market.service.published[-1].data["guest"]["secret"]
    guest = Guest(market, made.json()["id"], secret)
    await guest.act("verify_guest")
    await known(market, guest)
    await market.service.db["idempotency_keys"].delete_many({})  # as if the answer had been lost
    again = await market.service.http.post("/bookings/guest", json=body, headers=key)
    assert (again.status_code, again.json()["id"]) == (201, guest.id)


async def test_the_account_learns_no_more_from_the_event_than_it_needs(market: Market) -> None:
    guest = await verified(market)
    await known(market, guest)
    booking = Booking.model_validate(await stored(market, guest))
    assert events.changed(booking).guest is None
    assert events.changed(booking).verified_guest is None
