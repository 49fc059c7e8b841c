"""What bookings tells the others about a transition, and when it reminds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from gigsta_bookings import linking
from gigsta_bookings.lifecycle import BY_NAME, CREATIONS, TERMINAL, next_automatic
from gigsta_bookings.models import Actor, Booking, Money, Status
from gigsta_bookings.rows import Reminder
from gigsta_bookings.rules import verify_by
from gigsta_common.events import BookingChanged, BookingReminder
from gigsta_common.events.bookings import GuestContact, MailLink, VerifiedGuest
from gigsta_common.events.catalog import Price
from gigsta_common.replay import Fact

Party = Literal["customer", "provider"]
PARTY: dict[Actor, Party] = {Actor.CUSTOMER: "customer", Actor.GUEST: "customer", Actor.PROVIDER: "provider"}


def changed(
    booking: Booking, guest_secret: str | None = None, links: Sequence[MailLink] = (), place: str | None = None
) -> BookingChanged:
    """The event data of the last entry in a booking's history. `guest_secret` is what their mail link carries."""
    last = booking.history[-1]
    return BookingChanged(
        **_facts(booking),
        place=place,
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
        cancelled_by=_cancelled_by(booking),
        cancellation_fee=_price(booking.cancellation.fee) if booking.cancellation else None,
        absent=_absent(booking),
        guest=_guest(booking, guest_secret),
        verified_guest=_verified(booking) if last.action == "verify_guest" else None,
        links=list(links),
    )


def told(booking: Booking) -> Fact:
    """What the others heard of the booking last, without what is for some of them only."""
    last = booking.history[-1].action
    row = BY_NAME.get(last) or CREATIONS.get(last)
    name = row.event if row else linking.EVENT
    data = changed(booking).model_copy(update={"verified_guest": None})
    return Fact(f"booking.{name}", data, booking.id, booking.version)


def reminder(
    row: Reminder, booking: Booking, now: datetime, links: Sequence[MailLink] = (), place: str | None = None
) -> BookingReminder:
    return BookingReminder(
        **_facts(booking),
        place=place,
        reminder=row.name,
        to=[actor.value for actor in row.to(booking)],
        deadline=row.deadline(booking),
        status=booking.status,
        at=now,
        links=list(links),
    )


def _facts(booking: Booking) -> dict[str, Any]:
    upcoming = next_automatic(booking)
    return {
        "booking_id": booking.id,
        "customer_id": booking.customer_id,
        "customer_name": booking.customer_name if booking.is_proven else None,
        "provider_id": booking.provider_id,
        "provider_name": booking.provider_name,
        "service_id": booking.service_id,
        "service_title": booking.service_title,
        "price": _price(booking.price),
        "starts_at": booking.starts_at,
        "ends_at": booking.ends_at,
        "timezone": booking.timezone,
        "proposed_starts_at": booking.proposal.starts_at if booking.proposal else None,
        "next_automatic": upcoming[0] if upcoming else None,
        "next_automatic_at": upcoming[1] if upcoming else None,
    }


def _price(money: Money) -> Price:
    return Price(amount=money.amount, currency=money.currency)


def _completed_at(booking: Booking) -> datetime | None:
    arrivals = (e.at for e in booking.history if e.to_status == Status.COMPLETED and e.from_status != e.to_status)
    return max(arrivals, default=None)


def _cancelled_by(booking: Booking) -> Party | None:
    """Told by the history, for later entries may follow: a guest's booking is linked to an account."""
    ends = (e for e in reversed(booking.history) if e.to_status == Status.CANCELLED != e.from_status)
    end = next(ends, None)
    if booking.status != Status.CANCELLED or end is None or end.from_status != Status.CONFIRMED:
        return None
    return PARTY.get(end.actor)


def _absent(booking: Booking) -> Party | None:
    return PARTY[booking.no_show.accused] if booking.no_show else None


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
