"""What is stored, and the rules: whom an event concerns, in which words, and how a mail gets through."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, NotRequired, TypedDict

from gigsta_notifications.models.preferences import Kind


class Address(TypedDict):
    """Where a user gets mail: a read model of auth's users and of bookings' guests. `_id` is the user's id.

    A closed account leaves only its id behind, so that an event that comes late does not bring it back.
    """

    _id: str
    email: str | None
    full_name: str | None
    closed: bool
    sequence: int
    """Of the latest event that told the address."""
    secret: NotRequired[str]
    """Only of guests: what their link to the booking carries."""
    account: NotRequired[str]
    """Only of guests: the user that they have turned out to be."""


class Item(TypedDict):
    """An entry of a user's inbox."""

    _id: str
    user_id: str
    kind: str
    title: str
    body: str
    data: dict[str, str]
    link: str
    created_at: datetime
    read_at: datetime | None
    position: NotRequired[int | None]
    """Its place in the order in which streams give out the user's items, from 1, without gaps; None until one asks.
    Not on the oldest."""


class Delivery(TypedDict):
    """One mail to one user, from the event that asks for it to the mail server's word that it has it."""

    _id: str
    user_id: str
    to: str | None
    """Set where the event named the address; else it is looked up when the mail is sent."""
    template: str
    subject: str
    context: NotRequired[dict[str, Any]]
    """What the template is filled with; removed once the mail is sent, because it may hold a secret."""
    message_id: str
    status: Literal["queued", "sent", "failed", "skipped"]
    attempts: int
    next_attempt_at: datetime
    """While a sender is at work: when its lease runs out."""
    lease: str | None
    """Of the sender at work. One that is found here by the next sender died in the middle of its attempt."""
    doubtful: bool
    """Whether an attempt ended with its sender's death, or without the server's word: the mail may be there twice."""
    error: str | None
    not_after: datetime | None
    """There is no point in sending it later than this."""
    kind: NotRequired[Kind | None]
    """As what it can be turned off and delayed; None for what cannot."""
    matters_at: NotRequired[datetime | None]
    """When what it is about takes place, or has to be answered."""
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    resent: NotRequired[list[dict[str, Any]]]
    """Each time that an operator has put it back in line: by whom, when, and the error until then."""


class MailboxEntry(TypedDict):
    """A mail in the development mailbox."""

    _id: str
    to: str
    subject: str
    text: str
    html: str
    links: list[str]
    sent_at: datetime
    calendar: NotRequired[str | None]
    """The file that came with it."""


class CalendarEntry(TypedDict):
    """What the calendar file of a mail says. As a delivery keeps it: times are ISO 8601."""

    change: Literal["add", "remove"]
    """To add what is there already brings it up to date."""
    booking_id: str
    version: int
    changed_at: str
    starts_at: str
    ends_at: str
    summary: str
    time: str
    """For people, in the provider's zone."""
    place: NotRequired[str]


@dataclass(frozen=True)
class Button:
    """Something that can be done straight from the mail."""

    label: str
    token: str
    """For bookings to read, which has signed it."""
    is_critical: bool


@dataclass(frozen=True)
class MailPlan:
    """That a notice goes out by mail too: with which template, filled with what besides the notice itself."""

    template: str
    what: str = ""
    """What has happened; by default what the inbox says."""
    next: str = ""
    """What happens next."""
    details: list[tuple[str, str]] = field(default_factory=list)
    """Label and value, in the order in which they are shown."""
    action: str = "Open GigSta"
    """What stands on the link back to us."""
    buttons: list[Button] = field(default_factory=list)
    calendar: CalendarEntry | None = None
    not_after: datetime | None = None
    """There is no point in sending it later than this."""
    matters_at: datetime | None = None
    """When what it is about takes place, or has to be answered."""


@dataclass(frozen=True)
class Notice:
    """What one user is told about one event."""

    user_id: str
    title: str
    body: str
    link: str
    data: dict[str, str]
    mail: MailPlan | None


GUEST = "guest-"
"""What the ids of guests begin with."""


def guest_id(booking_id: str) -> str:
    """What bookings calls the customer of a guest booking for as long as no account is known for them."""
    return GUEST + booking_id


def is_guest(user_id: str) -> bool:
    return user_id.startswith(GUEST)


def deterministic_id(event_id: str, user_id: str) -> str:
    """The id of what an event makes for a user: the same however often the event comes."""
    return sha256(f"{event_id}\n{user_id}".encode()).hexdigest()[:32]
