"""The collection `sessions`: one document per login, which is a family of refresh tokens."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from gigsta_auth import client
from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.users import USERS
from gigsta_auth.models import sessions as rules
from gigsta_auth.models.audit import Kind
from gigsta_auth.models.sessions import Session, Verdict
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound, Unauthorized, Unavailable
from gigsta_common.ids import new_id
from gigsta_common.mongo import Document, in_transaction
from gigsta_common.mongo import Session as Transaction

log = logging.getLogger(__name__)

SESSIONS = "sessions"
_TRIES = 5


@dataclass(frozen=True)
class RefreshToken:
    """What a login or a refresh gives out. `text` is known to the caller alone."""

    text: str
    session_id: str
    user_id: str
    epoch: int
    second_factor: bool
    expires_at: datetime


class Sessions:
    def __init__(self, runtime: Runtime[Settings], audit: Audit) -> None:
        self._db = runtime.db
        self._sessions = runtime.db[SESSIONS]
        self._audit = audit
        self._clock = runtime.clock
        self._server_key = runtime.settings.derived_key("refresh tokens")

    async def open(self, user_id: str, epoch: int, method: str, *, second_factor: bool = False) -> RefreshToken:
        """`method` says in the audit trail how the user logged in.

        Raises:
            Unauthorized: the account has just been closed.
        """
        session, token = rules.new_session(
            new_id(), user_id, client.current().device, self._clock.now(), epoch, second_factor=second_factor
        )

        async def save(transaction: Transaction) -> None:
            if await self._db[USERS].find_one({"_id": user_id}, {"_id": 1}, session=transaction) is None:
                raise Unauthorized("This account is no more.", code="invalid_credentials")
            await self._sessions.insert_one(dict(session), session=transaction)
            details = {"method": method, "session_id": session["_id"]}
            await self._audit.record(user_id, "login", details, session=transaction)

        await in_transaction(self._db, save)
        return _issued(session, token)

    async def refresh(self, token: str) -> RefreshToken:
        """Exchange a refresh token for the one that follows it: see `models.sessions` for what happens when many do.

        Raises:
            Unauthorized: unknown, expired, or (`refresh_token_reused`) an old one, whose family has ended by this.
        """
        family = rules.family_of(token)
        if family is None:
            raise _invalid()
        for _ in range(_TRIES):
            now = self._clock.now()
            session = await self._living(rules.digest(family), now)
            match rules.judge(session, rules.digest(token), now):
                case Verdict.KEEP:
                    return _issued(session, token)
                case Verdict.REPEAT:
                    return self._repeat(session, token)
                case Verdict.REUSED:
                    await self._remove(session["user_id"], session["_id"], "refresh_token_reused")
                    log.warning("an old refresh token was used", extra={"session": session["_id"]})
                    raise Unauthorized(
                        "This refresh token was used before, so everybody who has it is logged out. Log in again.",
                        code="refresh_token_reused",
                    )
                case Verdict.ROTATE:
                    rotated = await self._rotate(session, token, now)
                    if rotated is not None:
                        return rotated
        raise Unavailable("This session is being refreshed by too many at once.", code="too_busy")

    async def of(self, user_id: str, *, before: str | None, limit: int) -> list[Session]:
        """The living sessions of a user, the newest first, `before` the one of that id."""
        query: Document = {"user_id": user_id, "expires_at": {"$gt": self._clock.now()}}
        if before is not None:
            query["_id"] = {"$lt": before}
        return cast("list[Session]", await self._sessions.find(query).sort("_id", -1).limit(limit).to_list())

    async def end(self, user_id: str, session_id: str, *, by: str) -> None:
        """End a session from another one, which still lives.

        Raises:
            NotFound: there is no such session, or it is not this user's.
            Unauthorized: the other one has ended (`session_ended`).
        """
        if await self.get(user_id, session_id) is None:
            raise NotFound("There is no such session.")
        await self._refuse_ended(user_id, by)
        await self._remove(user_id, session_id, "session_ended")

    async def log_out(self, user_id: str, session_id: str) -> None:
        """End a session, or leave it at that it has ended already."""
        await self._remove(user_id, session_id, "logout")

    async def end_all(self, user_id: str, *, by: str) -> None:
        """From one of them, which still lives: or a token that has outlived its session logs out those who ended it.

        Raises:
            Unauthorized: it has ended (`session_ended`).
        """
        await self._refuse_ended(user_id, by)

        async def end(transaction: Transaction) -> None:
            if await self.forget_all(user_id, transaction):
                await self._audit.record(user_id, "all_sessions_ended", session=transaction)

        await in_transaction(self._db, end)

    async def forget_all(self, user_id: str, transaction: Transaction, *, but: str | None = None) -> int:
        """Part of a change that ends all sessions, or all but one; what it was is recorded by whoever makes it."""
        query: Document = {"user_id": user_id}
        if but is not None:
            query["_id"] = {"$ne": but}
        return (await self._sessions.delete_many(query, session=transaction)).deleted_count

    async def end_others(self, user_id: str, session_id: str, transaction: Transaction) -> None:
        """Part of a change of the account that has a new `session_epoch`: this session goes on, all others end.

        Raises:
            Unauthorized: this one has ended (`session_ended`).
        """
        await self.forget_all(user_id, transaction, but=session_id)
        user = await self._db[USERS].find_one({"_id": user_id}, {"session_epoch": 1}, session=transaction) or {}
        await self._touch(user_id, session_id, {"$set": {"epoch": user["session_epoch"]}}, transaction)

    async def end_others_and_unprove(
        self, user_id: str, session_id: str, exchange_until: datetime | None, transaction: Transaction
    ) -> None:
        """The same where a second factor is taken away: that one was shown here counts for nothing any more, but for
        adding another until `exchange_until`.

        Raises what `end_others` raises.
        """
        await self.end_others(user_id, session_id, transaction)
        after = {"second_factor": False, "exchange_until": exchange_until}
        await self._touch(user_id, session_id, {"$set": after}, transaction)

    async def get(self, user_id: str, session_id: str) -> Session | None:
        """The session, if it still lives and is this user's."""
        mine = {"_id": session_id, "user_id": user_id, "expires_at": {"$gt": self._clock.now()}}
        return cast("Session | None", await self._sessions.find_one(mine))

    async def _refuse_ended(self, user_id: str, session_id: str) -> None:
        if await self.get(user_id, session_id) is None:
            raise _ended()

    async def hold(self, user_id: str, session_id: str, transaction: Transaction) -> None:
        """Part of a change that is this session's to make: of it and the end of the session, if both come at the same
        moment, one is first, and a session that has ended changes nothing.

        Raises:
            Unauthorized: it has ended (`session_ended`).
        """
        await self._touch(user_id, session_id, {"$inc": {"held": 1}}, transaction)

    async def proven_lately(self, user_id: str, session_id: str, epoch: int) -> bool:
        """Whether the session still lives, and its owner has shown a moment ago who they are."""
        session = await self.get(user_id, session_id)
        if session is None or session.get("epoch", 0) != epoch:
            return False
        return rules.proven_lately(session, self._clock.now())

    async def prove(self, user_id: str, session_id: str, method: str, *, second_factor: bool = False) -> None:
        """Note that somebody has just shown, by `method`, that the account of this session is theirs.

        Raises:
            Unauthorized: the session has ended (`session_ended`).
        """

        async def save(transaction: Transaction) -> None:
            shown = {"proven_at": self._clock.now(), **({"second_factor": True} if second_factor else {})}
            await self._touch(user_id, session_id, {"$set": shown}, transaction)
            details = {"method": method, "session_id": session_id}
            await self._audit.record(user_id, "reauthenticated", details, session=transaction)

        await in_transaction(self._db, save)

    async def _touch(self, user_id: str, session_id: str, update: Document, transaction: Transaction) -> None:
        mine = {"_id": session_id, "user_id": user_id, "expires_at": {"$gt": self._clock.now()}}
        if not (await self._sessions.update_one(mine, update, session=transaction)).matched_count:
            raise _ended()

    async def _remove(self, user_id: str, session_id: str, kind: Kind) -> bool:
        async def remove(transaction: Transaction) -> bool:
            mine = {"_id": session_id, "user_id": user_id}
            if not (await self._sessions.delete_one(mine, session=transaction)).deleted_count:
                return False
            await self._audit.record(user_id, kind, {"session_id": session_id}, session=transaction)
            return True

        return await in_transaction(self._db, remove)

    async def _living(self, family_hash: str, now: datetime) -> Session:
        # MongoDB removes what has expired about once a minute, so the date is part of the question.
        session = await self._sessions.find_one({"family_hash": family_hash, "expires_at": {"$gt": now}})
        if session is None:
            raise _invalid()
        return cast("Session", session)

    async def _rotate(self, session: Session, token: str, now: datetime) -> RefreshToken | None:
        """One write, on condition that the token is still the current one; None where another call was first."""
        salt = rules.new_salt()
        following = rules.successor(self._server_key, salt, token)
        expires_at = rules.expiry(session["created_at"], now)
        fields = {
            "token_hash": rules.digest(following),
            "previous_hash": session["token_hash"],
            "salt": salt,
            "rotated_at": now,
            "last_used_at": now,
            "expires_at": expires_at,
        }
        current = {"_id": session["_id"], "token_hash": session["token_hash"], "rotated_at": session["rotated_at"]}
        if not (await self._sessions.update_one(current, {"$set": fields})).matched_count:
            return None
        return _issued(cast("Session", {**session, "expires_at": expires_at}), following)

    def _repeat(self, session: Session, token: str) -> RefreshToken:
        following = rules.successor(self._server_key, session["salt"] or "", token)
        if rules.digest(following) != session["token_hash"]:
            raise _invalid()  # it was rotated under another KEY_ENCRYPTION_KEY, seconds ago
        return _issued(session, following)


def _issued(session: Session, token: str) -> RefreshToken:
    second_factor = session.get("second_factor", False)
    return RefreshToken(
        token, session["_id"], session["user_id"], session.get("epoch", 0), second_factor, session["expires_at"]
    )


def _ended() -> Unauthorized:
    return Unauthorized("This session has ended. Log in again.", code="session_ended")


def _invalid() -> Unauthorized:
    return Unauthorized("The refresh token is not valid. Log in again.", code="refresh_token_invalid")
