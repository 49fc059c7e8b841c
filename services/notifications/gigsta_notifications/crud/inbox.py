"""The inbox of each user."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.clock import Clock
from gigsta_common.errors import NotFound
from gigsta_common.mongo import Collection, Database, Document, Session
from gigsta_common.pagination import decode_cursor
from gigsta_notifications.models import Item, Notice

_AWAIT_MS = 10_000
"""How long MongoDB may keep a look for new items waiting: less than the socket's timeout."""


class Inbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._items = cast("AsyncCollection[Item]", db["inbox"])
        self._everything: Collection = db["inbox"]
        self._positions: Collection = db["inbox_positions"]
        self._clock = clock

    async def add(self, item_id: str, notice: Notice, kind: str, at: datetime, session: Session) -> bool:
        """Whether it was new.

        The counter and the item are one transaction: two that add for one user conflict, so positions become visible
        in their order, and a reader that has seen one has seen all before it.
        """
        if await self._items.find_one({"_id": item_id}, {"_id": 1}, session=session) is not None:
            return False
        counted = await self._positions.find_one_and_update(
            {"_id": notice.user_id},
            {"$inc": {"last": 1}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
            session=session,
        )
        item: Item = {
            "_id": item_id,
            "user_id": notice.user_id,
            "kind": kind,
            "title": notice.title,
            "body": notice.body,
            "data": notice.data,
            "link": notice.link,
            "created_at": at,
            "read_at": None,
            "position": cast("Document", counted)["last"],
        }
        await self._items.insert_one(item, session=session)
        return True

    async def erase(self, user_id: str, session: Session) -> None:
        await self._items.delete_many({"user_id": user_id}, session=session)
        await self._positions.delete_one({"_id": user_id}, session=session)

    async def last_position(self, user_id: str) -> int:
        """Of the user's newest item; 0 before the first."""
        counted = await self._positions.find_one({"_id": user_id})
        return counted["last"] if counted else 0

    async def after(self, user_id: str, position: int, limit: int) -> list[Item]:
        """The items behind a position, in the order in which they came."""
        query = {"user_id": user_id, "position": {"$gt": position}}
        return await self._items.find(query).sort("position", 1).limit(limit).to_list()

    async def watch(self) -> AsyncIterator[Item | None]:
        """The items of everybody as they are committed, for ever; first None, once nothing can be missed any more."""
        added: list[Document] = [{"$match": {"operationType": "insert"}}, {"$project": {"fullDocument": 1}}]
        async with await self._everything.watch(added, max_await_time_ms=_AWAIT_MS) as changes:
            yield None
            async for change in changes:
                yield change["fullDocument"]

    async def page(self, user_id: str, limit: int, cursor: str | None) -> list[Item]:
        """Up to `limit + 1` items, newest first."""
        query: dict[str, Any] = {"user_id": user_id}
        if cursor is not None:
            at, last_id = decode_cursor(cursor, datetime, str)
            query["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last_id}}]
        return await self._items.find(query).sort([("created_at", -1), ("_id", -1)]).limit(limit + 1).to_list()

    async def all_of(self, user_id: str) -> list[Item]:
        return await self._items.find({"user_id": user_id}).sort([("created_at", -1), ("_id", -1)]).to_list()

    async def unread_count(self, user_id: str) -> int:
        return await self._items.count_documents({"user_id": user_id, "read_at": None})

    async def mark_read(self, user_id: str, item_id: str) -> Item:
        """Read it; reading again keeps the time of the first.

        Raises:
            NotFound: the user has no such item.
        """
        unread = {"_id": item_id, "user_id": user_id, "read_at": None}
        await self._items.update_one(unread, {"$set": {"read_at": self._clock.now()}})
        item = await self._items.find_one({"_id": item_id, "user_id": user_id})
        if item is None:
            raise NotFound("There is no notification of yours with that id.", code="notification_not_found")
        return item

    async def mark_all_read(self, user_id: str) -> int:
        """How many were unread."""
        unread = {"user_id": user_id, "read_at": None}
        return (await self._items.update_many(unread, {"$set": {"read_at": self._clock.now()}})).modified_count
