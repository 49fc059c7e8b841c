"""Guests: they book without an account, have no inbox, and come back to their booking by the link in their mails."""

from datetime import timedelta
from typing import Any

from gigsta_common.events import BookingChanged
from gigsta_notifications.models import telling
from gigsta_notifications.models.formatting import duration, when

HOLD = timedelta(minutes=30)
"""How long bookings keeps the time for a guest whose address is not confirmed."""
TEMPLATE = "confirm_guest"
SUBJECT = "Confirm your email address for your booking"


def is_guest(user_id: str) -> bool:
    """Bookings calls the customer of a guest booking `guest-<booking id>`."""
    return user_id.startswith("guest-")


def link(booking_id: str, secret: str) -> str:
    """The secret is in the fragment, which no browser sends: it gets into no server's log."""
    return f"/api/v1/bookings/guest#{booking_id}.{secret}"


def confirmation(held: BookingChanged) -> dict[str, Any]:
    """What the mail says that asks a guest to confirm their address."""
    return {
        "provider": held.provider_name,
        "details": [list(detail) for detail in telling.details(held, "customer")],
        "held_for": duration(HOLD),
        "held_until": when(held.at + HOLD, held.timezone),
    }
