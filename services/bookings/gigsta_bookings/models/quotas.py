"""Quotas: how much of one kind may be open at once. What a booking uses follows from its state, as its claims do."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from email_validator import validate_email

from gigsta_bookings.models.booking import Booking
from gigsta_bookings.models.states import Status

HOLDS_OF_PROVIDER = 6
"""Unverified guest bookings with one provider: strangers can take so much of a calendar, for half an hour, no more."""
HOLDS_OF_MAILBOX = 2
MAILS_A_DAY = 10
"""Guest bookings that may be begun for one mailbox in a day: each of them sends it a mail."""
REQUESTS_OF_CUSTOMER = 10
"""Unanswered requests of one customer with one provider."""
_SAME_AS = {"googlemail.com": "gmail.com"}
_DOTS_DO_NOT_COUNT = ("gmail.com",)
_MANY_GUESTS = (
    "Other guests have just asked for many of this provider's times and not confirmed their addresses yet. "
    "Log in to book, or try again in half an hour."
)
_MANY_OF_THEIRS = (
    f"{HOLDS_OF_MAILBOX} requests with this address wait for their mail link to be followed. "
    "Confirm those, log in, or try again in half an hour."
)
_MANY_MAILS = "Too many bookings were begun with this address today. Log in to book."


@dataclass(frozen=True)
class Quota:
    register: str
    most: int
    until: datetime | None = None
    """Counted until then, and not given back before."""
    used_up: str = ""
    """What whoever finds no room is told."""


def quotas_of(booking: Booking) -> frozenset[Quota]:
    if booking.status != Status.AWAITING_VERIFICATION or booking.guest is None:
        return frozenset()
    mailbox, day = mailbox_key(booking.guest.email), booking.created_at.date()
    tomorrow = datetime.combine(day, time(), UTC) + timedelta(days=1)
    return frozenset(
        {
            Quota(f"holds of provider {booking.provider_id}", HOLDS_OF_PROVIDER, used_up=_MANY_GUESTS),
            Quota(f"holds of mailbox {mailbox}", HOLDS_OF_MAILBOX, used_up=_MANY_OF_THEIRS),
            Quota(f"mails to mailbox {mailbox} on {day}", MAILS_A_DAY, until=tomorrow, used_up=_MANY_MAILS),
        }
    )


def mailbox_key(email: str) -> str:
    """The same for every spelling that reaches the same mailbox, and no address any more.

    Raises:
        ValueError: it is not an address.
    """
    parts = validate_email(email, check_deliverability=False)
    local, domain = parts.local_part.lower().partition("+")[0], (parts.ascii_domain or parts.domain).lower()
    domain = _SAME_AS.get(domain, domain)
    if domain in _DOTS_DO_NOT_COUNT:
        local = local.replace(".", "")
    return sha256(f"{local}@{domain}".encode()).hexdigest()[:32]
