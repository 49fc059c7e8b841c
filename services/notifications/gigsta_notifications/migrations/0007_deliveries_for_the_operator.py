"""The mails that were given up, newest first."""

from pymongo import ASCENDING, DESCENDING

from gigsta_common.mongo import Database

NAME = "newest_by_status"


async def up(db: Database) -> None:
    keys = [("status", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)]
    await db["deliveries"].create_index(keys, name=NAME)


async def down(db: Database) -> None:
    await db["deliveries"].drop_index(NAME)
