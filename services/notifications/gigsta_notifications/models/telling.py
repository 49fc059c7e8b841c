"""What the tables of texts about bookings are made of, and how a row becomes a notice.

The texts know: {service}, {when}, {new_when}, {price}, {customer}, {provider} and {other} (the other party, as the
reader sees it). Each table adds words of its own. Times are in the reader's zone where we know it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from gigsta_common.events.bookings import BookingFacts
from gigsta_notifications.models import Button, CalendarEntry, MailPlan, Notice, is_guest
from gigsta_notifications.models.formatting import money, one_line, same_clock, unlinked, when

Role = Literal["customer", "provider"]
ROLES: tuple[Role, ...] = ("customer", "provider")
CalendarChange = Literal["add", "remove"]
CALENDAR_NOTES: dict[CalendarChange, str] = {
    "add": "The file with this mail puts the booking into your calendar, or brings it up to date there.",
    "remove": "The file with this mail takes the booking out of your calendar.",
}


@dataclass(frozen=True)
class Text:
    title: str
    what: str
    """What has happened."""
    next: str = ""
    """What happens next, and until when."""
    mail: bool = True
    """Whether it is worth a mail, or the inbox will do."""
    receipt: bool = False
    """Whether it is told even to the one who did it."""
    calendar: CalendarChange | None = None
    """What the file with the mail does to the reader's calendar. To add what is there brings it up to date."""
    rates: bool = False
    """Whether it asks for a rating."""


Told = dict[Role, Text]


def to_customer(title: str, what: str, then: str = "", **more: Any) -> Told:
    return {"customer": Text(title, what, then, **more)}


def to_provider(title: str, what: str, then: str = "", **more: Any) -> Told:
    return {"provider": Text(title, what, then, **more)}


def to_both(title: str, what: str, then: str = "", **more: Any) -> Told:
    return to_customer(title, what, then, **more) | to_provider(title, what, then, **more)


@dataclass(frozen=True)
class Reader:
    """One party of a booking, and the zone of the clock on their wall."""

    role: Role
    user_id: str
    zone: str

    @classmethod
    def of(cls, event: BookingFacts, role: Role, zones: Mapping[str, str]) -> "Reader":
        """The provider's zone is that of the booking; it is the customer's, too, as long as we know no better."""
        theirs = user_id(event, role)
        return cls(role, theirs, zones.get(theirs, event.timezone))

    def by(self, deadline: datetime | None) -> str:
        """`by Tuesday 3 March 2026, 9:00 am NZDT`, or `soon` where nothing ends."""
        return f"by {when(deadline, self.zone)}" if deadline else "soon"


def user_id(event: BookingFacts, role: Role) -> str:
    return event.customer_id if role == "customer" else event.provider_id


def customer_name(event: BookingFacts) -> str:
    return event.customer_name or "The customer"


def other_party(event: BookingFacts, role: Role) -> str:
    return event.provider_name if role == "customer" else customer_name(event)


def details(event: BookingFacts, reader: Reader) -> list[tuple[str, str]]:
    return [
        ("Service", unlinked(event.service_title)),
        ("Provider" if reader.role == "customer" else "Customer", other_party(event, reader.role)),
        *_times("When", event.starts_at, event, reader),
        *(_times("Proposed time", event.proposed_starts_at, event, reader) if event.proposed_starts_at else ()),
        *([("Where", _place(event.place))] if event.place else ()),
        ("Price", money(event.price.amount, event.price.currency)),
    ]


def _place(address: str) -> str:
    return unlinked(one_line(address))


def _times(label: str, moment: datetime, event: BookingFacts, reader: Reader) -> list[tuple[str, str]]:
    """By the reader's clock, and by the provider's where that shows another time."""
    shown = [(label, when(moment, reader.zone))]
    if not same_clock(moment, reader.zone, event.timezone):
        whose = "For the provider" if reader.role == "customer" else "In your schedule"
        shown.append((whose, when(moment, event.timezone)))
    return shown


def notice(
    event: BookingFacts,
    reader: Reader,
    text: Text,
    status: str,
    more_words: dict[str, str],
    more_details: Sequence[tuple[str, str]] = (),
    not_after: datetime | None = None,
    at: datetime | None = None,
    version: int = 1,
) -> Notice:
    words = _words(event, reader) | more_words
    what, then = (part.format_map(words).strip() for part in (text.what, text.next))
    plan = MailPlan(
        "booking",
        what=what,
        next=then,
        details=[*details(event, reader), *more_details],
        action=_action(event, reader, text),
        buttons=[Button(x.label, x.token, x.is_critical) for x in event.links if x.party == reader.role],
        calendar=_entry(event, reader, text.calendar, at, version) if text.calendar and at else None,
        not_after=not_after,
        matters_at=not_after or event.starts_at,
    )
    return Notice(
        user_id=reader.user_id,
        title=one_line(text.title.format_map(words)),
        body=f"{what} {then}".strip(),
        link=f"/bookings/{event.booking_id}",
        data={"booking_id": event.booking_id, "service_id": event.service_id, "status": status},
        mail=plan if text.mail else None,
    )


def _action(event: BookingFacts, reader: Reader, text: Text) -> str:
    if text.rates and not is_guest(reader.user_id):
        return one_line(f"Rate {other_party(event, reader.role)}", 60)
    return "See the booking"


def _entry(event: BookingFacts, reader: Reader, change: CalendarChange, at: datetime, version: int) -> CalendarEntry:
    entry: CalendarEntry = {
        "change": change,
        "booking_id": event.booking_id,
        "version": version,
        "changed_at": at.isoformat(),
        "starts_at": event.starts_at.isoformat(),
        "ends_at": event.ends_at.isoformat(),
        "summary": f"{unlinked(event.service_title)} with {other_party(event, reader.role)}",
        "time": when(event.starts_at, event.timezone),
    }
    if event.place:
        entry["place"] = _place(event.place)
    return entry


def _words(event: BookingFacts, reader: Reader) -> dict[str, str]:
    proposed = event.proposed_starts_at
    return {
        "service": unlinked(event.service_title),
        "when": when(event.starts_at, reader.zone),
        "new_when": when(proposed, reader.zone) if proposed else "another time",
        "price": money(event.price.amount, event.price.currency),
        "customer": customer_name(event),
        "provider": event.provider_name,
        "other": other_party(event, reader.role),
    }
