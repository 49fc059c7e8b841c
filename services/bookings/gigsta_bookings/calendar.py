"""Bookings as iCalendar (RFC 5545), for the calendars of phones and mail programs.

Escaping and folding are the library's. What people wrote is cut into plain lines before, because some readers take more
characters for the end of a line than the standard does.
"""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from unicodedata import category

from icalendar import STATUS, TRANSP, Calendar, Event

from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.transitions import say_time

PRODUCT = "-//GigSta//Bookings//EN"
FEED_NAME = "GigSta"
REFRESH = timedelta(hours=1)
WRITER = sha256(Path(__file__).read_bytes()).hexdigest() + version("icalendar")
"""What writes the events: another may write the same booking otherwise."""

STATUSES: dict[Status, STATUS] = {
    Status.AWAITING_VERIFICATION: STATUS.TENTATIVE,
    Status.PENDING: STATUS.TENTATIVE,
    Status.CONFIRMED: STATUS.CONFIRMED,
    Status.IN_PROGRESS: STATUS.CONFIRMED,
    Status.AWAITING_CONFIRMATION: STATUS.CONFIRMED,
    Status.COMPLETED: STATUS.CONFIRMED,
    Status.NO_SHOW_REPORTED: STATUS.CONFIRMED,
    Status.DISPUTED: STATUS.CONFIRMED,
    Status.DECLINED: STATUS.CANCELLED,
    Status.CANCELLED: STATUS.CANCELLED,
    Status.EXPIRED: STATUS.CANCELLED,
    Status.FAILED: STATUS.CANCELLED,
    Status.NO_SHOW: STATUS.CANCELLED,
}


def file_of(bookings: Iterable[tuple[Booking, Actor]], public_url: str) -> bytes:
    """A calendar of bookings, each with the role in which the reader is on it."""
    calendar = _empty()
    for booking, reader in bookings:
        calendar.add_component(event_of(booking, reader, public_url))
    text: bytes = calendar.to_ical()
    return text


def feed_of(events: Iterable[bytes]) -> bytes:
    """A feed of events that are written already: nearly all of the work lies in them."""
    calendar = _empty()
    calendar.calendar_name = FEED_NAME  # NAME and X-WR-CALNAME
    # The library's own setter leaves out the type, which RFC 7986 asks for. The other name is Outlook's.
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    begin, end, _ = calendar.to_ical().rpartition(b"END:VCALENDAR\r\n")
    return b"".join((begin, *events, end))


def written(booking: Booking, reader: Actor, public_url: str) -> bytes:
    """An event of a feed."""
    text: bytes = event_of(booking, reader, public_url).to_ical()
    return text


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def event_of(booking: Booking, reader: Actor, public_url: str) -> Event:
    """A booking as an event. Its UID stays for ever and its SEQUENCE grows, so that calendars replace what they had."""
    booking = booking.as_seen_by((reader,))
    status = STATUSES[booking.status]
    event = Event()
    event.add("uid", f"{booking.id}@gigsta.nz")
    event.add("sequence", booking.version)
    event.add("dtstamp", booking.updated_at)
    event.add("last-modified", booking.updated_at)
    event.add("created", booking.created_at)
    event.add("dtstart", booking.starts_at)
    event.add("dtend", booking.ends_at)
    event.add("summary", _line(f"{booking.service_title} with {_others(booking, reader)}"))
    event.add("status", status)
    event.add("transp", TRANSP.TRANSPARENT if status == STATUS.CANCELLED else TRANSP.OPAQUE)
    event.add("description", _description(booking, public_url))
    if booking.guest is None:
        event.add("url", _page(booking, public_url))
    if booking.address:
        event.add("location", _line(booking.address))
    return event


def _others(booking: Booking, reader: Actor) -> str:
    customer = booking.customer_name or "a customer"
    if reader == Actor.PROVIDER:
        return customer
    if reader == Actor.ADMIN:
        return f"{booking.provider_name}, for {customer}"
    return booking.provider_name


def _description(booking: Booking, public_url: str) -> str:
    lines = [
        f"Booking: {booking.status.replace('_', ' ')}",
        f"Time: {say_time(booking.starts_at, booking.timezone)}",
    ]
    if booking.proposal is not None:
        lines.append(f"Proposed instead: {say_time(booking.proposal.starts_at, booking.timezone)}")
    if booking.note:
        lines += ["", *_lines(booking.note)]
    if booking.guest is None:  # a guest comes back by the link in their mails
        lines += ["", _page(booking, public_url)]
    return "\n".join(lines)


def _page(booking: Booking, public_url: str) -> str:
    return f"{public_url}/bookings/{booking.id}"


def _line(text: str) -> str:
    return " ".join(filter(None, _lines(text)))


def _lines(text: str) -> list[str]:
    """The lines of a text, by every character that anybody takes for the end of one, without control characters."""
    return ["".join(" " if category(c) == "Cc" else c for c in line).strip() for line in text.splitlines()]
