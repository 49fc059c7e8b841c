"""What becomes of a guest's booking when an account is known for its guest: pure functions.

It is no action of the lifecycle: nothing about the work changes, nobody is asked, and no deadline moves. So it is not
in the table, but the audit history says it.
"""

from datetime import datetime

from gigsta_bookings import departures, transitions
from gigsta_bookings.models import Actor, Booking, HistoryEntry, guest_id
from gigsta_bookings.models.history import LINKED, sealed
from gigsta_bookings.rules import Command

ACTION = LINKED
EVENT = "linked"
"""Published as `booking.linked`."""
BARRED = "This customer cannot book at the moment."
"""What both sides read where a suspended account has booked as a guest."""


def may_link(booking: Booking, user_id: str) -> bool:
    """Whether it is still the guest's, who has shown who they are, and is not the provider in disguise.

    A provider who is their own customer could rate themselves. Theirs goes on as a guest's booking.
    """
    proven = booking.guest is not None and booking.guest.verified_at is not None
    return proven and booking.customer_id == guest_id(booking.id) and user_id != booking.provider_id


def linked(booking: Booking, user_id: str, now: datetime) -> Booking:
    """The booking as the account's. `updated_at` stays: the time to answer counts from it."""
    entry = HistoryEntry(
        action=ACTION,
        actor=Actor.SYSTEM,
        actor_id=None,
        at=now,
        note="Linked to the customer's account",
        reason=None,
        from_status=booking.status,
        to_status=booking.status,
        version=booking.version + 1,
    )
    history = (*booking.history, sealed(entry, booking.history))
    return booking.model_copy(update={"customer_id": user_id, "version": booking.version + 1, "history": history})


def ended(booking: Booking, user_id: str, now: datetime) -> tuple[Booking, str] | None:
    """The booking as it ends where the account is suspended, and the event; None where it is over, or has begun."""
    row = departures.way_out(booking, Actor.CUSTOMER, now)
    if row is None:
        return None
    return transitions.apply(row, booking, Actor.CUSTOMER, user_id, now, Command(BARRED)), row.event


def is_as_seen(booking: Booking, version: int) -> bool:
    """Whether it is what somebody saw who looked at that version: being linked since has changed nothing to them."""
    return version <= booking.version and all(entry.action == ACTION for entry in booking.history[version:])
