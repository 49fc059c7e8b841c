"""The inbox of each user."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, cast

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from gigsta_common.clock import Clock
from gigsta_common.errors import NotFound
from gigsta_common.mongo import Collection, Database, Document, Session
from gigsta_common.pagination import decode_cursor
from gigsta_notifications.models import Item, Notice

_AWAIT_MS = 10_000
"""How long MongoDB may keep a look for new items waiting: less than the socket's timeout."""
_BATCH = 200
_UNNUMBERED: Document = {"position": {"$type": "null"}}
"""Those from before there were streams have no such field, and never get into one."""
_DUPLICATE_KEY = 11000


class Inbox:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._items = cast("AsyncCollection[Item]", db["inbox"])
        self._everything: Collection = db["inbox"]
        self._counters_of_old: Collection = db["inbox_positions"]
        """What positions were counted with before migration 0006. A later release drops it."""
        self._clock = clock

    async def add(self, item_id: str, notice: Notice, kind: str, at: datetime, session: Session) -> bool:
        """Whether it was new. It gets its position when a stream asks for it, so that nobody waits for anybody here."""
        if await self._items.find_one({"_id": item_id}, {"_id": 1}, session=session) is not None:
            return False
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
            "position": None,
        }
        await self._items.insert_one(item, session=session)
        return True

    async def erase(self, user_id: str, session: Session) -> None:
        await self._items.delete_many({"user_id": user_id}, session=session)
        await self._counters_of_old.delete_one({"_id": user_id}, session=session)

    # -- their order, for streams

    async def number(self, user_id: str, known: int = 0) -> list[Item]:
        """Give every item that has none the next position; `known` is a position that there is, or 0.

        Returns the items right behind `known`, where this call has numbered them: there are none between. Any number
        of instances may do so at once. An index lets a user have each position once, so of two that give the same away
        one wins and the other looks again; and a position is written only where all before it are. So whoever sees one
        sees all before it, whichever instance wrote them. That needs the last position to be known before one looks:
        what is found without one afterwards can only get a higher one, from whomever.
        """
        last = known
        while True:
            found = self._items.find({"user_id": user_id, **_UNNUMBERED})
            waiting = await found.sort([("created_at", 1), ("_id", 1)]).limit(_BATCH).to_list()
            if not waiting:
                return []
            if await self._give(waiting, last):
                if last == known:
                    return [{**item, "position": position} for position, item in enumerate(waiting, last + 1)]
                if len(waiting) < _BATCH:
                    return []
            last = await self._last(user_id)

    async def _give(self, items: list[Item], last: int) -> bool:
        """The positions behind `last`, in this order. False where somebody else has given some of them away."""
        numbering = [
            UpdateOne({"_id": item["_id"], **_UNNUMBERED}, {"$set": {"position": position}})
            for position, item in enumerate(items, last + 1)
        ]
        try:
            done = await self._everything.bulk_write(numbering, ordered=True)
        except BulkWriteError as error:
            if _is_taken(error):
                return False
            raise
        return done.modified_count == len(items)

    async def last_position(self, user_id: str) -> int:
        """Of the user's newest item; 0 before the first."""
        await self.number(user_id, await self._last(user_id))
        return await self._last(user_id)

    async def _last(self, user_id: str) -> int:
        numbered = {"user_id": user_id, "position": {"$gt": 0}}
        found = await self._items.find_one(numbered, {"position": 1}, sort=[("position", -1)])
        return cast("int", found["position"]) if found else 0

    async def after(self, user_id: str, position: int, limit: int) -> list[Item]:
        """The first so many items behind a position, in their order, with all that have been committed by now."""
        if fresh := await self.number(user_id, position):
            return fresh[:limit]
        query = {"user_id": user_id, "position": {"$gt": position}}
        return await self._items.find(query).sort("position", 1).limit(limit).to_list()

    async def watch(self) -> AsyncIterator[str | None]:
        """Whose item it is, as items are committed, for ever; first None, once nothing can be missed any more."""
        added: list[Document] = [
            {"$match": {"operationType": "insert"}},
            {"$project": {"fullDocument.user_id": 1}},
        ]
        async with await self._everything.watch(added, max_await_time_ms=_AWAIT_MS) as changes:
            yield None
            async for change in changes:
                yield change["fullDocument"]["user_id"]

    # -- for people

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


def _is_taken(error: BulkWriteError) -> bool:
    """Whether somebody else has given that position away."""
    return {failed["code"] for failed in error.details["writeErrors"]} == {_DUPLICATE_KEY}
