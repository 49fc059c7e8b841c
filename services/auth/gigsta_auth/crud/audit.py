"""The collection `security_events`: what happened to an account, and what administrators did.

    await audit.record(user_id, "login", {"method": "password"})

With `session`, it is one with whatever else that transaction writes: where a state changes, always. A rule of the
account does not call this: it returns an `Entry` in its `Change`, which `Users.change` saves along with the rest.
"""

from collections.abc import Mapping
from typing import Any, cast

from gigsta_auth import client
from gigsta_auth.models import audit as rules
from gigsta_auth.models.audit import Entry, Kind, SecurityEvent
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.ids import new_id
from gigsta_common.mongo import Document, Session

SECURITY_EVENTS = "security_events"


class Audit:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._events = runtime.db[SECURITY_EVENTS]
        self._clock = runtime.clock

    async def record(
        self,
        user_id: str | None,
        kind: Kind,
        details: Mapping[str, Any] | None = None,
        *,
        admin_id: str | None = None,
        session: Session | None = None,
    ) -> None:
        """`user_id` is None for an account that is not there, so that trying its address is as much work."""
        await self.save(user_id, Entry(kind, details or {}, admin_id), session=session)

    async def save(self, user_id: str | None, *entries: Entry, session: Session | None = None) -> None:
        by = client.current()
        for entry in entries:
            event = rules.security_event(
                new_id(), user_id, entry, client_address=by.address, device=by.device, now=self._clock.now()
            )
            await self._events.insert_one(dict(event), session=session)

    async def of(self, user_id: str, *, before: str | None, limit: int) -> list[SecurityEvent]:
        """What happened to an account, the latest first, `before` the event of that id."""
        return await self._newest({"user_id": user_id}, before, limit)

    async def of_administrators(self, *, user_id: str | None, before: str | None, limit: int) -> list[SecurityEvent]:
        """What administrators did, to one account or to all, the latest first."""
        query: Document = {"admin_id": {"$exists": True}}
        if user_id is not None:
            query["user_id"] = user_id
        return await self._newest(query, before, limit)

    async def _newest(self, query: Document, before: str | None, limit: int) -> list[SecurityEvent]:
        if before is not None:
            query["_id"] = {"$lt": before}
        query["$or"] = [{"expires_at": {"$exists": False}}, {"expires_at": {"$gt": self._clock.now()}}]
        found = await self._events.find(query).sort("_id", -1).limit(limit).to_list()
        return cast("list[SecurityEvent]", found)
