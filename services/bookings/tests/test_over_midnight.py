"""Days as clients ask for them: with work over midnight, and where one of them has 25 hours."""

from datetime import date, datetime, timedelta

import pytest

from gigsta_common.clock import ManualClock

from .conftest import SERVICE, Market


async def test_a_slot_over_midnight_is_offered_and_booked_once(market: Market, clock: ManualClock) -> None:
    late = datetime.fromisoformat("2026-03-05T23:30:00+13:00")
    question = f"/bookings/availability?service_id={SERVICE}&from=2026-03-05&to=2026-03-05"
    offered = (await market.service.http.get(question)).json()["items"]
    starts = [datetime.fromisoformat(slot["starts_at"]) for slot in offered]
    assert late in starts
    assert len(starts) == 96

    booked = await market.as_customer("POST", "/bookings", json={"service_id": SERVICE, "starts_at": late.isoformat()})
    assert booked.status_code == 201, booked.text
    after = (late + timedelta(minutes=30)).isoformat()
    taken = await market.as_user("other", "POST", "/bookings", json={"service_id": SERVICE, "starts_at": after})
    assert taken.json()["code"] == "slot_unavailable"
    left = (await market.service.http.get(question)).json()["items"]
    assert late not in [datetime.fromisoformat(slot["starts_at"]) for slot in left]


@pytest.mark.parametrize("first", ["2026-03-09", "2026-09-07"], ids=["35 days and an hour", "35 days less an hour"])
async def test_thirty_five_days_are_answered_when_the_clocks_change_among_them(market: Market, first: str) -> None:
    day = date.fromisoformat(first)

    async def status(days: int) -> int:
        question = {"service_id": SERVICE, "from": first, "to": (day + timedelta(days=days - 1)).isoformat()}
        return (await market.service.http.get("/bookings/availability", params=question)).status_code

    assert [await status(days) for days in (35, 36)] == [200, 422]
