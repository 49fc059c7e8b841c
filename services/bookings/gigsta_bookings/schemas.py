"""What goes over the wire."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from email_validator import validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
)

from gigsta_bookings.actions import BookingAction
from gigsta_bookings.availability import Plan, Span
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.models import (
    Actor,
    Booking,
    Cancellation,
    CancellationTier,
    HistoryEntry,
    Money,
    NoShow,
    Place,
    Policy,
    Proposal,
    Status,
    WorkPlace,
)
from gigsta_bookings.models.policy import FULL_REFUND_FROM_HOURS, MOST_TIERS, RESPONSE_HOURS, PolicyTerms
from gigsta_bookings.rules import verify_by
from gigsta_bookings.times import Instant
from gigsta_common.text import PersonName, PhoneNumber, line, plain_lines, statement

ActionName = StrEnum("ActionName", {name.upper(): name for name in BY_NAME})  # type: ignore[misc]
"""Every action of the lifecycle table, so that the OpenAPI enum grows with it."""

Text = Annotated[str, line(2000), AfterValidator(statement)]
ShortText = Annotated[str, line(300), AfterValidator(statement)]
MOST_VERSIONS = 2**53
"""What JSON's numbers say exactly everywhere, and MongoDB can hold."""
Version = Annotated[int, Field(ge=1, le=MOST_VERSIONS)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Where(BaseModel):
    """The place of the work, for services that come to the customer. Without it those are never booked at once: the
    provider judges by the address."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ExpectedPrice(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    amount: Annotated[int, Field(ge=0, le=MOST_VERSIONS)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Expected(BaseModel):
    """What whoever books was shown. Only what is said here is compared."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    price: ExpectedPrice | None = None
    duration_minutes: Annotated[int, Field(ge=1, le=MOST_VERSIONS)] | None = None
    instant_book: bool | None = None
    """Whether it is confirmed at once, as `/bookings/availability` says it."""
    policy_version: Annotated[int, Field(ge=0, le=MOST_VERSIONS)] | None = None
    """The `version` of the terms at `/bookings/policies/{provider_id}`."""


class BookingRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    service_id: Id
    starts_at: Instant
    note: Text | None = None
    address: Annotated[ShortText, AfterValidator(plain_lines)] | None = None
    location: Where | None = None
    expected: Expected | None = Field(
        None,
        description="What was shown: where it has changed since, nothing is booked, and a 409 with the code "
        "`offer_changed` says in `changed` and `offer` what is different now.",
    )

    @property
    def place(self) -> Place | None:
        return Place(lat=self.location.lat, lng=self.location.lng) if self.location else None


def _in_small_letters(email: str) -> str:
    """Which may be more letters, and too many: İ becomes two."""
    return validate_email(email.lower(), check_deliverability=False).normalized


class GuestBookingRequest(BookingRequest):
    """A request of somebody without an account. A mail asks them to confirm it within half an hour."""

    email: Annotated[EmailStr, Field(max_length=254), AfterValidator(_in_small_letters)]
    full_name: PersonName
    phone_number: PhoneNumber


class ActionRequest(BaseModel):
    """Everything is optional, but for what the action itself needs. What an action does not take is refused."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = Field(
        None, description="The version that the caller looked at: if the booking has moved on, nothing happens."
    )
    reason: Text | None = Field(None, description="For people to read. Some actions need one: `requires_reason`.")
    starts_at: Instant | None = Field(None, description="The new time, for `change_time` and `propose_reschedule`.")
    proposal_version: Version | None = Field(
        None,
        description="The `version` of the proposal that the caller saw. `accept_reschedule` needs it; the other "
        "answers to a proposal take it.",
    )


class TierChoice(CancellationTier):
    model_config = ConfigDict(extra="forbid")


class PolicyBounds(BaseModel):
    """Within what every provider has to stay."""

    most_tiers: int = MOST_TIERS
    full_refund_from_hours: int = FULL_REFUND_FROM_HOURS
    """The earliest tier refunds 100 % and begins no earlier than this before the start."""
    least_response_hours: int = RESPONSE_HOURS[0]
    most_response_hours: int = RESPONSE_HOURS[1]


class PolicyChoice(PolicyTerms):
    """A provider's terms, for bookings from now on. What `GET` answers can be sent back as it is."""

    model_config = ConfigDict(extra="forbid")

    cancellation: tuple[TierChoice, ...] = Field(min_length=1, max_length=MOST_TIERS)
    version: Annotated[int, Field(ge=0, le=MOST_VERSIONS)] | None = None
    """The version that the caller looked at: if the policy has moved on, nothing happens."""
    bounds: PolicyBounds | None = Field(None, description="As `GET` says them; nothing is made of it.")

    @property
    def terms(self) -> PolicyTerms:
        return PolicyTerms.model_validate(self.model_dump(exclude={"version", "bounds"}))


class ProviderPolicy(PolicyTerms):
    """The terms in force."""

    version: int
    """0: the platform's own terms, because the provider has set none."""
    bounds: PolicyBounds = PolicyBounds()


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
    proposal: Proposal | None
    cancellation: Cancellation | None
    """What cancelling it has cost the customer."""


class GuestDetails(BaseModel):
    """How the provider reaches somebody who booked without an account."""

    email: str
    phone_number: str


class BookingDetail(BookingSummary):
    roles: list[Actor]
    """What the caller is to this booking."""
    note: str | None
    address: str | None
    location: Place | None
    service_location: WorkPlace | None
    """Where the customer comes to, where it is they who come: told while a booking is confirmed and under way."""
    guest: GuestDetails | None
    """Told to the guest, and to the provider once the address is verified."""
    policy: Policy
    no_show: NoShow | None
    available_actions: list[BookingAction]
    history: list[HistoryEntry]


class HeldBooking(BaseModel):
    """A guest's booking before its mail link was followed: as much as anybody may know who is not known yet."""

    id: str
    status: Status
    starts_at: datetime
    ends_at: datetime
    timezone: str
    verify_by: datetime


class Feed(BaseModel):
    """Whether a user has a calendar feed. Its address is told once, when it is made."""

    active: bool
    created_at: datetime | None


class FeedAddress(BaseModel):
    url: str
    """Whoever knows it can read the feed: it is a secret."""


class BookingActions(BaseModel):
    items: list[BookingAction]
    status: Status
    version: int


class HistoryCheck(BaseModel):
    """Whether the audit history is as it was written: each entry's hash covers it and the entry before, and the last is
    where the booking is."""

    intact: bool
    entries: int
    broken_at: int | None
    """The version of the first entry that was altered, or that is missing."""
    head: str
    """The hash of the last entry. The event of that transition carried it, too: whoever compares the two finds out even
    a history that was written anew from one end to the other."""


@dataclass(frozen=True)
class Availability:
    timezone: str
    items: list[Span]
    in_service_area: bool = True
    """False where the provider does not come to the place that was asked for: then there are no slots."""
    instant_book: Annotated[
        bool,
        Field(
            description="Whether booking one of them is confirmed at once: where the service offers that and its "
            "provider's terms allow it; of a service with a `service_radius_km` only for a place that is told. "
            "Otherwise, and where a booking is moved, somebody has to agree."
        ),
    ] = False
    next_from: Annotated[
        date | None,
        Field(
            description="There are more slots than one answer holds, which ends with a whole day: ask again with this "
            "as `from`. Null where these are all."
        ),
    ] = None


class Schedule(Plan):
    """A provider's plan, as it is kept."""

    is_default: bool
    """Nobody has changed it yet: it is what every new provider starts with."""
    version: int


class ScheduleChoice(Plan):
    """A provider's plan. What `GET` answers can be sent back as it is: what only it says is not taken over."""

    version: Version | None = Field(
        None, description="The version that the caller looked at: if the schedule has moved on, nothing happens."
    )
    is_default: bool | None = Field(None, description="As `GET` says it; nothing is made of it.")

    @property
    def plan(self) -> Plan:
        return Plan.model_validate(self.model_dump(exclude={"version", "is_default"}))


class BookingsExport(BaseModel):
    """What bookings holds about somebody."""

    bookings: list[BookingDetail]
    """On either side, the newest first."""
    complete: bool
    """False where there are more, older ones: the list of bookings has them all."""
    schedule: Schedule | None
    policy: ProviderPolicy | None


def held(booking: Booking) -> HeldBooking:
    return HeldBooking(
        id=booking.id,
        status=booking.status,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        timezone=booking.timezone,
        verify_by=verify_by(booking),
    )


def summary(booking: Booking, roles: tuple[Actor, ...], next_automatic: tuple[str, datetime] | None) -> BookingSummary:
    return BookingSummary(**_summary(booking.as_seen_by(roles), next_automatic))


def detail(
    booking: Booking,
    roles: tuple[Actor, ...],
    actions: list[BookingAction],
    next_automatic: tuple[str, datetime] | None,
    service_location: WorkPlace | None = None,
) -> BookingDetail:
    booking = booking.as_seen_by(roles)
    return BookingDetail(
        **_summary(booking, next_automatic),
        roles=list(roles),
        note=booking.note,
        address=booking.address,
        location=booking.location,
        service_location=service_location,
        guest=_guest(booking, roles),
        policy=booking.policy,
        no_show=booking.no_show,
        available_actions=actions,
        history=list(booking.history),
    )


def _guest(booking: Booking, roles: tuple[Actor, ...]) -> GuestDetails | None:
    if booking.guest is None or (Actor.PROVIDER in roles and not booking.is_proven):
        return None
    return GuestDetails(email=booking.guest.email, phone_number=booking.guest.phone_number)


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
        "proposal": booking.proposal,
        "cancellation": booking.cancellation,
    }
