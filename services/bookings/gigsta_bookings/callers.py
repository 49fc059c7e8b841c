"""Who asks: somebody who is logged in, a guest who holds the secret of their one booking, or the bearer of a link."""

from dataclasses import dataclass
from hashlib import sha256

from gigsta_bookings.mail_links import MailLink
from gigsta_bookings.models import Actor, Booking, Status, guest_id
from gigsta_common.security import Principal


@dataclass(frozen=True)
class Caller:
    user: Principal | None = None
    secret: str | None = None
    """What the link in a guest's mail carries, and clients send as `Booking-Key`. Ignored beside a user."""
    link: MailLink | None = None
    """One of ours, for one action: whoever comes by it is that party of that booking."""

    @property
    def is_admin(self) -> bool:
        return self.user is not None and self.user.is_admin

    def actors(self, booking: Booking) -> tuple[Actor, ...]:
        """What the caller, who may see this booking, is to it. An administrator who is on a side of it is nothing else:
        nobody answers their own request, nor decides their own dispute."""
        if self.link is not None:
            return (self.link.party,)
        if self.user is None:
            return (Actor.GUEST if booking.status == Status.AWAITING_VERIFICATION else Actor.CUSTOMER,)
        return booking.parties(self.user.user_id) or ((Actor.ADMIN,) if self.is_admin else ())

    def answers_for(self, booking: Booking) -> str:
        """Whose account it is that acts: that of a guest may have become known since."""
        by_key = self.user is None and self.link is None
        return booking.customer_id if by_key else self.name_to(booking)

    def name_to(self, booking: Booking) -> str:
        """The id that the audit history notes: whoever comes by a guest's link is told from whoever is logged in."""
        if self.link is not None:
            return booking.customer_id if self.link.party == Actor.CUSTOMER else booking.provider_id
        return self.user.user_id if self.user is not None else guest_id(booking.id)


def secret_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
