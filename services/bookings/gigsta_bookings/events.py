"""What bookings tells the others about a transition, and when it reminds."""

from datetime import datetime
from typing import Any, Literal

from gigsta_bookings.lifecycle import TERMINAL
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.rows import Reminder
from gigsta_bookings.rules import verify_by
from gigsta_common.events import BookingChanged, BookingReminder
from gigsta_common.events.bookings import GuestContact, VerifiedGuest
from gigsta_common.events.catalog import Price


def changed(booking: Booking, guest_secret: str | None = None) -> BookingChanged:
    """The event data of the last entry in a booking's history. `guest_secret` is what their mail link carries."""
    last = booking.history[-1]
    return BookingChanged(
        **_facts(booking),
        action_name=last.action,
        from_status=last.from_status,
        to_status=last.to_status,
        actor=last.actor.value,
        actor_id=last.actor_id,
        reason=last.reason,
        note=last.note,
        at=last.at,
        history_hash=last.hash,
        is_final=booking.status in TERMINAL,
        completed_at=_completed_at(booking),
        absent=_absent(booking),
        guest=_guest(booking, guest_secret),
        verified_guest=_verified(booking) if last.action == "verify_guest" else None,
    )


def reminder(row: Reminder, booking: Booking, now: datetime) -> BookingReminder:
    return BookingReminder(
        **_facts(booking),
        reminder=row.name,
        to=[actor.value for actor in row.to(booking)],
        deadline=row.deadline(booking),
        status=booking.status,
        at=now,
    )


def _facts(booking: Booking) -> dict[str, Any]:
    return {
        "booking_id": booking.id,
        "customer_id": booking.customer_id,
        "customer_name": booking.customer_name,
        "provider_id": booking.provider_id,
        "provider_name": booking.provider_name,
        "service_id": booking.service_id,
        "service_title": booking.service_title,
        "price": Price(amount=booking.price.amount, currency=booking.price.currency),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "timezone": booking.timezone,
        "proposed_starts_at": booking.proposal.starts_at if booking.proposal else None,
    }


def _completed_at(booking: Booking) -> datetime | None:
    arrivals = (e.at for e in booking.history if e.to_status == Status.COMPLETED and e.from_status != e.to_status)
    return max(arrivals, default=None)


def _absent(booking: Booking) -> Literal["customer", "provider"] | None:
    if booking.no_show is None:
        return None
    return "customer" if booking.no_show.accused == Actor.CUSTOMER else "provider"


def _guest(booking: Booking, secret: str | None) -> GuestContact | None:
    if booking.guest is None or secret is None:
        return None
    return GuestContact(
        email=booking.guest.email, full_name=booking.guest.full_name, secret=secret, verify_by=verify_by(booking)
    )


def _verified(booking: Booking) -> VerifiedGuest | None:
    guest = booking.guest
    if guest is None:
        return None
    return VerifiedGuest(email=guest.email, full_name=guest.full_name, secret_hash=guest.secret_hash)
