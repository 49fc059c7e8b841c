"""The calendar file of a mail (iCalendar, RFC 5545 and 5546).

METHOD says what the reader's program shall do with it: REQUEST puts the entry in, or brings the one with this UID up to
date where SEQUENCE is higher than its own; CANCEL takes it out. Nobody is asked to answer, so nothing comes back to us.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from unicodedata import category

from icalendar import STATUS, TRANSP, Calendar, Event, vCalAddress, vText

from gigsta_notifications.models import CalendarEntry

PRODUCT = "-//GigSta//Mails//EN"
FILE_NAME = "booking.ics"


@dataclass(frozen=True)
class CalendarFile:
    method: str
    content: bytes


def file_of(entry: CalendarEntry, *, sender: str, reader: str, page: str | None) -> CalendarFile:
    """`page` is where the reader finds the booking; None for a guest, whose link is a secret and stays in the mail."""
    removes = entry["change"] == "remove"
    method = "CANCEL" if removes else "REQUEST"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(entry, removes, sender, reader, page))
    return CalendarFile(method, calendar.to_ical())


def _event(entry: CalendarEntry, removes: bool, sender: str, reader: str, page: str | None) -> Event:
    """The same UID and, as SEQUENCE, the booking's version as in the feed and the file that bookings gives out."""
    event = Event()
    event.add("uid", f"{entry['booking_id']}@gigsta.nz")
    event.add("sequence", entry["version"])
    event.add("dtstamp", datetime.fromisoformat(entry["changed_at"]))
    event.add("dtstart", datetime.fromisoformat(entry["starts_at"]))
    event.add("dtend", datetime.fromisoformat(entry["ends_at"]))
    event.add("summary", plain(entry["summary"]))
    event.add("description", "\n".join(filter(None, [f"Time: {entry['time']}", page])))
    if "place" in entry:
        event.add("location", plain(entry["place"]))
    event.add("status", STATUS.CANCELLED if removes else STATUS.CONFIRMED)
    event.add("transp", TRANSP.TRANSPARENT if removes else TRANSP.OPAQUE)
    if page is not None:
        event.add("url", page)
    name, address = parseaddr(sender)
    event.add("organizer", _party(address, CN=name or address))
    event.add("attendee", _party(reader, PARTSTAT="ACCEPTED", ROLE="REQ-PARTICIPANT", RSVP="FALSE"))
    return event


def plain(text: str) -> str:
    """On one line, by every character that any reader takes for the end of one, without control characters."""
    parts = ("".join(" " if category(c) == "Cc" else c for c in line).strip() for line in text.splitlines())
    return " ".join(filter(None, parts))


def _party(address: str, **parameters: str) -> vCalAddress:
    party = vCalAddress(f"mailto:{address}")
    for name, value in parameters.items():
        party.params[name] = vText(value)
    return party
