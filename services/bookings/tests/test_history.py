"""The audit history is append-only, and an alteration shows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gigsta_bookings.models.history import GENESIS

from .conftest import Market


async def check(market: Market, booking_id: str) -> dict[str, Any]:
    answer = await market.as_provider("GET", f"/bookings/{booking_id}/history/verify")
    assert answer.status_code == 200
    verdict: dict[str, Any] = answer.json()
    return verdict


async def story(market: Market) -> dict[str, Any]:
    booking = await market.done(market.as_provider, await market.book(days=3), "accept")
    booking = await market.done(market.as_customer, booking, "propose_reschedule", starts_at=market.starts_in(days=4))
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


async def test_strangers_learn_nothing(market: Market) -> None:
    booking = await market.book()
    answer = await market.as_user("stranger", "GET", f"/bookings/{booking['id']}/history/verify")
    assert answer.status_code == 404
