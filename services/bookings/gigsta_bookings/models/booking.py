"""A booking as it is stored."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from gigsta_bookings.models.base import Money, Place, Stored
from gigsta_bookings.models.history import HistoryEntry
from gigsta_bookings.models.policy import Policy
from gigsta_bookings.models.states import Actor, Status


def guest_id(booking_id: str) -> str:
    """The customer of a booking that was made without an account, until one is known for them."""
    return f"guest-{booking_id}"


class Guest(Stored):
    """Who booked without an account. Whoever knows the secret of the mail link acts for them."""

    email: str
    """Empty, like the phone number, once the request has lapsed unverified: they were never shown to be theirs."""
    full_name: str
    phone_number: str
    secret_hash: str
    verified_at: datetime | None = None


class Proposal(Stored):
    """Another time that one side has offered. Both times are held until it is answered."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    by: Actor
    starts_at: datetime
    ends_at: datetime
    proposed_at: datetime
    version: int
    """The booking's version that came with it. Whoever answers it names it as `proposal_version`."""


class NoShow(Stored):
    reporter: Actor
    reported_at: datetime

    @property
    def accused(self) -> Actor:
        return Actor.PROVIDER if self.reporter == Actor.CUSTOMER else Actor.CUSTOMER


class Dispute(Stored):
    opened_by: Actor
    from_status: Status
    opened_at: datetime


class Answer(Stored):
    """How a request ended: for acceptance rates and response times."""

    action: str
    at: datetime


class Cancellation(Stored):
    """What a cancellation has cost the customer, under the policy as it was agreed."""

    refund_percent: int
    fee: Money


class Booking(Stored):
    """A booking as it is stored, but for its outbox."""

    id: str = Field(alias="_id")
    version: int
    status: Status
    customer_id: str
    customer_name: str | None
    guest: Guest | None = None
    provider_id: str
    provider_name: str
    service_id: str
    service_title: str
    price: Money
    duration_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    instant_book: bool
    policy: Policy
    timezone: str
    starts_at: datetime
    ends_at: datetime
    note: str | None
    address: str | None
    location: Place | None = None
    created_at: datetime
    requested_at: datetime
    """When the provider was asked: from here the time to answer counts."""
    updated_at: datetime
    answer: Answer | None = None
    confirmed_at: datetime | None = None
    """When it came to be confirmed for the time that it has."""
    marked_complete_at: datetime | None = None
    completed_at: datetime | None = None
    proposal: Proposal | None = None
    no_show: NoShow | None = None
    dispute: Dispute | None = None
    cancellation: Cancellation | None = None
    reminded: dict[str, datetime] = Field(default_factory=dict)
    """The reminders that went out, each with the moment for which it was due."""
    history: tuple[HistoryEntry, ...] = ()

    def parties(self, user_id: str) -> tuple[Actor, ...]:
        """Which sides of this booking a user is on."""
        sides = ((Actor.CUSTOMER, self.customer_id), (Actor.PROVIDER, self.provider_id))
        return tuple(actor for actor, party in sides if party == user_id)

    @property
    def is_proven(self) -> bool:
        """Whether whoever booked has shown who they are: by logging in, or by following the link in the mail."""
        return self.guest is None or self.guest.verified_at is not None

    def as_seen_by(self, roles: Iterable[Actor]) -> "Booking":
        """To its provider the customer is nobody until they have shown who they are: they may be anybody."""
        hidden = not self.is_proven and Actor.PROVIDER in roles
        return self.model_copy(update=self.without_customer()) if hidden else self

    def without_customer(self) -> dict[str, Any]:
        """The fields that say who booked, emptied."""
        nobody = {"email": "", "full_name": "", "phone_number": ""}
        guest = self.guest.model_copy(update=nobody) if self.guest else None
        return {"customer_name": None, "note": None, "address": None, "location": None, "guest": guest}
