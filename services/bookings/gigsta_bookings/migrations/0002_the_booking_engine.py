"""Indexes for lists, guests and the clock; a policy collection; histories are chained and bookings made findable.

Made before the first deployment: bookings that an older version writes after it are not woken by the clock.
"""

from typing import Any

from pymongo import UpdateOne

from gigsta_bookings import search
from gigsta_bookings.models import Booking, HistoryEntry, stored
from gigsta_bookings.models.history import sealed
from gigsta_bookings.reminders import wakes_at
from gigsta_common.mongo import Database

_OLD = {
    "by_customer_id": [("customer_id", 1), ("created_at", -1), ("_id", -1)],
    "by_customer_id_and_status": [("customer_id", 1), ("status", 1), ("created_at", -1), ("_id", -1)],
    "by_provider_id": [("provider_id", 1), ("created_at", -1), ("_id", -1)],
    "by_provider_id_and_status": [("provider_id", 1), ("status", 1), ("created_at", -1), ("_id", -1)],
    "by_status": [("status", 1), ("created_at", -1), ("_id", -1)],
}
_BY_CREATED = [("status", 1), ("created_at", -1), ("_id", -1)]
_BY_START = [("status", 1), ("starts_at", 1), ("_id", 1)]
_BY_WORDS = [("words", 1), ("created_at", -1), ("_id", -1)]
_NEW: dict[str, list[tuple[str, int]]] = {"all_by_created_at": _BY_CREATED, "all_by_starts_at": _BY_START}
for _party in ("customer_id", "provider_id"):
    _NEW[f"{_party}_by_created_at"] = [(_party, 1), *_BY_CREATED]
    _NEW[f"{_party}_by_starts_at"] = [(_party, 1), *_BY_START]
    _NEW[f"{_party}_by_words"] = [(_party, 1), *_BY_WORDS]


async def up(db: Database) -> None:
    bookings = db["bookings"]
    known = await bookings.index_information()
    for name in (*_OLD, "due"):
        if name in known:
            await bookings.drop_index(name)
    for name, keys in _NEW.items():
        await bookings.create_index(keys, name=name)
    await bookings.create_index("wake_at", name="wake_at", partialFilterExpression={"wake_at": {"$type": "date"}})
    known_collections = await db.list_collection_names()
    for name in ("policies", "quotas"):
        if name not in known_collections:
            await db.create_collection(name)
    await db["quotas"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    await db["policies"].create_index([("provider_id", 1), ("version", -1)], name="newest", unique=True)
    await _chain(db)
    await _count_claims(db)


async def _chain(db: Database) -> None:
    """Seal the histories there are, and give every booking its words and its next moment for the clock."""
    writes: list[UpdateOne] = []
    async for document in db["bookings"].find({"wake_at": {"$exists": False}}):
        booking = Booking.model_validate(document)
        history: tuple[HistoryEntry, ...] = ()
        for entry in booking.history:
            history = (*history, sealed(entry, history))
        fields: dict[str, Any] = {
            "history": [stored(entry) for entry in history],
            "words": search.words_of(booking),
            "wake_at": wakes_at(booking),
        }
        query = {"_id": booking.id, "version": booking.version}
        writes.append(UpdateOne(query, {"$set": fields, "$unset": {"next_automatic": ""}}))
        if len(writes) == 500:
            await db["bookings"].bulk_write(writes, ordered=False)
            writes.clear()
    if writes:
        await db["bookings"].bulk_write(writes, ordered=False)


async def _count_claims(db: Database) -> None:
    """Claims say when the work begins; for those there are, the buffer before is taken to be none."""
    add = {"$map": {"input": "$claims", "in": {"$mergeObjects": [{"slot_starts_at": "$$this.starts_at"}, "$$this"]}}}
    await db["calendar_days"].update_many({}, [{"$set": {"claims": add}}])


async def down(db: Database) -> None:
    bookings = db["bookings"]
    for name in (*_NEW, "wake_at"):
        await bookings.drop_index(name)
    for name, keys in _OLD.items():
        await bookings.create_index(keys, name=name)
    await bookings.create_index(
        "next_automatic.at", name="due", partialFilterExpression={"next_automatic.at": {"$exists": True}}
    )
    for name in ("policies", "quotas"):
        await db.drop_collection(name)
