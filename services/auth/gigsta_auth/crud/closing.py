"""Closing an account for good, and handing out what is known of it.

The user's document is removed, and with it everything that is theirs. What stays is an id and a date in
`closed_users`, which also carries the event that tells the other services to do the same; and what administrators
did, which is theirs to answer for.
"""

from datetime import datetime
from functools import partial
from typing import Any

from gigsta_auth.crud.audit import SECURITY_EVENTS
from gigsta_auth.crud.ceremonies import CEREMONIES
from gigsta_auth.crud.guests import GUEST_LINKS
from gigsta_auth.crud.links import MAIL_LINKS
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.recovery import RESET_REQUESTS
from gigsta_auth.crud.sessions import SESSIONS
from gigsta_auth.crud.users import USERS, Users
from gigsta_auth.models.credentials import mail
from gigsta_auth.models.users import Event, User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, Unavailable
from gigsta_common.events import UserClosed
from gigsta_common.mongo import Document, Session, in_transaction

CLOSED_USERS = "closed_users"
MOST_EVENTS = 1000

PERSONAL: dict[str, Document] = {
    SESSIONS: {},
    CEREMONIES: {},
    MAIL_LINKS: {},
    GUEST_LINKS: {},
    SECURITY_EVENTS: {"admin_id": {"$exists": False}},
}
"""The collections whose documents belong to a user by `user_id`, and which of them go with the account."""
_TRIES = 5


class Closing:
    def __init__(self, runtime: Runtime[Settings], users: Users, proofs: Proofs) -> None:
        self._db = runtime.db
        self._clock = runtime.clock
        self._outbox = runtime.outbox
        self._users = users
        self._proofs = proofs

    async def close(self, user_id: str, session_id: str, password: str | None) -> None:
        """Close an account. Whoever has a password shows it; whoever has none has logged in a moment ago.

        Raises:
            Forbidden: what `Proofs.owner_by_password` raises; for a suspended account too, as nobody gets rid of that
                by a new one.
            Conflict: nobody else is an administrator (`last_admin`).
        """
        user = await self._proofs.owner_by_password(user_id, session_id, password)
        for _ in range(_TRIES):
            if await in_transaction(self._db, partial(self._close, user)):
                self._outbox.nudge(CLOSED_USERS, user_id)
                await self._forget(user_id)  # once more: what was being written meanwhile
                return
            user = await self._users.get(user_id)
        raise Unavailable("This account is being changed by too many at once.", code="too_busy")

    async def remove_unverified(self, email: str) -> None:
        """Remove the account of this address if nobody has verified it. No mail tells: it was nobody's.

        What was told of it before goes out first, and then that it is closed.
        """
        for _ in range(_TRIES):
            user = await self._users.by_email(email)
            if user is None or user["email_verified_at"] is not None:
                return
            if await in_transaction(self._db, partial(self._close, user, by_mail=False)):
                self._outbox.nudge(CLOSED_USERS, user["_id"])
                return

    async def _close(self, user: User, session: Session, *, by_mail: bool = True) -> bool:
        """False where the account has changed since it was read."""
        user_id, now = user["_id"], self._clock.now()
        if "admin" in user["roles"]:
            await self._check_other_admin(user_id, session)
        as_read = {"_id": user_id, "version": user["version"]}
        gone = await self._db[USERS].find_one_and_delete(as_read, session=session)
        if gone is None:
            return False
        # What has not gone out yet goes out in its order, before the end.
        version, told = user["version"], [_closed(user_id, now)]
        if by_mail:
            told.insert(0, mail(user, "account_closed"))
        for name, data in told:
            version += 1
            gone["outbox"] = [
                *gone.get("outbox", ()),
                self._outbox.record(name, data, subject=user_id, sequence=version),
            ]
        tombstone = {"_id": user_id, "closed_at": now, "version": version, "outbox": gone["outbox"]}
        await self._db[CLOSED_USERS].insert_one(tombstone, session=session)
        await self._forget(user_id, session)
        await self._db[RESET_REQUESTS].delete_many({"email": user["email"]}, session=session)
        return True

    async def _forget(self, user_id: str, session: Session | None = None) -> None:
        for collection, which in PERSONAL.items():
            await self._db[collection].delete_many({"user_id": user_id, **which}, session=session)

    async def _check_other_admin(self, user_id: str, session: Session) -> None:
        """Touches the other one's document, so that two who go at the same moment meet, and one of them stays."""
        other = {"_id": {"$ne": user_id}, "roles": "admin", "suspension.at": {"$exists": False}}
        touched = await self._db[USERS].update_one(other, {"$inc": {"left_alone": 1}}, session=session)
        if not touched.matched_count:
            raise Conflict(
                "You are the only administrator: make somebody else one first (`gigsta users grant-admin`).",
                code="last_admin",
            )

    async def export(self, user_id: str) -> dict[str, Any]:
        """Everything that auth holds about a user, but for what only protects the account.

        Raises:
            NotFound: there is no such account.
        """
        user = await self._users.get(user_id)
        mine, newest = {"user_id": user_id}, [("_id", -1)]
        sessions = await self._db[SESSIONS].find(mine).sort(newest).to_list()
        events = await self._db[SECURITY_EVENTS].find(mine).sort(newest).limit(MOST_EVENTS).to_list()
        return {"user": user, "sessions": sessions, "security_events": events}


def _closed(user_id: str, now: datetime) -> Event:
    return "user.closed", UserClosed(user_id=user_id, closed_at=now)
