"""Actions that are taken straight from a mail: what a link carries, and whether it is one of ours. Pure functions.

A link is a signed capability: one action, by one party, on one version of one booking, until some moment. It is used
up when the booking moves on, because it is good for that version only, so nothing has to be kept of it.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gigsta_bookings import linking, transitions
from gigsta_bookings.lifecycle import BY_NAME, TRANSITIONS
from gigsta_bookings.models import Actor, Booking
from gigsta_common.events import bookings as contract

VALID_FOR = timedelta(days=7)
"""At most: where the action itself closes earlier, so does the link."""
PARTIES = (Actor.CUSTOMER, Actor.PROVIDER)

_PURPOSE = "gigsta booking mail link 1"
_MAC_BYTES = 18
_SHAPE = re.compile(
    r"(?P<booking_id>[A-Za-z0-9_-]{1,64})\.(?P<version>[1-9][0-9]{0,5})\.(?P<party>customer|provider)"
    r"\.(?P<action>[a-z_]{1,40})\.(?P<expires>[1-9][0-9]{8,11})\.(?P<mac>[A-Za-z0-9_-]{24})",
    re.ASCII,
)


@dataclass(frozen=True)
class MailLink:
    booking_id: str
    version: int
    party: Actor
    action_name: str
    expires: int
    """In seconds since 1970."""

    @property
    def said(self) -> str:
        return f"{self.booking_id}.{self.version}.{self.party}.{self.action_name}.{self.expires}"

    def has_expired(self, now: datetime) -> bool:
        return now.timestamp() >= self.expires


def token_of(link: MailLink, key: bytes) -> str:
    return f"{link.said}.{_mac(link.said, key)}"


def read(token: str, key: bytes) -> MailLink | None:
    """The link that a token stands for; None for whatever we have not signed."""
    found = _SHAPE.fullmatch(token)
    if found is None:
        return None
    link = MailLink(
        found["booking_id"], int(found["version"]), Actor(found["party"]), found["action"], int(found["expires"])
    )
    genuine = hmac.compare_digest(found["mac"], _mac(link.said, key)) and link.action_name in BY_NAME
    return link if genuine else None


def offered(booking: Booking, key: bytes, now: datetime) -> list[contract.MailLink]:
    """What either party may do now and can do straight from a mail."""
    return [
        _offer(MailLink(booking.id, booking.version, party, row.action_name, expires), key)
        for party in PARTIES
        for row in TRANSITIONS
        if row.by_mail and transitions.refusal(row, booking, party, now) is None
        for expires in (_expires(transitions.closes_at(row, booking), now),)
    ]


def has_been_taken(link: MailLink, booking: Booking) -> bool:
    """Whether the very action of the link is what moved the booking on from the version that it is good for."""
    since = (entry for entry in booking.history[link.version :] if entry.action != linking.ACTION)
    first = next(since, None)
    return first is not None and (first.action, first.actor) == (link.action_name, link.party)


def _offer(link: MailLink, key: bytes) -> contract.MailLink:
    row = BY_NAME[link.action_name]
    return contract.MailLink(
        party=link.party.value,
        action_name=row.action_name,
        label=row.button_label,
        is_critical=row.is_critical,
        token=token_of(link, key),
        expires_at=datetime.fromtimestamp(link.expires, UTC),
    )


def _expires(closes: datetime | None, now: datetime) -> int:
    latest = now + VALID_FOR
    return int((min(closes, latest) if closes else latest).timestamp())


def _mac(said: str, key: bytes) -> str:
    digest = hmac.digest(key, f"{_PURPOSE}\n{said}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest[:_MAC_BYTES]).decode()
