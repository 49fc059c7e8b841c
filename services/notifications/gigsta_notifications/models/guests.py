"""Guests: they book without an account, have no inbox, and come back to their booking by the link in their mails."""

from typing import Any

from gigsta_common.events import BookingChanged
from gigsta_common.events.bookings import GuestContact
from gigsta_notifications.models import telling
from gigsta_notifications.models.formatting import duration, when

TEMPLATE = "confirm_guest"
SUBJECT = "Confirm your email address for your booking"


def link(booking_id: str, secret: str) -> str:
    """The secret is in the fragment, which no browser sends: it gets into no server's log."""
    return f"/api/v1/bookings/guest#{booking_id}.{secret}"


def confirmation(held: BookingChanged, guest: GuestContact) -> dict[str, Any]:
    """What the mail says that asks a guest to confirm their address."""
    return {
        "provider": held.provider_name,
        "details": [list(detail) for detail in telling.details(held, telling.Reader.of(held, "customer", {}))],
        "held_for": duration(guest.verify_by - held.at),
        "held_until": when(guest.verify_by, held.timezone),
    }
