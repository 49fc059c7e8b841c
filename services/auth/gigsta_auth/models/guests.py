"""Accounts of people who booked as guests: who they are taken to be, and how they come to have a password.

A guest proves an address by following the link in the mail about the booking. Whoever holds its account is the customer
of that booking from then on; if nobody does, there is one now, without a password. The secret of the same link, shown
to us for the first time, lets the guest choose one. As with the links of a registration, whatever a stranger chose for
an address that was never proven does not come to life with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.credentials import mail
from gigsta_auth.models.registrations import proven
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.users import Change, Event, User, new_user, registered_event
from gigsta_auth.models.ways_in import ways_in
from gigsta_common.errors import Conflict, Gone
from gigsta_common.events import UserGuestKnown, UserVerified

LINK_LIFETIME = timedelta(days=30)


class GuestLink(TypedDict):
    """What the link in the mails about a booking is good for here. `_id` is the booking's id."""

    _id: str
    user_id: str
    secret_hash: str
    expires_at: datetime


@dataclass(frozen=True)
class VerifiedGuest:
    """Somebody who has just shown that the address is theirs."""

    booking_id: str
    email: str
    full_name: str
    secret_hash: str
    at: datetime

    @property
    def expires_at(self) -> datetime:
        """To the day the same however often, and however late, we hear of it."""
        return self.at + LINK_LIFETIME

    def link_of(self, user_id: str) -> GuestLink:
        return GuestLink(_id=self.booking_id, user_id=user_id, secret_hash=self.secret_hash, expires_at=self.expires_at)


def welcome(user_id: str, guest: VerifiedGuest, now: datetime) -> tuple[User, tuple[Event, ...]]:
    """The account of a guest whose address has none: verified, without a password, and not yet onboarded."""
    user = new_user(user_id, guest.email, None, guest.full_name, now)
    user["email_verified_at"] = guest.at
    return user, (registered_event(user), _verified(user, guest), _known(user, guest))


def recognise(user: User, guest: VerifiedGuest) -> Change:
    """A guest's address has an account: theirs, or one that somebody made for it and never proved."""
    if user["email_verified_at"] is not None:
        return Change({}, (_known(user, guest),))
    fields = {"password_hash": None, **proven(user, guest.full_name, guest.at)}
    after: User = {**user, "full_name": guest.full_name}
    return Change(fields, (_verified(after, guest), _known(user, guest)), (Entry("email_verified"),))


def check_link(link: GuestLink, user: User, now: datetime) -> None:
    """Whether the guest may choose a password now.

    Raises:
        Conflict: the account has one, or another way in, so whoever it belongs to uses that.
        Gone: the link can no longer be used for this.
        Forbidden: the account is suspended.
    """
    refuse_suspended(user)
    if ways_in(user):
        raise Conflict("This address has an account already: log in.", code="account_complete")
    if now >= link["expires_at"]:
        raise Gone("This link is too old to choose a password with.", code="link_expired")


def complete(user: User, link: GuestLink, password_hash: str, full_name: str | None, now: datetime) -> Change:
    """Give the account the password that the guest has chosen; a mail tells. Raises what `check_link` raises."""
    check_link(link, user, now)
    fields = {"password_hash": password_hash, "full_name": full_name or user["full_name"]}
    return Change(fields, (mail(user, "account_completed"),), (Entry("account_completed"),))


def _verified(user: User, guest: VerifiedGuest) -> Event:
    return "user.verified", UserVerified(
        user_id=user["_id"], email=user["email"], full_name=user["full_name"], verified_at=guest.at
    )


def _known(user: User, guest: VerifiedGuest) -> Event:
    return "user.guest_known", UserGuestKnown(user_id=user["_id"], booking_id=guest.booking_id)
