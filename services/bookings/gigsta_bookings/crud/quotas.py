"""The collection `quotas`: who uses up what, counted in the very write that uses it, so that no race gets around it."""

from collections.abc import Iterable

from pymongo.errors import DuplicateKeyError

from gigsta_bookings.models.quotas import Quota
from gigsta_common.errors import Conflict, Problem, TooManyRequests
from gigsta_common.mongo import Database, Document, Session

COLLECTION = "quotas"


class Quotas:
    def __init__(self, db: Database) -> None:
        self._quotas = db[COLLECTION]

    async def swap(self, booking_id: str, release: frozenset[Quota], take: frozenset[Quota], session: Session) -> None:
        """Give up some places and take others, within the caller's transaction.

        Raises:
            Conflict, TooManyRequests: all places are taken; the transaction must not be committed.
        """
        for quota in release:
            if quota.until is None:
                await self._give_up(quota.register, booking_id, session)
        for quota in sorted(take, key=lambda quota: quota.register):
            has_room = {"_id": quota.register, f"holders.{quota.most - 1}": {"$exists": False}}
            write: Document = {"$push": {"holders": booking_id}}
            if quota.until is not None:
                write["$setOnInsert"] = {"expires_at": quota.until}
            try:
                await self._quotas.update_one(has_room, write, upsert=True, session=session)
            except DuplicateKeyError:  # it is there, and has no room
                raise _used_up(quota) from None

    async def enter(self, booking_id: str, uses: Iterable[Quota], session: Session) -> None:
        """Count what was made without being counted, whether there is room or not. Twice is as good as once."""
        for quota in uses:
            if quota.until is None:
                mine = {"$addToSet": {"holders": booking_id}}
                await self._quotas.update_one({"_id": quota.register}, mine, upsert=True, session=session)

    async def _give_up(self, register: str, booking_id: str, session: Session) -> None:
        """The last one takes the register along."""
        last = {"_id": register, "holders": [booking_id]}
        if not (await self._quotas.delete_one(last, session=session)).deleted_count:
            mine = {"$pull": {"holders": booking_id}}
            await self._quotas.update_one({"_id": register}, mine, session=session)


def _used_up(quota: Quota) -> Problem:
    if quota.until is not None:
        return TooManyRequests(quota.used_up, retry_after=3600, code=quota.code)
    return Conflict(quota.used_up, code=quota.code)
