"""Times to move a booking to, and what providers set: versions, one's own answer sent back, who is known."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from .conftest import EVERY_DAY, PROVIDER, SERVICE, Market, offered

DAY = "from=2026-03-05&to=2026-03-05"


def starts(answer: Any) -> list[datetime]:
    assert answer.status_code == 200, answer.text
    return [datetime.fromisoformat(slot["starts_at"]) for slot in answer.json()["items"]]


async def test_a_booking_can_be_moved_to_every_time_that_it_is_told_of(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=2), "accept")
    own = datetime.fromisoformat(booking["starts_at"])
    gone = offered(status="archived", duration_minutes=240)
    await market.service.receive("service.archived", gone, subject=SERVICE, sequence=2)
    answer = await market.service.http.get(f"/bookings/availability?service_id={SERVICE}&{DAY}")
    assert answer.status_code == 404
    found = starts(await market.as_customer("GET", f"/bookings/availability?booking_id={booking['id']}&{DAY}"))
    assert len(found) == 95  # all but the one that it has
    assert own + timedelta(minutes=15) in found
    assert own not in found
    assert found == starts(await market.as_provider("GET", f"/bookings/availability?booking_id={booking['id']}&{DAY}"))
    await market.done(
        market.as_customer, booking, "propose_reschedule", starts_at=(own + timedelta(minutes=15)).isoformat()
    )
    again = starts(await market.as_customer("GET", f"/bookings/availability?booking_id={booking['id']}&{DAY}"))
    assert again == found


async def test_other_peoples_bookings_stay_in_the_way(market: Market) -> None:
    booking = await market.book(days=2)
    other = await market.book("customer-2", days=2, hours=1)
    found = starts(await market.as_customer("GET", f"/bookings/availability?booking_id={booking['id']}&{DAY}"))
    assert datetime.fromisoformat(other["starts_at"]) not in found
    assert len(found) == 96 - 7 - 1


async def test_only_who_may_see_a_booking_is_told_where_it_can_go(market: Market) -> None:
    guest = await market.book_as_guest()
    path = f"/bookings/availability?booking_id={guest.id}&{DAY}"
    http = market.service.http
    assert len(starts(await http.get(path, headers={"Booking-Key": guest.secret}))) == 95
    assert (await http.get(path)).status_code == 401
    assert (await http.get(path, headers={"Booking-Key": "another"})).status_code == 404
    assert (await market.as_user("stranger", "GET", path)).status_code == 404
    assert (await market.as_provider("GET", f"{path}&service_id=another")).status_code == 422
    assert (await market.as_provider("GET", f"{path}&lat=1&lng=1")).status_code == 422
    assert (await http.get("/bookings/availability")).json()["errors"][0]["field"] == "service_id"


@pytest.mark.parametrize("path", ["/bookings/schedule", "/bookings/policy"])
async def test_what_was_read_can_be_sent_back_once(market: Market, path: str) -> None:
    if path == "/bookings/policy":
        assert (await market.as_provider("PUT", path, json={"cancellation": _TIERS})).status_code == 200
    read = (await market.as_provider("GET", path)).json()
    changed = {"response_hours": 3} if path == "/bookings/policy" else {"horizon_days": 30}
    first = await market.as_provider("PUT", path, json=read | changed)
    assert (first.status_code, first.json()["version"]) == (200, read["version"] + 1)
    late = await market.as_provider("PUT", path, json=read)
    assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
    assert late.json()["version"] == read["version"] + 1
    assert (await market.as_provider("GET", path)).json() == first.json()


_TIERS = [{"hours_before": 24, "refund_percent": 100}]


async def test_a_plan_without_a_version_replaces_what_there_is(market: Market) -> None:
    assert (await market.as_provider("PUT", "/bookings/schedule", json=EVERY_DAY)).status_code == 200
    refused = await market.as_customer("PUT", "/bookings/schedule", json=EVERY_DAY | {"version": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "provider_not_approved")


async def test_the_terms_of_nobody(market: Market) -> None:
    known = await market.service.http.get(f"/bookings/policies/{PROVIDER}")
    assert (known.status_code, known.json()["version"]) == (200, 0)
    unknown = await market.service.http.get("/bookings/policies/nobody")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "provider_not_found")


async def test_calendars_may_look_first(market: Market) -> None:
    booking = await market.book()
    url = (await market.as_customer("POST", "/bookings/feed")).json()["url"]
    feed = "/bookings/feed.ics" + url[url.index("?") :]
    assert (await market.service.http.head(feed)).status_code == 200
    assert (await market.service.http.head("/bookings/feed.ics?key=x")).status_code == 404
    one = await market.as_customer("HEAD", f"/bookings/{booking['id']}/calendar.ics")
    assert (one.status_code, one.headers["content-type"][:13]) == (200, "text/calendar")


async def test_a_cursor_is_of_one_order(market: Market) -> None:
    for day in (2, 3):
        await market.book(days=day)
    page = (await market.as_customer("GET", "/bookings?sort=starts_at&limit=1")).json()
    path = f"/bookings?limit=1&cursor={page['next_cursor']}&sort="
    assert (await market.as_customer("GET", f"{path}starts_at")).status_code == 200
    for other in ("-starts_at", "-created_at"):
        refused = await market.as_customer("GET", path + other)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "cursor")


async def test_days_and_periods_in_lists_and_metrics(market: Market) -> None:
    await market.book(days=2)  # on the 4th in UTC
    for period, count in (("from=2026-03-04&to=2026-03-04", 1), ("from=2026-03-05", 0), ("to=2026-03-03", 0)):
        found = (await market.as_customer("GET", f"/bookings?{period}")).json()["items"]
        assert len(found) == count, period
    turned = await market.as_customer("GET", "/bookings?from=2026-03-05&to=2026-03-03")
    assert (turned.status_code, turned.json()["errors"][0]["field"]) == (422, "to")
    future = await market.as_admin("GET", "/bookings/admin/metrics?from=2027-01-01")
    assert future.json()["errors"] == [
        {"field": "from", "message": "lies in the future, and without `to` the period ends now"}
    ]


@pytest.mark.parametrize(
    ("minutes", "said"), [(600, "10 hours"), (90, "90 minutes"), (60, "1 hour"), (1440, "24 hours"), (2880, "2 days")]
)
async def test_notice_is_said_as_people_say_it(market: Market, minutes: int, said: str) -> None:
    plan = EVERY_DAY | {"minimum_notice_minutes": minutes}
    assert (await market.as_provider("PUT", "/bookings/schedule", json=plan)).status_code == 200
    body = {"service_id": SERVICE, "starts_at": market.starts_in(minutes=30)}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert answer.json()["detail"] == f"The provider asks for notice of {said}."


async def test_a_month_of_times_reads_the_days_of_that_month_however_long_the_past(market: Market) -> None:
    db, today = market.service.db, market.clock.now().date()
    past = [f"{PROVIDER}:{today - timedelta(days=n)}" for n in range(1, 2001)]
    await db["calendar_days"].insert_many([{"_id": day, "provider_id": PROVIDER, "claims": []} for day in past])
    await db.command("profile", 2)
    question = {"service_id": SERVICE, "from": str(today), "to": str(today + timedelta(days=30))}
    assert starts(await market.service.http.get("/bookings/availability", params=question))
    await db.command("profile", 0)
    looked = await db["system.profile"].find({"command.find": "calendar_days"}).to_list()
    assert looked
    assert all(entry["docsExamined"] <= 35 and entry["keysExamined"] <= 2 * 35 for entry in looked), looked
