"""Reports about ratings, how bookings ended, and the indexes by which moderators and the figures find them."""

from gigsta_common.mongo import Database

NEW = ("reports", "endings")


async def up(db: Database) -> None:
    there = await db.list_collection_names()
    for name in NEW:
        if name not in there:
            await db.create_collection(name)
    ratings, reports, endings = db["ratings"], db["reports"], db["endings"]
    await reports.create_index([("rating_id", 1), ("created_at", -1), ("_id", -1)], name="by_rating")
    # What has no open report is not in the index: it stays as small as the moderators' work.
    await ratings.create_index(
        [("reported_at", -1), ("_id", -1)], partialFilterExpression={"open_reports": {"$gt": 0}}, name="reported"
    )
    await ratings.create_index(
        [("published_at", -1), ("_id", -1)], partialFilterExpression={"status": "hidden"}, name="hidden"
    )
    for role in ("customer", "provider"):
        await endings.create_index([(f"{role}_id", 1), (role, 1)], name=f"by_{role}")


async def down(db: Database) -> None:
    for name in ("reported", "hidden"):
        await db["ratings"].drop_index(name)
    for name in NEW:
        await db.drop_collection(name)
