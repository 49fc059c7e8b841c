"""Whether people keep what they agreed to, from the events of bookings in whatever order."""

import itertools
from typing import Any

import pytest

from gigsta_ratings.models import reliability

from .conftest import Marketplace, booking_event
from .test_rules import NOW

CANCEL = {"from_status": "confirmed", "action_name": "cancel"}


async def figure(market: Marketplace, **who: str) -> Any:
    return await market.get("/ratings/reliability", **who)


async def test_what_was_kept_cancelled_and_missed_is_counted_for_whom_it_tells_of(market: Marketplace) -> None:
    for n in range(6):
        await market.booking(f"kept-{n}")
    await market.booking("by-pat", "cancelled", actor="provider", **CANCEL)
    await market.booking("by-cleo", "cancelled", actor="customer", **CANCEL)
    await market.booking("missed", "no_show", from_status="no_show_reported", actor="system", absent="provider")
    assert await figure(market, provider_id="pat") == {
        "kept": 6,
        "cancelled": 1,
        "no_shows": 1,
        "reliability": pytest.approx(6 / 8),
    }
    assert await figure(market, user_id="cleo") == {
        "kept": 6,
        "cancelled": 1,
        "no_shows": 0,
        "reliability": pytest.approx(6 / 7),
    }


@pytest.mark.parametrize(
    "given",
    [
        {"to_status": "cancelled", "from_status": "pending", "actor": "customer"},
        {"to_status": "cancelled", "from_status": "disputed", "actor": "admin"},
        {"to_status": "cancelled", "from_status": "confirmed", "actor": "admin"},
        {"to_status": "declined", "from_status": "pending", "actor": "provider"},
        {"to_status": "no_show", "from_status": "no_show_reported", "actor": "system"},
    ],
)
async def test_what_tells_of_nobody_counts_for_nobody(market: Marketplace, given: dict[str, str]) -> None:
    await market.booking("b1", **given)
    nothing = {"kept": 0, "cancelled": 0, "no_shows": 0, "reliability": None}
    assert await figure(market, provider_id="pat") == nothing
    assert await figure(market, user_id="cleo") == nothing


async def test_a_booking_in_dispute_counts_again_when_that_is_over(market: Marketplace) -> None:
    await market.booking("b1")
    await market.booking("b1", "disputed", from_status="completed")
    assert (await figure(market, provider_id="pat"))["kept"] == 0
    await market.booking("b1", "completed", from_status="disputed")
    assert (await figure(market, provider_id="pat"))["kept"] == 1


async def test_the_same_event_twice_and_an_older_one_count_nothing(market: Marketplace) -> None:
    first = await market.booking("b1", event_id="e1")
    await market.booking("b1", "disputed", from_status="completed")
    for event in (first, first.model_copy(update={"id": "e2"})):
        await market.service.bus.publish(event)
    await market.service.settle()
    assert (await figure(market, provider_id="pat"))["kept"] == 0


async def test_a_guest_who_turns_out_to_have_an_account_takes_their_figure_along(market: Marketplace) -> None:
    guest = {"cancelled_by": "customer", "customer_id": "guest-b1"}
    await market.booking("b1", "cancelled", actor="customer", **CANCEL, **guest)
    linked = {"from_status": "cancelled", "actor": "system", "cancelled_by": "customer", "customer_id": "gus"}
    await market.booking("b1", "cancelled", **linked)
    assert (await figure(market, user_id="gus"))["cancelled"] == 1
    assert (await figure(market, user_id="guest-b1"))["cancelled"] == 0


async def test_exactly_one_person_is_asked_for(market: Marketplace) -> None:
    for query in ("", "?provider_id=a&user_id=b"):
        assert (await market.service.http.get(f"/ratings/reliability{query}")).status_code == 422


HISTORY = [
    (4, "confirmed", "completed"),
    (5, "completed", "disputed"),
    (6, "disputed", "failed"),
]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_any_order_of_arrival_comes_to_the_same_ending(length: int) -> None:
    for order in itertools.permutations(HISTORY[:length]):
        known: reliability.Ending | None = None
        for sequence, from_status, to_status in (*order, *order):
            event = booking_event(NOW, from_status=from_status, to_status=to_status)
            if known is None or sequence > known["sequence"]:
                known = reliability.ending_after(event, sequence, known=known is not None) or known
        assert known is not None
        assert known["provider"] == ("kept" if length == 1 else None), order
