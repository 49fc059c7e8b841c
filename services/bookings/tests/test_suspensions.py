"""Whoever is suspended takes nothing any more, whichever way they come, until they are reinstated."""

from typing import Any

import pytest

from gigsta_bookings.main import create_app
from gigsta_bookings.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import UserGuestKnown, UserReinstated, UserSuspended
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CUSTOMER, MIGRATIONS, PROVIDER, SERVICE, Market, offered
from .test_mail_links import SECRET, code, links, look, take


@pytest.fixture
async def service(start_service: ServiceStarter, clock: ManualClock) -> TestService:
    return await start_service(
        create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600, mail_link_secret=SECRET
    )


async def suspend(market: Market, user_id: str, sequence: int = 5) -> None:
    data = UserSuspended(user_id=user_id, reason="Complaints.", suspended_at=market.clock.now())
    await market.service.receive("user.suspended", data, subject=user_id, sequence=sequence)


async def reinstate(market: Market, user_id: str, sequence: int = 6) -> None:
    data = UserReinstated(user_id=user_id, reason="Cleared up.", reinstated_at=market.clock.now())
    await market.service.receive("user.reinstated", data, subject=user_id, sequence=sequence)


async def to_be_confirmed(market: Market) -> tuple[dict[str, Any], str]:
    """Work that the customer may confirm, and the link for it in their mail."""
    booking = await market.book(minutes=15)
    for action in ("accept", "start", "complete"):
        await market.done(market.as_provider, booking, action)
    return booking, (await links(market, booking["id"], "customer"))["confirm_completion"]


async def test_a_suspended_customer_acts_neither_by_mail_nor_by_a_token_that_is_out(market: Market) -> None:
    booking, link = await to_be_confirmed(market)
    await suspend(market, CUSTOMER)
    assert code(await look(market, link)) == (403, "account_suspended")
    assert code(await take(market, link)) == (403, "account_suspended")
    answer = await market.act(market.as_customer, booking, "confirm_completion")
    assert code(answer) == (403, "account_suspended")
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2)}
    assert code(await market.as_customer("POST", "/bookings", json=body)) == (403, "account_suspended")
    assert (await market.as_admin("GET", f"/bookings/{booking['id']}")).json()["status"] == "awaiting_confirmation"
    await reinstate(market, CUSTOMER)
    assert (await take(market, link)).json()["status"] == "completed"


async def test_a_suspended_provider_acts_neither_and_is_not_booked(market: Market) -> None:
    booking = await market.book()
    link = (await links(market, booking["id"], "provider"))["accept"]
    await suspend(market, PROVIDER)
    assert code(await take(market, link)) == (403, "account_suspended")
    assert code(await market.act(market.as_provider, booking, "accept")) == (403, "account_suspended")
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=3)}
    answer = await market.as_user("customer-2", "POST", "/bookings", json=body)
    assert code(answer) == (409, "service_not_bookable"), "before catalog has said anything"
    withdrawn = await market.done(market.as_customer, booking, "withdraw")
    assert withdrawn["status"] == "cancelled", "the other side is not barred"


async def test_nor_do_they_change_when_and_how_they_work(market: Market) -> None:
    before, policy = [(await market.as_provider("GET", f"/bookings/{what}")).json() for what in ("schedule", "policy")]
    await suspend(market, PROVIDER)
    for answer in (
        await market.as_provider("PUT", "/bookings/schedule", json=before),
        await market.as_provider("PUT", "/bookings/policy", json=policy),
        await market.as_provider("POST", "/bookings/feed"),
    ):
        assert code(answer) == (403, "account_suspended")
    assert (await market.as_provider("GET", "/bookings/schedule")).json() == before
    await reinstate(market, PROVIDER)
    assert (await market.as_provider("POST", "/bookings/feed")).status_code == 201


async def test_what_a_suspended_party_may_not_do_is_shown_as_such_to_them_alone(market: Market) -> None:
    booking = await market.book()

    async def shown(who: Any) -> set[tuple[bool, str | None]]:
        detail = (await who("GET", f"/bookings/{booking['id']}")).json()["available_actions"]
        actions = (await who("GET", f"/bookings/{booking['id']}/actions")).json()["items"]
        assert actions == detail
        assert actions
        return {(action["enabled"], action["disabled_reason"]) for action in actions}

    before = await shown(market.as_customer)
    assert (True, None) in before
    await suspend(market, CUSTOMER)
    assert await shown(market.as_customer) == {(False, "This account is suspended.")}
    assert (True, None) in await shown(market.as_provider)
    await reinstate(market, CUSTOMER)
    assert await shown(market.as_customer) == before


async def test_the_key_of_a_guest_whose_account_is_suspended_opens_and_does_nothing(market: Market) -> None:
    guest = await market.book_as_guest()
    assert (await guest.act("verify_guest")).status_code == 200
    known = UserGuestKnown(user_id="gus", booking_id=guest.id)
    await market.service.receive("user.guest_known", known, subject="gus", sequence=3)
    await suspend(market, "gus")
    assert code(await guest.act("withdraw")) == (403, "account_suspended")
    assert (await guest("GET")).json()["status"] == "pending"
    await reinstate(market, "gus")
    assert (await guest.act("withdraw")).status_code == 200


@pytest.mark.parametrize(("instant", "status"), [(False, "pending"), (True, "confirmed")])
async def test_a_suspended_person_who_books_as_a_guest_ends_with_nothing(
    market: Market, instant: bool, status: str
) -> None:
    await market.service.receive("service.updated", offered(instant_book=instant), subject=SERVICE, sequence=2)
    await suspend(market, "gus", sequence=2)
    guest = await market.book_as_guest()
    verified = await guest.act("verify_guest")
    assert (verified.status_code, verified.json()["status"]) == (200, status)
    known = UserGuestKnown(user_id="gus", booking_id=guest.id)
    await market.service.receive("user.guest_known", known, subject="gus", sequence=3)

    booking = (await market.as_provider("GET", f"/bookings/{guest.id}")).json()
    assert (booking["status"], booking["customer"]["id"]) == ("cancelled", "gus")
    assert code(await market.act(market.as_provider, booking, "accept")) == (409, "action_not_available")
    await market.service.settle()
    told = [(event.sequence, event.name) for event in market.service.published if event.subject == guest.id]
    assert sorted(told)[2:] == [(3, "booking.linked"), (4, "booking.cancelled" if instant else "booking.withdrawn")]
    assert (await guest("GET", "/history/verify")).json()["intact"] is True
    assert await market.service.db["calendar_days"].find_one({"claims": {"$ne": []}}) is None
    assert await market.service.db["quotas"].count_documents({"expires_at": None}) == 0
    assert (await market.book("customer-2"))["status"] == status, "the time is free again"


@pytest.mark.parametrize("instant", [False, True])
async def test_a_guest_confirms_nothing_with_a_provider_who_was_suspended_meanwhile(
    market: Market, instant: bool
) -> None:
    await market.service.receive("service.updated", offered(instant_book=instant), subject=SERVICE, sequence=2)
    guest = await market.book_as_guest()
    await suspend(market, PROVIDER)
    assert code(await guest.act("verify_guest")) == (409, "service_not_bookable")
    seen = (await guest("GET")).json()
    assert seen["status"] == "awaiting_verification"
    [offer] = seen["available_actions"]
    assert (offer["enabled"], offer["disabled_reason"]) == (False, "This service is no longer on offer.")
    await reinstate(market, PROVIDER)
    assert (await guest.act("verify_guest")).json()["status"] == ("confirmed" if instant else "pending")


async def test_the_calendar_of_a_suspended_person_is_closed_until_they_are_reinstated(market: Market) -> None:
    made = await market.as_customer("POST", "/bookings/feed")
    path = made.json()["url"].partition("/api/v1")[2]
    before = await market.service.http.get(path)
    await suspend(market, CUSTOMER)
    for known in ({}, {"if-none-match": before.headers["etag"]}):
        assert code(await market.service.http.get(path, headers=known)) == (404, "feed_not_found")
    await reinstate(market, CUSTOMER)
    assert (await market.service.http.get(path)).content == before.content


async def test_word_that_is_late_changes_nothing(market: Market) -> None:
    booking = await market.book()
    await reinstate(market, CUSTOMER, 6)
    await suspend(market, CUSTOMER, 5)
    await market.done(market.as_customer, booking, "withdraw")


async def test_of_a_service_that_is_off_no_times_are_told(market: Market) -> None:
    question = f"/bookings/availability?service_id={SERVICE}"
    assert (await market.service.http.get(question)).status_code == 200
    await market.service.receive("service.archived", offered(status="archived"), subject=SERVICE, sequence=2)
    assert code(await market.service.http.get(question)) == (404, "service_not_found")
    await market.service.receive("service.published", offered(), subject=SERVICE, sequence=3)
    assert (await market.service.http.get(question)).json()["items"]
