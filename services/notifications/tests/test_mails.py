"""Mails about bookings as their readers get them: over a real SMTP server, read by real parsers."""

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from icalendar import Calendar

from gigsta_notifications.models import booking_texts, reminders

from .conftest import HELD, House, MailServer, StartHouse

RESPOND_BY: dict[str, Any] = {"next_automatic": "expire_request", "next_automatic_at": "2026-03-03T20:00:00Z"}
ACCEPTED: dict[str, Any] = {"action_name": "accept", "actor": "provider", "actor_id": "pat", "to_status": "confirmed"}
MOVED: dict[str, Any] = {
    "action_name": "accept_reschedule",
    "actor": "customer",
    "actor_id": "cleo",
    "to_status": "confirmed",
    "starts_at": "2026-03-04T01:00:00Z",
    "ends_at": "2026-03-04T02:00:00Z",
}
CANCELLED: dict[str, Any] = {"action_name": "cancel", "actor": "customer", "actor_id": "cleo", "to_status": "cancelled"}


def offer(party: str, action_name: str, label: str, **more: Any) -> dict[str, Any]:
    until = {"expires_at": "2026-03-03T20:00:00Z"}
    return {
        "party": party,
        "action_name": action_name,
        "label": label,
        "token": f"b.1.{action_name}.mac",
        **until,
        **more,
    }


OFFERS = [
    offer("provider", "accept", "Accept"),
    offer("provider", "decline", "Decline", is_critical=True),
    offer("customer", "confirm_completion", "Confirm completion"),
]
ACT = "http://localhost:8000/api/v1/bookings/act#b.1."


class Page(HTMLParser):
    """What a reader sees of an HTML mail, and where it leads."""

    VOID = frozenset({"meta", "br", "img", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: dict[str, str] = {}
        self.tags: list[str] = []
        self._open: list[str] = []
        self._link = ""
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "a":
            self._link = dict(attrs)["href"] or ""

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._open and self._open[-1] == "a":
            self.links[data.strip()] = self._link

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@dataclass
class CalendarProgram:
    """What RFC 5546 asks of a program that gets calendar files by mail."""

    entries: dict[str, Any] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def receive(self, mail: EmailMessage) -> None:
        [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
        assert part.get_content_disposition() == "attachment"
        assert part.get_filename() == "booking.ics"
        calendar = Calendar.from_ical(part.get_content())
        assert calendar["METHOD"] == part.get_param("method"), "the mail's header and the file say the same"
        [event] = calendar.walk("VEVENT")
        uid, sequence = str(event["UID"]), int(str(event["SEQUENCE"]))
        if sequence < self.last.get(uid, -1):
            return
        self.last[uid] = sequence
        assert str(event["ORGANIZER"]) == "mailto:no-reply@gigsta.nz"
        assert str(event["ATTENDEE"]) == f"mailto:{mail['To'].addresses[0].addr_spec}"
        assert event["ATTENDEE"].params["RSVP"] == "FALSE"
        if calendar["METHOD"] == "CANCEL":
            assert event["STATUS"] == "CANCELLED"
            self.entries.pop(uid, None)
        else:
            assert (calendar["METHOD"], event["STATUS"]) == ("REQUEST", "CONFIRMED")
            self.entries[uid] = event


@pytest.fixture
async def house(start_house: StartHouse, mail_server: MailServer) -> House:
    house = await start_house(smtp_url=mail_server.url)
    for user in ("cleo", "pat"):
        await house.registered(user, user.title())
    return house


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def sent(house: House, server: MailServer, to: str | None = None) -> list[EmailMessage]:
    """What has come since the last look."""
    await house.send_due()
    mails = [mail for mail in server.mails if to is None or mail["To"].addresses[0].addr_spec == f"{to}@example.com"]
    server.mails.clear()
    return mails


# -- every row


@pytest.mark.parametrize("action", [*booking_texts.NOTIFICATION_MAP, "an_action_of_next_year"])
async def test_every_transition_is_told_to_every_side_in_text_and_in_html(
    house: House, mail_server: MailServer, action: str
) -> None:
    """By the system, so that nobody is left out because it was their own doing."""
    given = {"actor": "system", "actor_id": None, "reason": "It <b>rains</b> & pours", "links": OFFERS, **RESPOND_BY}
    fee = {"amount": 850, "currency": "NZD"} if action == "cancel" else None
    facts: dict[str, Any] = {**given, "action_name": action, "cancellation_fee": fee, "to_status": "confirmed"}
    await house.booking("booking.told", service_title="Tap <i>repair</i>", **facts)
    items = {user: (await house.inbox(user))["items"] for user in ("cleo", "pat")}
    mails = {mail["To"].addresses[0].addr_spec: mail for mail in await sent(house, mail_server)}
    told = booking_texts.NOTIFICATION_MAP.get(action, booking_texts.DEFAULT)
    expected = {"customer": "cleo", "provider": "pat"}
    if action != "verify_guest":
        assert {f"{expected[role]}@example.com" for role, text in told.items() if text.mail} == mails.keys()
    for user in ("cleo", "pat"):
        if (mail := mails.get(f"{user}@example.com")) is None:
            continue
        [item] = items[user]
        assert mail["Subject"] == item["title"]
        text, page = part(mail, "plain"), Page(part(mail, "html"))
        assert "script" not in page.tags
        assert "i" not in page.tags, "what people write is no markup"
        as_one = " ".join(text.split())
        assert item["title"] not in text.splitlines(), "it is the subject, which stands above"
        assert "h1" not in page.tags
        for words in item["body"].split(". "):
            assert " ".join(words.split()) in as_one
            assert " ".join(words.split()) in page.text
        for label in ("Service", "When", "Price", *(("Cancellation fee",) if fee else ())):
            assert f"\n{label}: " in text
            assert label in page.text
        assert [link for link in page.links.values() if link not in text and "localhost:8000/" in link] == []
        mine = [link for link in page.links.values() if link.startswith(ACT)]
        names = ["accept", "decline"] if user == "pat" else ["confirm_completion"]
        assert mine == [f"{ACT}{name}.mac" for name in names]
        assert text.count("It <b>rains</b> & pours") == 1
        assert "It <b>rains</b> & pours" in page.text


@pytest.mark.parametrize("reminder", [*reminders.REMINDERS, "one_of_next_year"])
async def test_every_reminder_is_a_mail_with_what_can_be_done(
    house: House, mail_server: MailServer, reminder: str
) -> None:
    await house.reminder(reminder, "customer", "provider", links=OFFERS)
    mails = await sent(house, mail_server)
    assert len(mails) == 2
    [mail] = [mail for mail in mails if mail["To"].addresses[0].addr_spec == "pat@example.com"]
    page = Page(part(mail, "html"))
    assert page.links["Accept"] == f"{ACT}accept.mac"
    assert page.links["See the booking"] == "http://localhost:8000/bookings/booking-1"


async def test_the_headers_say_who_sends_and_how_to_end_it(house: House, mail_server: MailServer) -> None:
    await house.booking(links=OFFERS, **RESPOND_BY)
    [mail] = await sent(house, mail_server)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"].startswith("<http://localhost:8000/api/v1/notifications/unsubscribe?key=")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "by Wednesday 4 March 2026, 9:00 am NZDT; after that it lapses" in " ".join(part(mail, "plain").split())


async def test_what_a_link_can_do_is_kept_no_longer_than_it_takes_to_send_it(
    house: House, mail_server: MailServer
) -> None:
    await house.booking(links=OFFERS)
    assert OFFERS[0]["token"] not in str((await house.inbox("pat"))["items"])
    await sent(house, mail_server)
    for name in await house.service.db.list_collection_names():
        async for document in house.service.db[name].find():
            assert OFFERS[0]["token"] not in str(document), name


# -- times


async def test_times_are_the_reader_s_and_the_provider_s_where_they_differ(
    house: House, mail_server: MailServer
) -> None:
    chosen = {"mail": {}, "timezone": "Australia/Perth"}
    headers = {"Authorization": f"Bearer {house.token_for('cleo')}"}
    await house.service.http.put("/notifications/preferences", json=chosen, headers=headers)
    await house.booking("booking.confirmed", **ACCEPTED)
    [mail] = await sent(house, mail_server, "cleo")
    text = part(mail, "plain")
    assert "will see you for Tap repair on Tuesday 3 March 2026, 4:00 am AWST" in text
    assert "\nWhen: Tuesday 3 March 2026, 4:00 am AWST\nFor the provider: Tuesday 3 March 2026, 9:00 am NZDT\n" in text
    [item] = (await house.inbox("pat"))["items"]
    assert "9:00 am NZDT" in item["body"]


async def test_quiet_hours_tell_the_zone_of_who_has_named_no_other(house: House, mail_server: MailServer) -> None:
    hours = {"starts": "01:00", "ends": "02:00", "timezone": "Australia/Sydney"}
    headers = {"Authorization": f"Bearer {house.token_for('cleo')}"}
    await house.service.http.put("/notifications/preferences", json={"mail": {}, "quiet_hours": hours}, headers=headers)
    await house.booking("booking.confirmed", **ACCEPTED)
    assert "7:00 am AEDT" in (await house.inbox("cleo"))["items"][0]["body"]


# -- calendars


async def test_a_confirmation_adds_a_change_updates_and_a_cancellation_removes(
    house: House, mail_server: MailServer
) -> None:
    calendars = {"cleo": CalendarProgram(), "pat": CalendarProgram()}
    shown = []
    steps = [("booking.confirmed", ACCEPTED), ("booking.rescheduled", MOVED), ("booking.cancelled", CANCELLED)]
    mails: dict[str, list[EmailMessage]] = {"cleo": [], "pat": []}
    for version, (name, facts) in enumerate(steps, 2):
        await house.booking(name, sequence=version, **facts)
        for mail in await sent(house, mail_server):
            user = mail["To"].addresses[0].addr_spec.partition("@")[0]
            mails[user].append(mail)
            calendars[user].receive(mail)
        shown.append({user: [e["DTSTART"].dt for e in program.entries.values()] for user, program in calendars.items()})
    first, second = (datetime.fromisoformat(moment) for moment in ("2026-03-02T20:00:00Z", "2026-03-04T01:00:00Z"))
    assert shown == [{"cleo": [at], "pat": [at]} for at in (first, second)] + [{"cleo": [], "pat": []}]
    for late in (0, 1):  # mails overtake each other
        calendars["pat"].receive(mails["pat"][late])
    assert calendars["pat"].entries == {}


async def test_a_confirmation_says_where(house: House, mail_server: MailServer) -> None:
    place = "1 Queen Street\nAuckland see evil.com\r\nATTENDEE:x"
    await house.booking("booking.confirmed", place=place, **ACCEPTED)
    for mail in await sent(house, mail_server):
        assert "\nWhere: 1 Queen Street Auckland see evil. com ATTENDEE:x\n" in part(mail, "plain")
        assert "1 Queen Street Auckland see evil. com" in Page(part(mail, "html")).text
        program = CalendarProgram()
        program.receive(mail)
        [entry] = program.entries.values()
        assert str(entry["LOCATION"]) == "1 Queen Street Auckland see evil. com ATTENDEE:x"
    await house.reminder("day_before", "customer", place="1 Queen Street")
    [mail] = await sent(house, mail_server)
    assert "\nWhere: 1 Queen Street\n" in part(mail, "plain")


async def test_what_stands_in_the_calendar(house: House, mail_server: MailServer) -> None:
    nasty = "Tap\u2028repair\r\nATTENDEE:mailto:x@example.com"
    await house.booking("booking.confirmed", sequence=7, service_title=nasty, **ACCEPTED)
    [mail] = await sent(house, mail_server, "cleo")
    program = CalendarProgram()
    program.receive(mail)
    entry = program.entries["booking-1@gigsta.nz"]
    assert (int(str(entry["SEQUENCE"])), str(entry["URL"])) == (7, "http://localhost:8000/bookings/booking-1")
    assert str(entry["SUMMARY"]) == "Tap repair ATTENDEE:mailto:x@example. com with Pat's Plumbing"
    assert entry["DTEND"].dt == datetime.fromisoformat("2026-03-02T21:00:00Z")


async def test_a_guest_s_calendar_does_not_hold_the_secret_of_their_link(house: House, mail_server: MailServer) -> None:
    await house.booking("booking.held", **HELD)
    await sent(house, mail_server)
    guest = {"customer_id": "guest-booking-1", "customer_name": "Gus"}
    await house.booking("booking.confirmed", sequence=3, **ACCEPTED | guest)
    [mail] = await sent(house, mail_server, "gus")
    program = CalendarProgram()
    program.receive(mail)
    [entry] = program.entries.values()
    assert "s3cret" not in entry.to_ical().decode()
    assert "URL" not in entry


@pytest.mark.parametrize("action", ["create", "decline", "propose_reschedule", "complete"])
async def test_what_changes_no_appointment_comes_without_a_file(
    house: House, mail_server: MailServer, action: str
) -> None:
    await house.booking("booking.told", action_name=action, actor="system", actor_id=None)
    for mail in await sent(house, mail_server):
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
