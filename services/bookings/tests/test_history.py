"""The audit history is append-only, and an alteration shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bson.datetime_ms import DatetimeMS

from gigsta_bookings.models.history import GENESIS

from .conftest import Market


async def check(market: Market, booking_id: str) -> dict[str, Any]:
    answer = await market.as_provider("GET", f"/bookings/{booking_id}/history/verify")
    assert answer.status_code == 200
    verdict: dict[str, Any] = answer.json()
    return verdict


QUARTER = timedelta(minutes=15)


async def story(market: Market) -> dict[str, Any]:
    booking = await market.done(market.as_provider, await market.book(days=3), "accept")
    market.clock.advance(QUARTER)
    booking = await market.done(market.as_customer, booking, "propose_reschedule", starts_at=market.starts_in(days=4))
    market.clock.advance(QUARTER)
    return await market.done(market.as_provider, booking, "decline_reschedule", reason="Away that day")


async def test_each_entry_is_chained_to_the_one_before_and_the_event_names_the_head(market: Market) -> None:
    booking = await story(market)
    entries = booking["history"]
    assert [entry["previous_hash"] for entry in entries] == [GENESIS, *(entry["hash"] for entry in entries[:-1])]
    assert await check(market, booking["id"]) == {
        "intact": True,
        "entries": 4,
        "broken_at": None,
        "head": entries[-1]["hash"],
    }
    await market.service.settle()
    told = [e.data["history_hash"] for e in market.service.published if e.name.startswith("booking.")]
    assert told == [entry["hash"] for entry in entries]


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ({"$set": {"history.1.note": "Accepted by nobody"}}, 2),
        ({"$set": {"history.3.reason": None}}, 4),
        ({"$set": {"history.0.actor_id": "somebody-else"}}, 1),
        ({"$pop": {"history": 1}}, 4),
        ({"$pop": {"history": -1}}, 1),
        ({"$set": {"history.2.at": datetime(2020, 1, 1, tzinfo=UTC)}}, 3),
    ],
)
async def test_an_alteration_shows(market: Market, change: dict[str, Any], broken_at: int) -> None:
    booking = await story(market)
    await market.service.db["bookings"].update_one({"_id": booking["id"]}, change)
    verdict = await check(market, booking["id"])
    assert (verdict["intact"], verdict["broken_at"]) == (False, broken_at)


NO_DATE = DatetimeMS(2**62)


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        ({"$set": {"history.1.actor": "mallory"}}, 2),
        ({"$set": {"history.2.at": "yesterday"}}, 3),
        ({"$set": {"history.2.at": "0001-01-01T00:00:00+12:00"}}, 3),
        ({"$set": {"history.2.at": NO_DATE}}, 3),
        ({"$set": {"history.0.version": "one"}}, 1),
        ({"$set": {"history.3.reason": 5}}, 4),
        ({"$unset": {"history.0.note": 1}}, 1),
        ({"$unset": {"history.3.hash": 1}}, 4),
        ({"$set": {"history.3": None}}, 4),
        ({"$set": {"history": None}}, 1),
        ({"$set": {"history": {"0": {}}}}, 1),
        ({"$unset": {"history": 1}}, 1),
    ],
)
async def test_what_cannot_even_be_read_shows(market: Market, change: dict[str, Any], broken_at: int) -> None:
    booking = await story(market)
    await market.service.db["bookings"].update_one({"_id": booking["id"]}, change)
    verdict = await check(market, booking["id"])
    assert (verdict["intact"], verdict["broken_at"]) == (False, broken_at)


CUT_OFF = {"$pop": {"history": 1}, "$inc": {"version": -1}}


@pytest.mark.parametrize(
    ("change", "broken_at"),
    [
        (CUT_OFF, 4),  # back to an open proposal: the state is the same, the time of the last change is not
        (CUT_OFF | {"$set": {"status": "pending"}}, 4),
        ({"$set": {"history": [], "version": 0}}, 1),
        ({"$set": {"history": [], "version": 0, "updated_at": None, "status": None}}, 1),
        ({"$set": {"status": "completed"}}, 5),
        ({"$set": {"status": None}}, 5),
        ({"$set": {"version": 5}}, 5),
        ({"$set": {"version": "four"}}, 5),
    ],
)
async def test_a_history_that_does_not_lead_to_where_the_booking_is_is_not_whole(
    market: Market, change: dict[str, Any], broken_at: int
) -> None:
    booking = await story(market)
    assert (await check(market, booking["id"]))["intact"] is True
    await market.service.db["bookings"].update_one({"_id": booking["id"]}, change)
    verdict = await check(market, booking["id"])
    assert (verdict["intact"], verdict["broken_at"]) == (False, broken_at)


async def test_strangers_learn_nothing(market: Market) -> None:
    booking = await market.book()
    answer = await market.as_user("stranger", "GET", f"/bookings/{booking['id']}/history/verify")
    assert answer.status_code == 404
