"""The collection `users`: accounts, each saved together with the events that tell of its changes."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from pymongo.errors import DuplicateKeyError

from gigsta_auth.models.users import Change, Event, User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound, Unavailable
from gigsta_common.mongo import Document

USERS = "users"
_TRIES = 25


class Users:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._users = runtime.db[USERS]
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
        stored = {**user, "version": len(events), "outbox": self._records(user["_id"], 0, events)}
        try:
            await self._users.insert_one(stored)
        except DuplicateKeyError:
            return False
        self._outbox.nudge(USERS, user["_id"])
        return True

    async def change(self, user_id: str, rule: Callable[[User], Change], *, as_read: User | None = None) -> User:
        """Save what `rule` makes of the account as it stands, and return it; ask again where it changed meanwhile.

        `as_read` is the account, where the caller has just read it.

        Raises:
            NotFound: there is no such account.
            Problem: whatever `rule` raises.
        """
        for _ in range(_TRIES):
            user = as_read or await self.get(user_id)
            as_read = None
            change = rule(user)
            fields = {name: value for name, value in change.fields.items() if value != cast("Document", user)[name]}
            if not fields and not change.events:
                return user
            saved = await self._save(user, fields, change.events)
            if saved is not None:
                return saved
        raise Unavailable("This account is being changed by too many at once.", code="too_busy")

    async def replace_hash(self, user: User, password_hash: str) -> None:
        """Keep the same password under new parameters, unless it was changed meanwhile. No event tells of it."""
        await self._users.update_one(
            {"_id": user["_id"], "password_hash": user["password_hash"]}, {"$set": {"password_hash": password_hash}}
        )

    async def newest(
        self, *, provider_status: str | None, email_prefix: str | None, before: str | None, limit: int
    ) -> list[User]:
        """Accounts, the newest first, `before` the one of that id."""
        query: Document = {}
        if provider_status is not None:
            query["provider_status"] = provider_status
        if email_prefix:
            query["email"] = {"$gte": email_prefix, "$lt": email_prefix + "\U0010ffff"}
        if before is not None:
            query["_id"] = {"$lt": before}
        found = await self._users.find(query, {"outbox": 0}).sort("_id", -1).limit(limit).to_list()
        return cast("list[User]", found)

    async def _save(self, user: User, fields: Document, events: Sequence[Event]) -> User | None:
        version = user["version"] + max(1, len(events))
        update: dict[str, Any] = {"$set": {**fields, "version": version}}
        if events:
            update["$push"] = {"outbox": {"$each": self._records(user["_id"], user["version"], events)}}
        result = await self._users.update_one({"_id": user["_id"], "version": user["version"]}, update)
        if not result.matched_count:
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
