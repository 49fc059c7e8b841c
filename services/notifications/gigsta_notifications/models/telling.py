"""What the tables of texts about bookings are made of, and how a row becomes a notice.

The texts know: {service}, {when}, {new_when}, {price}, {customer}, {provider} and {other} (the other party, as the
reader sees it). Each table adds words of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gigsta_common.events.bookings import BookingFacts
from gigsta_notifications.models import MailPlan, Notice
from gigsta_notifications.models.formatting import money, one_line, when

Role = Literal["customer", "provider"]
ROLES: tuple[Role, ...] = ("customer", "provider")


@dataclass(frozen=True)
class Text:
    title: str
    body: str
    mail: bool = True
    """Whether it is worth a mail, or the inbox will do."""
    receipt: bool = False
    """Whether it is told even to the one who did it."""


Told = dict[Role, Text]


def to_customer(title: str, body: str, *, mail: bool = True, receipt: bool = False) -> Told:
    return {"customer": Text(title, body, mail, receipt)}


def to_provider(title: str, body: str, *, receipt: bool = False) -> Told:
    return {"provider": Text(title, body, receipt=receipt)}


def to_both(title: str, body: str, *, receipt: bool = False) -> Told:
    return to_customer(title, body, receipt=receipt) | to_provider(title, body, receipt=receipt)


def user_id(event: BookingFacts, role: Role) -> str:
    return event.customer_id if role == "customer" else event.provider_id


def customer_name(event: BookingFacts) -> str:
    return event.customer_name or "The customer"


def other_party(event: BookingFacts, role: Role) -> str:
    return event.provider_name if role == "customer" else customer_name(event)


def details(event: BookingFacts, role: Role) -> list[tuple[str, str]]:
    found = [
        ("Service", event.service_title),
        ("Provider" if role == "customer" else "Customer", other_party(event, role)),
        ("When", when(event.starts_at, event.timezone)),
    ]
    if event.proposed_starts_at:
        found.append(("Proposed time", when(event.proposed_starts_at, event.timezone)))
    return [*found, ("Price", money(event.price.amount, event.price.currency))]


def notice(
    event: BookingFacts,
    role: Role,
    text: Text,
    status: str,
    more_words: dict[str, str],
    more_details: Sequence[tuple[str, str]] = (),
    not_after: datetime | None = None,
) -> Notice:
    words = _words(event, role) | more_words
    shown = [*details(event, role), *more_details]
    return Notice(
        user_id=user_id(event, role),
        title=one_line(text.title.format_map(words)),
        body=text.body.format_map(words),
        link=f"/bookings/{event.booking_id}",
        data={"booking_id": event.booking_id, "service_id": event.service_id, "status": status},
        mail=MailPlan("booking", shown, "See the booking", not_after, not_after or event.starts_at)
        if text.mail
        else None,
    )


def _words(event: BookingFacts, role: Role) -> dict[str, str]:
    return {
        "service": event.service_title,
        "when": when(event.starts_at, event.timezone),
        "new_when": when(event.proposed_starts_at, event.timezone) if event.proposed_starts_at else "another time",
        "price": money(event.price.amount, event.price.currency),
        "customer": customer_name(event),
        "provider": event.provider_name,
        "other": other_party(event, role),
    }
