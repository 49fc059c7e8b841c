"""What bookings tells the others about a transition."""

from gigsta_bookings.lifecycle import TERMINAL
from gigsta_bookings.models import Booking
from gigsta_common.events import BookingChanged
from gigsta_common.events.catalog import Price


def changed(booking: Booking) -> BookingChanged:
    """The event data of the last entry in a booking's history."""
    last = booking.history[-1]
    return BookingChanged(
        booking_id=booking.id,
        action_name=last.action,
        from_status=last.from_status,
        to_status=last.to_status,
        actor=last.actor.value,
        actor_id=last.actor_id,
        reason=last.reason,
        note=last.note,
        at=last.at,
        customer_id=booking.customer_id,
        customer_name=booking.customer_name,
        provider_id=booking.provider_id,
        provider_name=booking.provider_name,
        service_id=booking.service_id,
        service_title=booking.service_title,
        price=Price(amount=booking.price.amount, currency=booking.price.currency),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        timezone=booking.timezone,
        proposed_starts_at=booking.proposal.starts_at if booking.proposal else None,
        is_final=booking.status in TERMINAL,
    )
