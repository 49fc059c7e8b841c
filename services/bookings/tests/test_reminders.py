"""Reminders: halfway to a deadline and before the start, once, and never when they are of no use."""

import asyncio
from datetime import timedelta

from gigsta_common.events import Envelope

from .conftest import Market
from .test_actions import run_due


async def sent(market: Market) -> list[tuple[str, list[str]]]:
    await market.service.settle()
    return [(event.data["reminder"], event.data["to"]) for event in of(market)]


def of(market: Market) -> list[Envelope]:
    return [event for event in market.service.published if event.name.startswith("reminder.")]


async def test_the_provider_is_reminded_halfway_to_the_deadline(market: Market) -> None:
    booking = await market.book(days=5)
    market.clock.advance(timedelta(hours=11, minutes=59))
    assert await run_due(market.service) == 0
    market.clock.advance(timedelta(minutes=1))
    assert sum(await asyncio.gather(*(run_due(market.service) for _ in range(6)))) == 1
    assert await run_due(market.service) == 0
    assert await sent(market) == [("answer_request", ["provider"])]
    (event,) = of(market)
    assert (event.subject, event.sequence) == (booking["id"], 1)
    assert event.data["deadline"] == booking["next_automatic"]["at"]
    seen = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert (seen["version"], len(seen["history"])) == (1, 1), "a reminder is no transition"


async def test_an_answer_makes_the_reminder_needless(market: Market) -> None:
    await market.done(market.as_provider, await market.book(days=5), "accept")
    market.clock.advance(timedelta(hours=13))
    assert await run_due(market.service) == 0
    assert await sent(market) == []


async def test_both_are_reminded_a_day_and_two_hours_before_and_again_when_the_time_has_moved(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=3), "accept")
    market.clock.advance(timedelta(days=2))
    assert await run_due(market.service) == 1
    booking = await market.done(
        market.as_customer, booking, "propose_reschedule", starts_at=market.starts_in(days=4), version=2
    )
    market.clock.advance(timedelta(hours=11))
    assert await run_due(market.service) == 1
    await market.done(market.as_provider, booking, "accept_reschedule", proposal_version=3)
    market.clock.advance(timedelta(days=3))
    assert await run_due(market.service) == 1
    market.clock.advance(timedelta(hours=11))
    assert await run_due(market.service) == 1
    both = ["customer", "provider"]
    assert await sent(market) == [
        ("day_before", both),
        ("answer_proposal", ["provider"]),
        ("day_before", both),
        ("two_hours_before", both),
    ]


async def test_what_is_booked_late_is_not_followed_by_a_reminder_at_once(market: Market) -> None:
    await market.done(market.as_provider, await market.book(hours=6), "accept")
    assert await run_due(market.service) == 0
    market.clock.advance(timedelta(hours=4))
    assert await run_due(market.service) == 1
    assert await sent(market) == [("two_hours_before", ["customer", "provider"])]


async def test_after_a_week_asleep_nobody_is_reminded_of_what_is_over(market: Market) -> None:
    await market.book(days=2)
    await market.done(market.as_provider, await market.book(days=3), "accept")
    kept = await market.done(market.as_provider, await market.book(days=20), "accept")
    await market.done(market.as_customer, kept, "propose_reschedule", starts_at=market.starts_in(days=21))
    market.clock.advance(timedelta(days=7))
    while await run_due(market.service):
        pass
    assert await sent(market) == []
    statuses = {b["status"] async for b in market.service.db["bookings"].find({}, {"status": 1})}
    assert statuses == {"expired", "completed", "confirmed"}
    assert await market.service.db["bookings"].count_documents({"wake_at": {"$lte": market.clock.now()}}) == 0


async def test_the_accused_is_reminded_and_the_customer_to_confirm(market: Market) -> None:
    absent = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    market.clock.advance(timedelta(hours=1))
    await market.done(market.as_customer, absent, "report_no_show")
    done = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    await market.done(market.as_provider, await market.done(market.as_provider, done, "start"), "complete")
    market.clock.advance(timedelta(hours=36))
    assert await run_due(market.service) == 2
    assert sorted(await sent(market)) == [("confirm_completion", ["customer"]), ("contest_no_show", ["provider"])]


async def test_a_booking_that_cannot_be_moved_does_not_hold_up_the_others(market: Market) -> None:
    broken, fine = await market.book(days=2), await market.book(days=3)
    await market.service.db["bookings"].update_one({"_id": broken["id"]}, {"$set": {"provider_id": None}})
    market.clock.advance(timedelta(days=1))
    assert await run_due(market.service) == 1
    seen = (await market.as_customer("GET", f"/bookings/{fine['id']}")).json()
    assert seen["status"] == "expired"
    assert await run_due(market.service) == 0, "it is put off"
    await market.service.db["bookings"].update_one({"_id": broken["id"]}, {"$set": {"provider_id": "provider-1"}})
    market.clock.advance(timedelta(minutes=5))
    assert await run_due(market.service) == 1
