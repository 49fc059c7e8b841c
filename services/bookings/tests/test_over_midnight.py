"""Work over midnight, as clients ask for it: a plan without a gap has slots without one."""

from datetime import datetime, timedelta

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
