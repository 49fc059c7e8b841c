"""The places and the indexes that find them."""

from gigsta_common import indexes
from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    if "places" not in await db.list_collection_names():
        await db.create_collection("places")
    await indexes.create_common(db)
    # With the filter before the point, a search in one category does not look at the others' places.
    await db["places"].create_index([("listed", 1), ("category", 1), ("point", "2dsphere")], name="by_category")
    await db["places"].create_index([("listed", 1), ("point", "2dsphere")], name="everywhere")


async def down(db: Database) -> None:
    await db.drop_collection("places")
