"""The accounts of guests, and the collection `guest_links`: by which secret the guest of a booking completes one."""

import hmac
import logging
from datetime import datetime
from typing import cast

from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import guests as rules
from gigsta_auth.models import passwords
from gigsta_auth.models.guests import GuestLink, VerifiedGuest
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.users import User, normalise_email
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound
from gigsta_common.events import bookings
from gigsta_common.ids import new_id
from gigsta_common.mongo import Session

log = logging.getLogger(__name__)

GUEST_LINKS = "guest_links"


class Guests:
    def __init__(self, runtime: Runtime[Settings], users: Users, hashing: Hashing, audit: Audit) -> None:
        self._links = runtime.db[GUEST_LINKS]
        self._clock = runtime.clock
        self._users = users
        self._hashing = hashing
        self._audit = audit

    async def recognise(self, booking_id: str, who: bookings.VerifiedGuest, at: datetime, session: Session) -> None:
        """Find out, or decide, whose account a guest's booking belongs to, and tell. Once for each booking."""
        if await self._links.find_one({"_id": booking_id}, session=session) is not None:
            return
        guest = VerifiedGuest(booking_id, normalise_email(who.email), who.full_name, who.secret_hash, at)
        now = self._clock.now()
        if now >= guest.expires_at:  # such an old event come again must not bring back an account that was closed
            log.info("a guest's booking is too old to look for their account", extra={"booking_id": booking_id})
            return
        user = await self._users.by_email(guest.email, session)
        if user is None:
            user, events = rules.welcome(new_id(), guest, now)
            await self._users.insert_within(session, user, events)
        else:
            await self._users.change_within(session, user, rules.recognise(user, guest))
        await self._links.insert_one(dict(guest.link_of(user["_id"])), session=session)
        await self._audit.record(user["_id"], "guest_recognised", {"booking_id": booking_id}, session=session)

    async def look(self, booking_id: str, secret: str) -> User:
        """The account that the holder of a booking's secret may complete.

        Raises:
            NotFound: there is none by this secret; a moment after the booking's verification there may be.
            Conflict: it has a password or another way in (`account_complete`).
            Gone: this can no longer be done by this link (`link_expired`).
        """
        _, user = await self._find(booking_id, secret)
        return user

    async def complete(self, booking_id: str, secret: str, password: str, full_name: str | None) -> User:
        """Give the guest's account the password they have chosen.

        Raises what `look` raises, and Unprocessable where the password is the address or the name.
        """
        link, user = await self._find(booking_id, secret)
        passwords.refuse_own(password, user["email"], full_name or user["full_name"])
        password_hash = await self._hashing.hash(password)
        return await self._users.change(
            user["_id"], lambda user: rules.complete(user, link, password_hash, full_name, self._clock.now())
        )

    async def _find(self, booking_id: str, secret: str) -> tuple[GuestLink, User]:
        link = cast("GuestLink | None", await self._links.find_one({"_id": booking_id}))
        if link is None or not hmac.compare_digest(link["secret_hash"], digest(secret)):
            raise _unknown()
        try:
            user = await self._users.get(link["user_id"])
        except NotFound:
            raise _unknown() from None
        rules.check_link(link, user, self._clock.now())
        return link, user


def _unknown() -> NotFound:
    return NotFound("This link opens no account, or no longer.", code="link_unknown")
