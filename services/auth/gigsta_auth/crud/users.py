"""The collection `users`: accounts, each saved together with the events that tell of its changes."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from gigsta_auth.crud.audit import Audit
from gigsta_auth.models.audit import OPERATOR
from gigsta_auth.models.search import Wanted, after_application
from gigsta_auth.models.suspension import refuse_former_admin
from gigsta_auth.models.users import Change, Event, User, found_by
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden, NotFound, Unavailable
from gigsta_common.mongo import Document, Session, in_transaction

USERS = "users"
_TRIES = 25

Also = Callable[[Session], Awaitable[None]]


class Users:
    def __init__(self, runtime: Runtime[Settings], audit: Audit) -> None:
        self._db = runtime.db
        self._users = runtime.db[USERS]
        self._audit = audit
        self._outbox = runtime.outbox

    async def get(self, user_id: str) -> User:
        """Raises NotFound."""
        user = await self._find({"_id": user_id})
        if user is None:
            raise NotFound("There is no such account.")
        return user

    async def by_email(self, email: str, session: Session | None = None) -> User | None:
        return await self._find({"email": email}, session)

    async def by_link(self, token_hash: str) -> User | None:
        return await self._find({"links.token_hash": token_hash})

    async def by_identity(self, key: str) -> User | None:
        return await self._find({"identities.key": key})

    async def by_passkey(self, credential_id: str) -> User | None:
        return await self._find({"passkeys.credential_id": credential_id})

    async def named(self, user_ids: Collection[str]) -> dict[str, User]:
        """Of these accounts those that are there, by id."""
        found = await self._users.find({"_id": {"$in": list(user_ids)}}, {"outbox": 0}).to_list()
        return {user["_id"]: cast("User", user) for user in found}

    async def insert(self, user: User, events: Sequence[Event]) -> bool:
        """Whether the address was free. If it was not, nothing is saved."""
        try:
            await self._insert(user, events, None)
        except DuplicateKeyError:
            return False
        return True

    async def insert_within(self, session: Session, user: User, events: Sequence[Event]) -> None:
        """The same as part of a transaction, which is over where the address has just been taken."""
        await self._insert(user, events, session)

    async def change(
        self, user_id: str, rule: Callable[[User], Change], *, as_read: User | None = None, also: Also | None = None
    ) -> User:
        """Save what `rule` makes of the account as it stands, and return it; ask again where it changed meanwhile.

        `as_read` is the account, where the caller has just read it. `also` does what must be saved together with the
        change, in the same transaction.

        Raises:
            NotFound: there is no such account.
            Problem: whatever `rule` raises.
        """
        for _ in range(_TRIES):
            user = as_read or await self.get(user_id)
            as_read = None
            change = rule(user)
            fields = {name: value for name, value in change.fields.items() if value != user.get(name)}
            if not fields and not change.events and not change.audit and also is None:
                return user
            saved = await self._save(user, fields, change, also)
            if saved is not None:
                return saved
        raise Unavailable("This account is being changed by too many at once.", code="too_busy")

    async def decide(
        self, user_id: str, admin_id: str, rule: Callable[[User], Change], *, also: Also | None = None
    ) -> User:
        """Like `change`, by an administrator who still is one when it is saved. Of two who suspend each other one does.

        Raises:
            Forbidden: the administrator is suspended, closed, or none any more.
        """

        def decided(user: User) -> Change:
            if user["_id"] == admin_id:
                refuse_former_admin(user)  # as they are before it, not after
            return rule(user)

        async def by_an_administrator(session: Session) -> None:
            await self._hold_admin(admin_id, session)
            if also is not None:
                await also(session)

        return await self.change(user_id, decided, also=by_an_administrator)

    async def _hold_admin(self, admin_id: str, session: Session) -> None:
        """Touches the administrator's own document, so that whatever ends their being one at this moment meets it."""
        if admin_id == OPERATOR:
            return
        admin = await self._users.find_one_and_update(
            {"_id": admin_id}, {"$inc": {"decisions": 1}}, {"outbox": 0}, session=session
        )
        if admin is None:
            raise Forbidden("This account is closed.", code="account_closed")
        refuse_former_admin(cast("User", admin))

    async def change_within(self, session: Session, user: User, change: Change) -> None:
        """Save a change as part of the transaction in which the account was read."""
        if await self._write(user, change.fields, change, session) is None:
            raise Unavailable("This account has just been changed.", code="too_busy")
        self._outbox.nudge(USERS, user["_id"])

    async def replace_hash(self, user: User, password_hash: str) -> None:
        """Keep the same password under new parameters, unless it was changed meanwhile. No event tells of it."""
        await self._users.update_one(
            {"_id": user["_id"], "password_hash": user["password_hash"]}, {"$set": {"password_hash": password_hash}}
        )

    async def newest(self, wanted: Wanted, *, before: str | None, limit: int) -> list[User]:
        """Accounts, the newest first, `before` the one of that id."""
        query: Document = wanted.conditions()
        if before is not None:
            query["_id"] = {"$lt": before}
        found = await self._users.find(query, {"outbox": 0}).sort("_id", -1).limit(limit).to_list()
        return cast("list[User]", found)

    async def longest_waiting(self, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int) -> list[User]:
        """Those who have applied, the earliest first, `after` the one of that time and id."""
        query: Document = {"$and": [wanted.conditions(), {"application": {"$ne": None}}]}
        if after is not None:
            query["$and"].append(after_application(*after))
        order = [("application.applied_at", 1), ("_id", 1)]
        found = await self._users.find(query, {"outbox": 0}).sort(order).limit(limit).to_list()
        return cast("list[User]", found)

    async def _insert(self, user: User, events: Sequence[Event], session: Session | None) -> None:
        stored = {
            **user,
            "name_words": found_by(user["full_name"], user["application"]),
            "version": len(events),
            "outbox": self._records(user["_id"], 0, events),
        }
        await self._users.insert_one(stored, session=session)
        self._outbox.nudge(USERS, user["_id"])

    async def _save(self, user: User, fields: Document, change: Change, also: Also | None) -> User | None:
        """None where the account has changed since it was read. One write where one is enough."""

        async def write_all(session: Session) -> User | None:
            saved = await self._write(user, fields, change, session)
            if saved is not None and also is not None:
                await also(session)
            return saved

        alone = not change.audit and also is None
        saved = await (self._write(user, fields, change, None) if alone else in_transaction(self._db, write_all))
        if saved is not None and change.events:
            self._outbox.nudge(USERS, user["_id"])
        return saved

    async def _write(self, user: User, fields: Document, change: Change, session: Session | None) -> User | None:
        """The account, its events and, in a transaction, its lines of the audit trail."""
        if fields.keys() & {"full_name", "application"}:
            after = {**user, **fields}
            fields = {**fields, "name_words": found_by(after["full_name"], after["application"])}
        version = user["version"] + max(1, len(change.events))
        update: dict[str, Any] = {"$set": {**fields, "version": version}}
        if change.events:
            update["$push"] = {"outbox": {"$each": self._records(user["_id"], user["version"], change.events)}}
        as_read = {"_id": user["_id"], "version": user["version"]}
        if not (await self._users.update_one(as_read, update, session=session)).matched_count:
            return None
        if change.audit:
            await self._audit.save(user["_id"], *change.audit, session=session)
        return cast("User", {**user, **fields, "version": version})

    def _records(self, user_id: str, version: int, events: Sequence[Event]) -> list[Document]:
        """Each event has a number of its own, so that whoever compares numbers takes two of one write for two."""
        return [
            self._outbox.record(name, data, subject=user_id, sequence=version + place)
            for place, (name, data) in enumerate(events, 1)
        ]

    async def _find(self, query: Document, session: Session | None = None) -> User | None:
        return cast("User | None", await self._users.find_one(query, {"outbox": 0}, session=session))
