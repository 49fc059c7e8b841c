"""The inbox of each user."""

from datetime import datetime
from typing import Any, cast

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.clock import Clock
from gigsta_common.errors import NotFound
from gigsta_common.mongo import Database, Session
from gigsta_common.pagination import decode_cursor
from gigsta_notifications.models import Item, Notice


class Inbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._items = cast("AsyncCollection[Item]", db["inbox"])
        self._clock = clock

    async def add(self, item_id: str, notice: Notice, kind: str, at: datetime, session: Session) -> bool:
        """Whether it was new."""
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
        }
        added = await self._items.update_one({"_id": item_id}, {"$setOnInsert": item}, upsert=True, session=session)
        return added.upserted_id is not None

    async def erase(self, user_id: str, session: Session) -> None:
        await self._items.delete_many({"user_id": user_id}, session=session)

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
