"""The collection `users`: accounts, each saved together with the events that tell of its changes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from gigsta_auth.crud.audit import Audit
from gigsta_auth.models.search import Wanted
from gigsta_auth.models.users import Change, Event, User, name_words
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound, Unavailable
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

    async def by_email(self, email: str) -> User | None:
        return await self._find({"email": email})

    async def by_link(self, token_hash: str) -> User | None:
        return await self._find({"links.token_hash": token_hash})

    async def insert(self, user: User, events: Sequence[Event]) -> bool:
        """Whether the address was free. If it was not, nothing is saved."""
        stored = {
            **user,
            "name_words": name_words(user["full_name"]),
            "version": len(events),
            "outbox": self._records(user["_id"], 0, events),
        }
        try:
            await self._users.insert_one(stored)
        except DuplicateKeyError:
            return False
        self._outbox.nudge(USERS, user["_id"])
        return True

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

    async def _save(self, user: User, fields: Document, change: Change, also: Also | None) -> User | None:
        """None where the account has changed since it was read. One write where one is enough."""
        events = change.events
        if "full_name" in fields:
            fields = {**fields, "name_words": name_words(fields["full_name"])}
        version = user["version"] + max(1, len(events))
        update: dict[str, Any] = {"$set": {**fields, "version": version}}
        if events:
            update["$push"] = {"outbox": {"$each": self._records(user["_id"], user["version"], events)}}

        async def write(session: Session | None) -> bool:
            as_read = {"_id": user["_id"], "version": user["version"]}
            return bool((await self._users.update_one(as_read, update, session=session)).matched_count)

        async def write_all(session: Session) -> bool:
            if not await write(session):
                return False
            await self._audit.save(user["_id"], *change.audit, session=session)
            if also is not None:
                await also(session)
            return True

        alone = not change.audit and also is None
        if not await (write(None) if alone else in_transaction(self._db, write_all)):
            return None
        if events:
            self._outbox.nudge(USERS, user["_id"])
        return cast("User", {**user, **fields, "version": version})

    def _records(self, user_id: str, version: int, events: Sequence[Event]) -> list[Document]:
        """Each event has a number of its own, so that whoever compares numbers takes two of one write for two."""
        return [
            self._outbox.record(name, data, subject=user_id, sequence=version + place)
            for place, (name, data) in enumerate(events, 1)
        ]

    async def _find(self, query: Document) -> User | None:
        return cast("User | None", await self._users.find_one(query, {"outbox": 0}))
