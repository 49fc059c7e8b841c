"""On which days each service can still be booked, and marks of what may have changed that.

Every offering is marked, so that its days are told as soon as a version runs that knows how.
"""

from gigsta_common.mongo import Database

MARKED = ("calendar_days", "schedules", "offerings")


async def up(db: Database) -> None:
    if "open_days" not in await db.list_collection_names():
        await db.create_collection("open_days")
    await db["open_days"].create_index("look_at", name="due")
    await db["open_days"].create_index("provider_id", name="by_provider")
    await db["open_days"].create_index("outbox.id", sparse=True, name="outbox_pending")
    await db["offerings"].create_index("provider_id", name="by_provider")
    for name in MARKED:
        await db[name].create_index("stale", sparse=True, name="stale")
    await db["offerings"].update_many({}, {"$set": {"stale": "never looked at"}})


async def down(db: Database) -> None:
    for name in MARKED:
        await db[name].drop_index("stale")
        await db[name].update_many({}, {"$unset": {"stale": ""}})
    await db["offerings"].drop_index("by_provider")
    await db.drop_collection("open_days")
