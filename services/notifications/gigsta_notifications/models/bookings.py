"""Who is told what about bookings: the rows of `booking_texts`, filled in for each reader."""

from collections.abc import Mapping

from gigsta_common.events import BookingChanged
from gigsta_notifications.models import Notice, is_guest
from gigsta_notifications.models.booking_texts import DEFAULT, NOTIFICATION_MAP, VERIFIED_AND_CONFIRMED
from gigsta_notifications.models.formatting import money, quoted, reason_given
from gigsta_notifications.models.telling import Reader, Role, Text, Told, customer_name, notice, other_party, user_id


def notices_of_booking(event: BookingChanged, zones: Mapping[str, str] | None = None, version: int = 1) -> list[Notice]:
    """What each party is told; who did it only where they need a receipt. `zones` are those that users have chosen."""
    readers = [(Reader.of(event, role, zones or {}), text) for role, text in _told(event).items()]
    return [
        _notice(event, reader, text, version)
        for reader, text in readers
        if text.receipt or not _did_it(event, reader.role)
    ]


def _told(event: BookingChanged) -> Told:
    if event.action_name == "verify_guest" and event.to_status == "confirmed":
        return VERIFIED_AND_CONFIRMED
    return NOTIFICATION_MAP.get(event.action_name, DEFAULT)


def _did_it(event: BookingChanged, role: Role) -> bool:
    actor = "customer" if event.actor == "guest" else event.actor
    return actor == role or event.actor_id == user_id(event, role)


def _notice(event: BookingChanged, reader: Reader, text: Text, version: int) -> Notice:
    details = [("Reason", quoted(event.reason))] if event.reason and "{reason}" not in text.what else []
    fee = event.cancellation_fee
    if fee is not None:
        refund = "Your refund" if reader.role == "customer" else "Refund to the customer"
        details.append(("Cancellation fee", money(fee.amount, fee.currency)))
        details.append((refund, money(event.price.amount - fee.amount, fee.currency)))
    words = _words(event, reader)
    return notice(event, reader, text, event.to_status, words, details, at=event.at, version=version)


def _words(event: BookingChanged, reader: Reader) -> dict[str, str]:
    customer = customer_name(event)
    actors = {"customer": customer, "guest": customer, "provider": event.provider_name}
    can_rate = not is_guest(reader.user_id)
    return {
        "actor": actors.get(event.actor, "GigSta"),
        "reason": f" {reason_given(event.reason)}" if event.reason else "",
        "rate": f"You can now rate {other_party(event, reader.role)}." if can_rate else "",
        "note": event.note,
        "by": reader.by(event.next_automatic_at),
    }
