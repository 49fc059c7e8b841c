"""Who has closed their account, and when the clock has to look at what is left of them."""

from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    if "departures" not in await db.list_collection_names():
        await db.create_collection("departures")
    await db["departures"].create_index("next_at", name="due", partialFilterExpression={"next_at": {"$type": "date"}})


async def down(db: Database) -> None:
    await db.drop_collection("departures")
