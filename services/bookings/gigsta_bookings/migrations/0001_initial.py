"""The collections of bookings and their indexes."""

from gigsta_common import indexes
from gigsta_common.mongo import Database

COLLECTIONS = ("bookings", "calendar_days", "offerings", "schedules")


async def up(db: Database) -> None:
    known = await db.list_collection_names()
    for name in COLLECTIONS:
        if name not in known:
            await db.create_collection(name)
    await indexes.create_common(db, outbox_collections=("bookings",))
    for party in ("customer_id", "provider_id"):
        await db["bookings"].create_index([(party, 1), ("created_at", -1), ("_id", -1)], name=f"by_{party}")
        await db["bookings"].create_index(
            [(party, 1), ("status", 1), ("created_at", -1), ("_id", -1)], name=f"by_{party}_and_status"
        )
    await db["bookings"].create_index([("status", 1), ("created_at", -1), ("_id", -1)], name="by_status")
    await db["bookings"].create_index(
        "next_automatic.at", name="due", partialFilterExpression={"next_automatic.at": {"$exists": True}}
    )


async def down(db: Database) -> None:
    for name in COLLECTIONS:
        await db.drop_collection(name)
