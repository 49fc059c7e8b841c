"""Calendar feeds by the hash of their secret, and an index that holds all that the metrics count."""

from gigsta_common.mongo import Database

METRICS = (
    "created_at",
    "status",
    "instant_book",
    "requested_at",
    "starts_at",
    "answer.action",
    "answer.at",
)


async def up(db: Database) -> None:
    if "feeds" not in await db.list_collection_names():
        await db.create_collection("feeds")
    await db["feeds"].create_index("secret_hash", unique=True, name="by_secret")
    await db["bookings"].create_index([(field, 1) for field in METRICS], name="metrics")


async def down(db: Database) -> None:
    await db["bookings"].drop_index("metrics")
    await db.drop_collection("feeds")
