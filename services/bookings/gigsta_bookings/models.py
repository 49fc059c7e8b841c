"""What is stored about a booking, and the small rules that follow from it alone."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Status(StrEnum):
    AWAITING_VERIFICATION = "awaiting_verification"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    COMPLETED = "completed"
    NO_SHOW_REPORTED = "no_show_reported"
    DISPUTED = "disputed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    NO_SHOW = "no_show"


class Actor(StrEnum):
    CUSTOMER = "customer"
    PROVIDER = "provider"
    ADMIN = "admin"
    SYSTEM = "system"
    GUEST = "guest"


HOLDING = frozenset(
    {Status.AWAITING_VERIFICATION, Status.PENDING, Status.CONFIRMED, Status.IN_PROGRESS, Status.NO_SHOW_REPORTED}
)
"""In these states a booking keeps its time from being sold to anybody else."""


class _Stored(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Money(_Stored):
    amount: int
    currency: str


class CancellationTier(_Stored):
    """Cancelled at least so long before the start, the customer gets so much back."""

    hours_before: int
    refund_percent: int


class Policy(_Stored):
    """What was agreed when the booking was made. Later edits do not reach it."""

    version: int = 1
    cancellation: tuple[CancellationTier, ...] = (
        CancellationTier(hours_before=24, refund_percent=100),
        CancellationTier(hours_before=2, refund_percent=50),
        CancellationTier(hours_before=0, refund_percent=0),
    )


class Proposal(_Stored):
    """Another time that one side has offered. Both times are held until it is answered."""

    by: Actor
    starts_at: datetime
    ends_at: datetime
    proposed_at: datetime
    version: int
    """The booking's version that carries it: who accepts may name it, to accept what they saw."""


class NoShow(_Stored):
    reporter: Actor
    reported_at: datetime

    @property
    def accused(self) -> Actor:
        return Actor.PROVIDER if self.reporter == Actor.CUSTOMER else Actor.CUSTOMER


class Dispute(_Stored):
    opened_by: Actor
    from_status: Status
    opened_at: datetime


class HistoryEntry(_Stored):
    """A line of the audit history: appended with the change that it tells, never altered."""

    action: str
    actor: Actor
    actor_id: str | None
    at: datetime
    note: str
    reason: str | None
    from_status: Status | None
    to_status: Status
    version: int


class Booking(_Stored):
    """A booking as it is stored, but for its outbox."""

    id: str = Field(alias="_id")
    version: int
    status: Status
    customer_id: str
    customer_name: str | None
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
    created_at: datetime
    requested_at: datetime
    """When the provider was asked: from here the time to answer counts."""
    updated_at: datetime
    marked_complete_at: datetime | None = None
    completed_at: datetime | None = None
    proposal: Proposal | None = None
    no_show: NoShow | None = None
    dispute: Dispute | None = None
    history: tuple[HistoryEntry, ...] = ()

    def parties(self, user_id: str) -> tuple[Actor, ...]:
        """Which sides of this booking a user is on."""
        sides = ((Actor.CUSTOMER, self.customer_id), (Actor.PROVIDER, self.provider_id))
        return tuple(actor for actor, party in sides if party == user_id)


class Claim(_Stored):
    """A stretch of a provider's time that a booking holds, buffers included."""

    booking_id: str
    kind: str
    starts_at: datetime
    ends_at: datetime


def claims_of(booking: Booking) -> frozenset[Claim]:
    """The time that a booking holds in its present state: follows from the booking, so it cannot be forgotten."""
    status = booking.dispute.from_status if booking.status == Status.DISPUTED and booking.dispute else booking.status
    if status not in HOLDING:
        return frozenset()
    claims = {_claim(booking, "slot", booking.starts_at, booking.ends_at)}
    if booking.proposal is not None:
        claims.add(_claim(booking, "proposal", booking.proposal.starts_at, booking.proposal.ends_at))
    return frozenset(claims)


def _claim(booking: Booking, kind: str, starts_at: datetime, ends_at: datetime) -> Claim:
    return Claim(
        booking_id=booking.id,
        kind=kind,
        starts_at=starts_at - timedelta(minutes=booking.buffer_before_minutes),
        ends_at=ends_at + timedelta(minutes=booking.buffer_after_minutes),
    )


class Offering(_Stored):
    """What bookings knows of a service: the read model fed by catalog's events."""

    id: str = Field(alias="_id")
    sequence: int
    provider_id: str
    provider_name: str
    title: str
    price: Money
    duration_minutes: int
    buffer_minutes: int
    instant_book: bool
    status: str


def stored(model: BaseModel) -> dict[str, Any]:
    """A model as the document that MongoDB keeps: enums as their text, times as times."""
    document = model.model_dump(by_alias=True)
    return {name: _plain(value) for name, value in document.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
