"""What bookings tells the others: one event per transition, all of one shape, reminders, and which days have room."""

from datetime import date, datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from gigsta_common.events.catalog import Price
from gigsta_common.events.envelope import EventData


class GuestContact(BaseModel):
    """How to reach somebody who books without an account."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    email: str
    full_name: str
    secret: str
    """What the link in their mails carries: whoever has it acts for them on this one booking."""
    verify_by: datetime
    """How long the time is held for them unless they follow the link."""


class VerifiedGuest(BaseModel):
    """Who has shown, by following the link in a mail, that the address with which they booked is theirs."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    email: str
    full_name: str
    secret_hash: str
    """SHA-256 in hex of what their link carries: whoever is shown the secret can tell that it is that one."""


class MailLink(BaseModel):
    """An action that a party can take straight from a mail, on this version of the booking. Only for that mail:
    whoever has the token can take that action, once."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    party: Literal["customer", "provider"] | str
    """Whose it is."""
    action_name: str
    label: str
    is_critical: bool = False
    token: str
    expires_at: datetime


class BookingFacts(EventData):
    """What every event about a booking says of it."""

    names: ClassVar[tuple[str, ...]] = ()

    booking_id: str
    customer_id: str
    customer_name: str | None = None
    provider_id: str
    provider_name: str
    service_id: str
    service_title: str
    price: Price
    starts_at: datetime
    ends_at: datetime
    timezone: str
    """The provider's IANA zone: the one in which to tell people the time."""
    proposed_starts_at: datetime | None = None
    place: str | None = None
    """Where the parties will meet, while that is ahead: what the customer has told, or the provider's address."""
    next_automatic: str | None = None
    """What the clock will do if nobody does anything."""
    next_automatic_at: datetime | None = None
    links: list[MailLink] = Field(default_factory=list)


class BookingChanged(BookingFacts):
    """A booking after a transition. The envelope's `sequence` is the booking's version.

    Events are named by the lifecycle table (`booking.requested`, `booking.confirmed`, `booking.completed`, ...).
    """

    names: ClassVar[tuple[str, ...]] = ("booking.*",)

    action_name: str
    from_status: str | None
    to_status: str
    actor: Literal["customer", "provider", "admin", "system", "guest"] | str
    actor_id: str | None = None
    reason: str | None = None
    note: str
    """The line of the audit log."""
    at: datetime
    history_hash: str | None = None
    """The hash of the audit history up to here: whoever keeps it can tell later if the history was rewritten."""
    is_final: bool = False
    """No transition leads out of `to_status` any more, except a dispute."""
    completed_at: datetime | None = None
    """When it last came to be completed, also where it is not any more."""
    cancelled_by: Literal["customer", "provider"] | None = None
    """Which party has cancelled a booking that was confirmed."""
    cancellation_fee: Price | None = None
    """What a cancelled booking costs the customer; nothing at all is an amount of zero."""
    absent: Literal["customer", "provider"] | None = None
    """Who did not come, where that is said of somebody."""
    guest: GuestContact | None = None
    """Only in `booking.held`, which carries a secret."""
    verified_guest: VerifiedGuest | None = None
    """Only in `booking.verified`."""


class BookingReminder(BookingFacts):
    """Something waits for somebody, and a deadline is coming. It tells of no change."""

    names: ClassVar[tuple[str, ...]] = ("reminder.*",)

    reminder: (
        Literal[
            "answer_request",
            "answer_proposal",
            "day_before",
            "two_hours_before",
            "confirm_completion",
            "contest_no_show",
        ]
        | str
    )
    """Reminders may be added: a consumer that does not know one tells it in general words."""
    to: list[Literal["customer", "provider"] | str]
    """Which parties it is for."""
    deadline: datetime | None = None
    status: str
    at: datetime


class OpenDaysChanged(EventData):
    """On which days a service can still be booked. The envelope's `sequence` counts the changes of the service's days.

    For searching only: bookings alone knows, and refuses, when it comes to it.
    """

    names: ClassVar[tuple[str, ...]] = ("offering.days_changed",)

    service_id: str
    provider_id: str
    timezone: str
    """The provider's IANA zone: the days are theirs."""
    days: list[date]
    """All on which a bookable slot begins, in order; none for a service that is not on offer."""
