"""Accounts are found by the name they trade under as well."""

from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    applied = {"application.trading_name": {"$exists": True}}
    async for user in db["users"].find(applied, {"full_name": 1, "application.trading_name": 1}):
        names = f"{user.get('full_name') or ''} {user['application']['trading_name']}"
        as_read = {"_id": user["_id"], "full_name": user.get("full_name")}
        await db["users"].update_one(as_read, {"$set": {"name_words": sorted(set(names.casefold().split()))}})


async def down(db: Database) -> None:
    """More words than the version before looks for: they do no harm."""
