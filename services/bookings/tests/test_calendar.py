"""Bookings in other calendars, read back by the library's own parser."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from gigsta_bookings import calendar
from gigsta_bookings.callers import secret_hash
from gigsta_bookings.models import Actor, Booking, Status, stored
from gigsta_common.testing.service import TestService

from .conftest import CUSTOMER, PROVIDER, Market

URL = "https://gigsta.nz"
AUCKLAND = ZoneInfo("Pacific/Auckland")
NOON = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
EVIL = "x\r\nATTENDEE:mailto:a@b.c\nEND:VEVENT\rBEGIN:VALARM\u2028X:1\u2029X:2\x0bX:3\x0cX:4\x85X:5\x00;,\\"
PROPERTIES = [
    "CREATED",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "LAST-MODIFIED",
    "LOCATION",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "UID",
    "URL",
]


def a_booking(**changes: Any) -> Booking:
    """As the database would have it."""
    made = datetime(2026, 3, 1, 21, 30, 15, tzinfo=UTC)
    starts_at = changes.pop("starts_at", NOON)
    facts: dict[str, Any] = {
        "_id": changes.pop("id", "booking-1"),
        "version": 3,
        "status": Status.CONFIRMED,
        "customer_id": CUSTOMER,
        "customer_name": "Mere Tane",
        "provider_id": PROVIDER,
        "provider_name": "Ana's Gardens",
        "service_id": "service-1",
        "service_title": "Hedge trimming",
        "price": {"amount": 9000, "currency": "NZD"},
        "duration_minutes": 60,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "instant_book": False,
        "policy": {},
        "timezone": "Pacific/Auckland",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "note": "The gate sticks",
        "address": "1 Queen Street, Auckland",
        "created_at": made,
        "requested_at": made,
        "updated_at": made + timedelta(hours=1),
    }
    return Booking.model_validate(facts | changes)


async def keep(service: TestService, *bookings: Booking) -> None:
    await service.db["bookings"].insert_many([stored(booking) | {"outbox": []} for booking in bookings])


def parsed(text: bytes) -> Any:
    """What is at a name in it, each of the library's twenty types of value knows by itself."""
    return Calendar.from_ical(text)


def only_event(text: bytes) -> Any:
    [event] = parsed(text).events
    return event


# -- an event


def test_what_an_event_says() -> None:
    event = only_event(calendar.file_of([(a_booking(), Actor.CUSTOMER)], URL))
    assert sorted(event) == PROPERTIES
    assert event["uid"] == "booking-1@gigsta.nz"
    assert event["summary"] == "Hedge trimming with Ana's Gardens"
    assert event["location"] == "1 Queen Street, Auckland"
    assert (event["status"], event["transp"], event["sequence"]) == ("CONFIRMED", "OPAQUE", 3)
    assert event["url"] == "https://gigsta.nz/bookings/booking-1"
    assert event.start == NOON
    assert event.end == NOON + timedelta(hours=1)
    assert event.DTSTAMP == event.LAST_MODIFIED == datetime(2026, 3, 1, 22, 30, 15, tzinfo=UTC)
    assert str(event["description"]).split("\n") == [
        "Booking: confirmed",
        "Time: Tue 3 Mar 2026, 1:00 pm NZDT",
        "",
        "The gate sticks",
        "",
        "https://gigsta.nz/bookings/booking-1",
    ]


@pytest.mark.parametrize(
    ("reader", "name", "title"),
    [
        (Actor.PROVIDER, "Mere Tane", "Hedge trimming with Mere Tane"),
        (Actor.PROVIDER, None, "Hedge trimming with a customer"),
        (Actor.GUEST, "Mere Tane", "Hedge trimming with Ana's Gardens"),
        (Actor.ADMIN, "Mere Tane", "Hedge trimming with Ana's Gardens, for Mere Tane"),
    ],
)
def test_the_title_names_the_other_side(reader: Actor, name: str | None, title: str) -> None:
    event = only_event(calendar.file_of([(a_booking(customer_name=name), reader)], URL))
    assert event["summary"] == title


def test_every_state_has_a_meaning_for_calendars() -> None:
    said = {
        status: str(calendar.event_of(a_booking(status=status), Actor.CUSTOMER, URL)["status"]) for status in Status
    }
    tentative = {status for status, word in said.items() if word == "TENTATIVE"}
    assert tentative == {Status.AWAITING_VERIFICATION, Status.PENDING}
    assert {status for status, word in said.items() if word == "CANCELLED"} == {
        Status.DECLINED,
        Status.CANCELLED,
        Status.EXPIRED,
        Status.FAILED,
        Status.NO_SHOW,
    }


def test_nine_in_the_morning_stays_nine_across_a_clock_change() -> None:
    """New Zealand set its clocks back on 5 April 2026, and forward on 27 September."""
    mornings = [
        datetime(2026, 4, 4, 9, tzinfo=AUCKLAND),
        datetime(2026, 4, 5, 9, tzinfo=AUCKLAND),
        datetime(2026, 9, 26, 9, tzinfo=AUCKLAND),
        datetime(2026, 9, 27, 9, tzinfo=AUCKLAND),
    ]
    bookings = [a_booking(id=str(n), starts_at=at.astimezone(UTC)) for n, at in enumerate(mornings)]
    text = calendar.file_of([(booking, Actor.CUSTOMER) for booking in bookings], URL)
    assert [line for line in text.decode().split("\r\n") if line.startswith("DTSTART")] == [
        "DTSTART:20260403T200000Z",
        "DTSTART:20260404T210000Z",
        "DTSTART:20260925T210000Z",
        "DTSTART:20260926T200000Z",
    ]
    assert [event.start.astimezone(AUCKLAND).hour for event in parsed(text).events] == [9, 9, 9, 9]
    assert [event.end - event.start for event in parsed(text).events] == [timedelta(hours=1)] * 4
    zones = [str(event["description"]).split("\n")[1].rsplit(" ", 1)[-1] for event in parsed(text).events]
    assert zones == ["NZDT", "NZST", "NZST", "NZDT"]


def assert_well_formed(text: bytes, events: int) -> None:
    """Whatever a reader takes for the end of a line, it finds the lines that we meant, and no long ones."""
    assert text.endswith(b"END:VCALENDAR\r\n")
    lines = text.split(b"\r\n")[:-1]
    assert max(map(len, lines)) <= 75
    assert text.decode().splitlines() == [line.decode() for line in lines]
    names = [line.partition(b":")[0].decode() for line in text.replace(b"\r\n ", b"").split(b"\r\n")[:-1]]
    assert sorted(set(names)) == sorted({"BEGIN", "END", "PRODID", "VERSION", *PROPERTIES})
    assert names.count("BEGIN") == names.count("END") == events + 1


def test_nobodys_text_adds_a_line() -> None:
    booking = a_booking(service_title=EVIL, provider_name=EVIL, customer_name=EVIL, note=EVIL, address=EVIL)
    for reader in (Actor.CUSTOMER, Actor.PROVIDER, Actor.ADMIN):
        text = calendar.file_of([(booking, reader)], URL)
        assert_well_formed(text, 1)
        event = only_event(text)
        assert str(event["summary"]).startswith("x ATTENDEE:mailto:a@b.c END:VEVENT BEGIN:VALARM X:1 X:2")
        assert str(event["location"]).endswith("X:5 ;,\\")
        assert "\nATTENDEE:mailto:a@b.c\nEND:VEVENT\nBEGIN:VALARM\nX:1\n" in str(event["description"])


ANYTHING = st.text(st.characters(codec="utf-8"), min_size=1, max_size=120)


@settings(max_examples=60, deadline=None)
@given(title=ANYTHING, name=ANYTHING, note=ANYTHING, address=st.just("a") | ANYTHING.map(lambda text: "a" + text))
def test_any_text_can_be_said(title: str, name: str, note: str, address: str) -> None:
    booking = a_booking(service_title=title, provider_name=name, note=note, address=address)
    text = calendar.file_of([(booking, Actor.CUSTOMER), (booking, Actor.CUSTOMER)], URL)
    assert_well_formed(text, 2)
    for event in parsed(text).events:
        said = str(event["summary"])
        assert [c for c in said if c.isalnum()] == [c for c in f"{title} with {name}" if c.isalnum()]


# -- one booking


async def test_a_booking_as_a_file_for_those_whom_it_concerns(service: TestService, market: Market) -> None:
    guest = {"email": "g@example.com", "full_name": "Guy", "phone_number": "+64 21 1234567"}
    await keep(
        service,
        a_booking(),
        a_booking(id="booking-2", customer_id="guest-1", guest=guest | {"secret_hash": secret_hash("the-secret")}),
    )
    path = "/bookings/booking-1/calendar.ics"
    answer = await market.as_customer("GET", path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="gigsta-booking-1.ics"'
    assert answer.headers["cache-control"] == "private, no-cache"
    assert only_event(answer.content)["summary"] == "Hedge trimming with Ana's Gardens"
    for_provider = await market.as_provider("GET", path)
    assert only_event(for_provider.content)["summary"] == "Hedge trimming with Mere Tane"
    assert (await market.as_admin("GET", path)).status_code == 200

    stranger = await market.as_user("stranger", "GET", path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "booking_not_found")
    assert (await service.http.get(path)).status_code == 401
    assert (await service.http.get(path, headers={"Booking-Key": "the-secret"})).status_code == 404
    own = "/bookings/booking-2/calendar.ics"
    assert (await service.http.get(own, headers={"Booking-Key": "the-secret"})).status_code == 200
    assert (await service.http.get(own, headers={"Booking-Key": "another"})).status_code == 404


async def test_a_cancelled_booking_replaces_what_the_calendar_has(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(), "accept")
    path = f"/bookings/{booking['id']}/calendar.ics"
    before = only_event((await market.as_customer("GET", path)).content)
    await market.done(market.as_customer, booking, "cancel")
    after = only_event((await market.as_customer("GET", path)).content)
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert after["transp"] == "TRANSPARENT"
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]


async def test_a_new_time_moves_the_same_event(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=2), "accept")
    path = f"/bookings/{booking['id']}/calendar.ics"
    before = only_event((await market.as_provider("GET", path)).content)
    wanted = market.starts_in(days=3)
    await market.done(market.as_customer, booking, "propose_reschedule", starts_at=wanted)
    proposed = only_event((await market.as_provider("GET", path)).content)
    assert proposed.start == before.start
    assert "Proposed instead: Fri 6 Mar 2026, 9:00 am NZDT" in proposed["description"]
    await market.done(market.as_provider, booking, "accept_reschedule", proposal_version=3)
    after = only_event((await market.as_provider("GET", path)).content)
    assert after["uid"] == before["uid"]
    assert after.start == datetime.fromisoformat(wanted)
    assert after["sequence"] > proposed["sequence"] > before["sequence"]


async def test_an_unchanged_file_is_not_sent_again(service: TestService, market: Market) -> None:
    await keep(service, a_booking())
    path = "/bookings/booking-1/calendar.ics"
    tag = (await market.as_customer("GET", path)).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await market.as_customer("GET", path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["vary"] == "Authorization, Booking-Key"
    # The other side reads another text.
    assert (await market.as_provider("GET", path, headers={"if-none-match": tag})).status_code == 200
    await service.db["bookings"].update_one({}, {"$set": {"version": 4}})
    assert (await market.as_customer("GET", path, headers={"if-none-match": tag})).status_code == 200
