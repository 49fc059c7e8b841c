"""What goes over the wire where an action is taken straight from a mail."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gigsta_bookings.actions import BookingAction
from gigsta_bookings.models import Actor, Booking, Money, Status
from gigsta_bookings.schemas import BookedService, Text


class MailLinkRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Text | None = Field(None, description="For people to read. Some actions need one: `requires_reason`.")


class MailLinkOffer(BaseModel):
    """What the link of a mail would do; of the booking no more than the mail says."""

    action: BookingAction
    role: Literal[Actor.CUSTOMER, Actor.PROVIDER]
    """As whom."""
    status: Status
    service: BookedService
    provider_name: str
    customer_name: str | None
    price: Money
    starts_at: datetime
    ends_at: datetime
    proposed_starts_at: datetime | None
    timezone: str


class MailLinkOutcome(BaseModel):
    action_name: str
    status: Status
    """Of the booking, now."""


def offer(party: Actor, booking: Booking, action: BookingAction) -> MailLinkOffer:
    return MailLinkOffer(
        action=action,
        role=Actor.CUSTOMER if party == Actor.CUSTOMER else Actor.PROVIDER,
        status=booking.status,
        service=BookedService(id=booking.service_id, title=booking.service_title),
        provider_name=booking.provider_name,
        customer_name=booking.customer_name,
        price=booking.price,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        proposed_starts_at=booking.proposal.starts_at if booking.proposal else None,
        timezone=booking.timezone,
    )
