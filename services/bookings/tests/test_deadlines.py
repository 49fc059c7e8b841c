"""Deadlines look at the time that they are about: what the model test has found."""

from datetime import timedelta

from .conftest import Market
from .test_actions import run_due
from .test_reminders import sent


async def test_a_request_moved_to_short_notice_can_be_answered_until_the_start(market: Market) -> None:
    booking = await market.book(days=2)
    market.clock.advance(timedelta(hours=20))
    await market.done(market.as_customer, booking, "change_time", starts_at=market.starts_in(minutes=30))
    assert await run_due(market.service) == 1
    assert await sent(market) == [("answer_request", ["provider"])]
    market.clock.advance(timedelta(minutes=29))
    await market.done(market.as_provider, booking, "accept")


async def test_a_request_moved_late_must_still_be_answered_in_time(market: Market) -> None:
    booking = await market.book(days=2)
    market.clock.advance(timedelta(hours=23, minutes=55))
    moved = await market.done(market.as_customer, booking, "change_time", starts_at=market.starts_in(days=3, minutes=5))
    assert moved["next_automatic"] == booking["next_automatic"]


async def test_a_proposed_time_that_has_begun_is_not_accepted(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=3), "accept")
    soon = market.starts_in(hours=1)
    booking = await market.done(market.as_customer, booking, "propose_reschedule", starts_at=soon)
    market.clock.advance(timedelta(hours=1))
    late = await market.act(market.as_provider, booking, "accept_reschedule", proposal_version=3)
    assert (late.status_code, late.json()["code"]) == (409, "action_not_available")
    assert await run_due(market.service) == 1
    kept = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert (kept["starts_at"], kept["proposal"], kept["status"]) == (booking["starts_at"], None, "confirmed")


async def test_a_guest_does_not_verify_a_time_that_has_begun(market: Market) -> None:
    guest = await market.book_as_guest(starts_at=market.starts_in(minutes=15))
    market.clock.advance(timedelta(minutes=15))
    late = await guest.act("verify_guest")
    assert (late.status_code, late.json()["code"]) == (409, "action_not_available")
    assert await run_due(market.service) == 1
    assert (await guest("GET")).json()["status"] == "expired"


async def test_halfway_between_two_milliseconds_reminds_once(market: Market) -> None:
    """The database keeps milliseconds: a finer moment would not be found again as the one of which was reminded."""
    booking = await market.done(market.as_provider, await market.book(hours=30), "accept")
    soon = market.starts_in(hours=8)
    market.clock.advance(timedelta(milliseconds=1))
    await market.done(market.as_customer, booking, "propose_reschedule", starts_at=soon)
    for _ in range(6):
        market.clock.advance(timedelta(hours=1))
        await run_due(market.service)
    assert await sent(market) == [("answer_proposal", ["provider"]), ("day_before", ["customer", "provider"])]
