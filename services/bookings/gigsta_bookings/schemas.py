"""What goes over the wire."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from gigsta_bookings.actions import BookingAction
from gigsta_bookings.availability import Plan, Span
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.models import Actor, Booking, HistoryEntry, Money, NoShow, Policy, Proposal, Status

ActionName = StrEnum("ActionName", {name.upper(): name for name in BY_NAME})  # type: ignore[misc]
"""Every action of the lifecycle table, so that the OpenAPI enum grows with it."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text_only(value: object) -> object:
    """Numbers, as such or as text, would be taken for seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DATE.match(value)):
        raise ValueError("must be text in RFC 3339, such as 2026-03-02T20:00:00Z")
    return value


def _in_range(moment: date) -> date:
    """Far from the ends of the calendar, where time zones and durations would lead out of it."""
    if not 2000 <= moment.year <= 2200:
        raise ValueError("must lie between the years 2000 and 2200")
    return moment


Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_range)]
Day = Annotated[date, BeforeValidator(_text_only), AfterValidator(_in_range)]
Moment = Instant | Day


class BookingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service_id: Id
    starts_at: Instant
    note: Text | None = None
    address: ShortText | None = None


class ActionRequest(BaseModel):
    """Everything is optional, but for what the action itself needs."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1)] | None = None
    """The version that the caller looked at: if the booking has moved on, nothing happens."""
    reason: Text | None = None
    starts_at: Instant | None = None
    proposal_version: Annotated[int, Field(ge=1)] | None = None
    """For `accept_reschedule`: the version of the proposal that the caller saw."""


class Party(BaseModel):
    id: str
    name: str | None


class BookedService(BaseModel):
    id: str
    title: str


class NextAutomatic(BaseModel):
    action_name: str
    at: datetime


class BookingSummary(BaseModel):
    id: str
    status: Status
    version: int
    customer: Party
    provider: Party
    service: BookedService
    price: Money
    starts_at: datetime
    ends_at: datetime
    timezone: str
    created_at: datetime
    updated_at: datetime
    next_automatic: NextAutomatic | None


class BookingDetail(BookingSummary):
    roles: list[Actor]
    """What the caller is to this booking."""
    note: str | None
    address: str | None
    policy: Policy
    proposal: Proposal | None
    no_show: NoShow | None
    available_actions: list[BookingAction]
    history: list[HistoryEntry]


class BookingActions(BaseModel):
    items: list[BookingAction]
    status: Status
    version: int


class Availability(BaseModel):
    timezone: str
    items: list[Span]


class Schedule(Plan):
    """A provider's plan, as it is kept."""

    is_default: bool
    """Nobody has changed it yet: it is what every new provider starts with."""
    version: int


def summary(booking: Booking, next_automatic: tuple[str, datetime] | None) -> BookingSummary:
    return BookingSummary(**_summary(booking, next_automatic))


def detail(
    booking: Booking,
    roles: tuple[Actor, ...],
    actions: list[BookingAction],
    next_automatic: tuple[str, datetime] | None,
) -> BookingDetail:
    return BookingDetail(
        **_summary(booking, next_automatic),
        roles=list(roles),
        note=booking.note,
        address=booking.address,
        policy=booking.policy,
        proposal=booking.proposal,
        no_show=booking.no_show,
        available_actions=actions,
        history=list(booking.history),
    )


def _summary(booking: Booking, next_automatic: tuple[str, datetime] | None) -> dict[str, object]:
    return {
        "id": booking.id,
        "status": booking.status,
        "version": booking.version,
        "customer": Party(id=booking.customer_id, name=booking.customer_name),
        "provider": Party(id=booking.provider_id, name=booking.provider_name),
        "service": BookedService(id=booking.service_id, title=booking.service_title),
        "price": booking.price,
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "timezone": booking.timezone,
        "created_at": booking.created_at,
        "updated_at": booking.updated_at,
        "next_automatic": NextAutomatic(action_name=next_automatic[0], at=next_automatic[1])
        if next_automatic
        else None,
    }
