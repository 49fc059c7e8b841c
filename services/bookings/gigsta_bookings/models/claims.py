"""Claims: the stretches of a provider's time that bookings hold."""

from datetime import datetime, timedelta

from gigsta_bookings.models.base import Stored
from gigsta_bookings.models.booking import Booking
from gigsta_bookings.models.states import Status

HOLDING = frozenset(
    {Status.AWAITING_VERIFICATION, Status.PENDING, Status.CONFIRMED, Status.IN_PROGRESS, Status.NO_SHOW_REPORTED}
)
"""In these states a booking keeps its time from being sold to anybody else."""
HOLD = "hold"
"""The kind of claim that a guest has before their address is verified: there may be only a few a day."""


class Claim(Stored):
    """A stretch of a provider's time that a booking holds, buffers included. A booking has one of a kind at most."""

    booking_id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    slot_starts_at: datetime
    """When the work itself begins: it decides to which local day the booking counts."""


def claims_of(booking: Booking) -> frozenset[Claim]:
    """The time that a booking holds in its present state: follows from the booking, so it cannot be forgotten."""
    status = booking.dispute.from_status if booking.status == Status.DISPUTED and booking.dispute else booking.status
    if status not in HOLDING:
        return frozenset()
    kind = HOLD if status == Status.AWAITING_VERIFICATION else "slot"
    claims = {_claim(booking, kind, booking.starts_at, booking.ends_at)}
    if booking.proposal is not None:
        claims.add(_claim(booking, "proposal", booking.proposal.starts_at, booking.proposal.ends_at))
    return frozenset(claims)


def _claim(booking: Booking, kind: str, starts_at: datetime, ends_at: datetime) -> Claim:
    return Claim(
        booking_id=booking.id,
        kind=kind,
        starts_at=starts_at - timedelta(minutes=booking.buffer_before_minutes),
        ends_at=ends_at + timedelta(minutes=booking.buffer_after_minutes),
        slot_starts_at=starts_at,
    )
