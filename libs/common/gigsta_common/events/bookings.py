"""What bookings tells the others: one event per transition, all of one shape."""

from datetime import datetime
from typing import ClassVar, Literal

from gigsta_common.events.catalog import Price
from gigsta_common.events.envelope import EventData


class BookingChanged(EventData):
    """A booking after a transition. The envelope's `sequence` is the booking's version.

    Events are named by the lifecycle table (`booking.requested`, `booking.confirmed`, `booking.completed`, ...).
    """

    names: ClassVar[tuple[str, ...]] = ("booking.*",)

    booking_id: str
    action_name: str
    from_status: str | None
    to_status: str
    actor: Literal["customer", "provider", "admin", "system", "guest"] | str
    actor_id: str | None = None
    reason: str | None = None
    note: str
    """The line of the audit log."""
    at: datetime
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
    is_final: bool = False
    """No transition leads out of `to_status` any more, except a dispute."""
