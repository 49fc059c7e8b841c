"""Quotas: how much of one kind may be open at once. What a booking uses follows from its state, as its claims do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from email_validator import validate_email

from gigsta_bookings.models.booking import Booking
from gigsta_bookings.models.claims import claims_of
from gigsta_bookings.models.mail_domains import owned_part
from gigsta_bookings.models.states import Status

HOLDS_OF_PROVIDER = 6
"""Unverified guest bookings with one provider: strangers can take so much of a calendar, for half an hour, no more."""
HOLDS_OF_MAILBOX = 2
MAILS_A_DAY = 10
"""Guest bookings that may be begun for one mailbox in a day: each of them sends it a mail."""
REQUESTS_OF_CUSTOMER = 10
"""Unanswered requests of one account with one provider. It has no register: they are counted from the bookings."""
REQUESTS_A_DAY = 30
"""Bookings that one account may ask of one provider within any 24 hours, whatever became of them: each of them, and
each withdrawal, is mailed to the provider. It has no register either."""
BOOKINGS_OF_CUSTOMER = 20
"""Bookings of one customer, or one guest's mailbox, that hold time of one provider: asked for, agreed or under way."""
GUEST_REQUESTS_OF_PROVIDER = 15
"""Guests' requests with one provider that are not answered yet, the unverified ones among them."""
GUESTS_OF_DOMAIN = 6
"""Guest bookings that hold time of one provider from mailboxes of one domain: whoever owns it can read all of them.
Domains where anybody may have a mailbox are not counted (`mail_domains.PUBLIC`), and accounts are not (decision record
29)."""
_SAME_AS = {"googlemail.com": "gmail.com"}
_DOTS_DO_NOT_COUNT = ("gmail.com",)
_TAGGED_BY_A_HYPHEN = ("yahoo.", "ymail.com", "rocketmail.com")
_MANY_GUESTS = (
    "Other guests have just asked for many of this provider's times and not confirmed their addresses yet. "
    "Log in to book, or try again in half an hour."
)
_MANY_OF_THEIRS = (
    f"{HOLDS_OF_MAILBOX} requests with this address wait for their mail link to be followed. "
    "Confirm those, log in, or try again in half an hour."
)
_MANY_MAILS = "Too many bookings were begun with this address today. Log in to book."
_MANY_BOOKINGS = (
    f"You have {BOOKINGS_OF_CUSTOMER} bookings with this provider that are still to come. When one of them is over or "
    "cancelled, you can book the next."
)
_MANY_GUEST_REQUESTS = (
    "This provider has many requests of guests to answer. Log in to book, or try again when some are answered."
)
_MANY_OF_DOMAIN = (
    "Guests with addresses of the same mail domain have many bookings with this provider already. Log in to book."
)


@dataclass(frozen=True)
class Quota:
    register: str
    most: int
    until: datetime | None = None
    """Counted until then, and not given back before."""
    used_up: str = ""
    """What whoever finds no room is told."""
    code: str = "too_many_holds"


def quotas_of(booking: Booking) -> frozenset[Quota]:
    return frozenset({*_while_it_holds_time(booking), *_while_unanswered(booking), *_while_unverified(booking)})


def _while_it_holds_time(booking: Booking) -> Iterator[Quota]:
    if not claims_of(booking):
        return
    provider, email = booking.provider_id, _email(booking)
    who = f"mailbox {mailbox_key(email)}" if email else f"customer {booking.customer_id}"
    register = f"bookings of {who} with provider {provider}"
    yield Quota(register, BOOKINGS_OF_CUSTOMER, used_up=_MANY_BOOKINGS, code="too_many_bookings")
    domain = owned_part(_address(email)[1]) if email else None
    if domain is not None:
        register = f"guests of domain {domain} with provider {provider}"
        yield Quota(register, GUESTS_OF_DOMAIN, used_up=_MANY_OF_DOMAIN, code="too_many_guests")


def _while_unanswered(booking: Booking) -> Iterator[Quota]:
    if _email(booking) and booking.status in (Status.AWAITING_VERIFICATION, Status.PENDING):
        register = f"requests of guests with provider {booking.provider_id}"
        yield Quota(register, GUEST_REQUESTS_OF_PROVIDER, used_up=_MANY_GUEST_REQUESTS, code="too_many_guests")


def _while_unverified(booking: Booking) -> Iterator[Quota]:
    email = _email(booking)
    if not email or booking.status != Status.AWAITING_VERIFICATION:
        return
    mailbox, day = mailbox_key(email), booking.created_at.date()
    tomorrow = datetime.combine(day, time(), UTC) + timedelta(days=1)
    yield Quota(f"holds of provider {booking.provider_id}", HOLDS_OF_PROVIDER, used_up=_MANY_GUESTS)
    yield Quota(f"holds of mailbox {mailbox}", HOLDS_OF_MAILBOX, used_up=_MANY_OF_THEIRS)
    register = f"mails to mailbox {mailbox} on {day}"
    yield Quota(register, MAILS_A_DAY, until=tomorrow, used_up=_MANY_MAILS, code="too_many_mails")


def _email(booking: Booking) -> str:
    """Of the guest who made it; empty where there is none, or no longer."""
    return booking.guest.email if booking.guest else ""


def mailbox_key(email: str) -> str:
    """The same for every spelling that reaches the same mailbox, and no address any more.

    Raises:
        ValueError: it is not an address.
    """
    local, domain = _address(email)
    if domain in _DOTS_DO_NOT_COUNT:
        local = local.replace(".", "")
    return sha256(f"{local}@{domain}".encode()).hexdigest()[:32]


def _address(email: str) -> tuple[str, str]:
    """The mailbox within its domain, and the domain."""
    parts = validate_email(email, check_deliverability=False)
    domain = (parts.ascii_domain or parts.domain).lower()
    local = parts.local_part.lower().partition("+")[0]
    if domain.startswith(_TAGGED_BY_A_HYPHEN):
        local = local.partition("-")[0]
    return local, _SAME_AS.get(domain, domain)
