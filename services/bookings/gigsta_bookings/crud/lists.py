"""Lists of bookings: a page costs the same wherever it lies and however many bookings there are."""

import asyncio
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gigsta_bookings import search
from gigsta_bookings.crud.store import COLLECTION, NOT_SHOWN
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_common.errors import Forbidden, Unprocessable
from gigsta_common.mongo import Database, Document
from gigsta_common.pagination import Key, decode_cursor
from gigsta_common.security import Principal

Order = Literal["-created_at", "starts_at", "-starts_at"]
_EVERY_STATUS = tuple(Status)
_COUNTED = 500
"""Bookings with a word, or in a period, that are counted to see which are few. More are many, however many."""


@dataclass(frozen=True)
class Wanted:
    """Which bookings, in which order."""

    role: Actor | None = None
    """As whom; None for customer and provider. `admin`: everybody's, or those of `user_id`."""
    user_id: str | None = None
    statuses: Sequence[Status] = ()
    start: datetime | None = None
    """The work starts then or later."""
    end: datetime | None = None
    """The work starts before then."""
    text: str | None = None
    order: Order | None = None
    """By default the newest first, or where dates are asked for the earliest."""

    @property
    def sorted_by(self) -> Order:
        return self.order or ("starts_at" if self._dated and self.text is None else "-created_at")

    @property
    def _dated(self) -> bool:
        return self.start is not None or self.end is not None

    def check(self) -> None:
        """Refuse what no index answers.

        Raises:
            Unprocessable
        """
        if self.text is not None and self.sorted_by != "-created_at":
            raise _refused("sort", "a search by text lists the newest first")
        if self.text is None and self._dated and self.sorted_by == "-created_at":
            raise _refused("sort", "with `from` or `to` the list is sorted by `starts_at` or `-starts_at`")
        if self.text is not None and not search.words_asked(self.text):
            raise _refused("q", "has no word of two letters or more")


class Lists:
    def __init__(self, db: Database) -> None:
        self._bookings = db[COLLECTION]

    async def page(self, caller: Principal, wanted: Wanted, limit: int, cursor: str | None) -> list[Booking]:
        """One more than `limit`, if there are.

        Raises:
            Forbidden: everybody's bookings are asked for, and the caller is no admin.
            Unprocessable: what is wanted, or the cursor, makes no sense.
        """
        owners = _owners(caller, wanted)
        wanted.check()
        after = _after(cursor, wanted.sorted_by) if cursor is not None else None
        pages = [await self._some(owner, wanted, limit + 1, after) for owner in owners]
        if len(pages) == 1:
            return pages[0]
        merged = heapq.merge(*pages, key=lambda row: key_of(row, wanted.sorted_by), reverse=_falling(wanted))
        return list(merged)[: limit + 1]

    async def _some(self, owner: Document, wanted: Wanted, count: int, after: Key | None) -> list[Booking]:
        field, falling = wanted.sorted_by.removeprefix("-"), _falling(wanted)
        query: Document = dict(owner)
        # Every status is named, so that an index with the status in front serves all lists.
        query["status"] = {"$in": [status.value for status in wanted.statuses or _EVERY_STATUS]}
        starts = {"$gte": wanted.start, "$lt": wanted.end}
        if any(starts.values()):
            query["starts_at"] = {name: value for name, value in starts.items() if value is not None}
        index = _index(owner, wanted, field)
        if wanted.text is not None:
            index = await self._index_of_few(owner, query) or index
            query["words"] = {"$all": await self._rarest_first(owner, search.words_asked(wanted.text))}
        if after is not None:
            moment, last = after
            side, edge = ("$lt", "$lte") if falling else ("$gt", "$gte")
            further = {"$or": [{field: {side: moment}}, {"_id": {side: last}}]}
            query["$and"] = [{field: {edge: moment}}, further]
        direction = -1 if falling else 1
        found = self._bookings.find(query, NOT_SHOWN | {"history": 0}).hint(index)
        rows = await found.sort([(field, direction), ("_id", direction)]).limit(count).to_list()
        return [Booking.model_validate(row) for row in rows]

    async def _index_of_few(self, owner: Document, query: Document) -> str | None:
        """The index by start, where a period is asked for that has few bookings: sooner sorted than searched for."""
        if "starts_at" not in query:
            return None
        index = f"{next(iter(owner))}_by_starts_at"
        few = await self._bookings.count_documents(query, limit=_COUNTED, hint=index) < _COUNTED
        return index if few else None

    async def _rarest_first(self, owner: Document, words: list[str]) -> list[str]:
        """The index is entered by the first word, and the others are looked for in all that it finds there."""
        if len(words) == 1:
            return words
        index = f"{next(iter(owner))}_by_words"
        counts = await asyncio.gather(
            *(self._bookings.count_documents(owner | {"words": word}, limit=_COUNTED, hint=index) for word in words)
        )
        return [word for _, word in sorted(zip(counts, words, strict=True), key=lambda row: (row[0], -len(row[1])))]


def key_of(booking: Booking, order: Order) -> tuple[datetime, str]:
    """Where a booking stands in a list of that order."""
    return (booking.created_at if order == "-created_at" else booking.starts_at, booking.id)


def cursor_key(booking: Booking, order: Order) -> Key:
    """What a cursor says: the order, too, as it means nothing in another."""
    return (order, *key_of(booking, order))


def _after(cursor: str, order: Order) -> Key:
    said, *key = decode_cursor(cursor, str, datetime, str)
    if said != order:
        raise _refused("cursor", f"is of a list that is sorted by `{said}`, not by `{order}`")
    return tuple(key)


def _owners(caller: Principal, wanted: Wanted) -> list[Document]:
    """Whose bookings: a query for each party, because MongoDB merges neither an `$or` nor a sort as plainly."""
    if wanted.role == Actor.ADMIN:
        if not caller.is_admin:
            raise Forbidden("Only an administrator may see everybody's bookings.", code="admin_only")
        if wanted.user_id is not None:
            return [{"customer_id": wanted.user_id}, {"provider_id": wanted.user_id}]
        if wanted.text is not None:
            raise _refused("q", "with `role=admin` a search needs `user_id` as well: the id of one of the parties")
        return [{}]
    if wanted.user_id is not None:
        raise _refused("user_id", "is for administrators, with `role=admin`")
    if wanted.role is not None:
        return [{f"{wanted.role.value}_id": caller.user_id}]
    return [{"customer_id": caller.user_id}, {"provider_id": caller.user_id}]


def _index(owner: Document, wanted: Wanted, field: str) -> str:
    """The name of the index that serves a list (migration 0002)."""
    party = next(iter(owner), "all")
    return f"{party}_by_words" if wanted.text is not None else f"{party}_by_{field}"


def _falling(wanted: Wanted) -> bool:
    return wanted.sorted_by.startswith("-")


def _refused(field: str, message: str) -> Unprocessable:
    return Unprocessable(f"`{field}`: {message}.", errors=[{"field": field, "message": message}])
