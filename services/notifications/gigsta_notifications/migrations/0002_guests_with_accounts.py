"""The guests that a user has been, so that they are forgotten with the account."""

from gigsta_common.mongo import Database

NAME = "by_account"


async def up(db: Database) -> None:
    await db["addresses"].create_index("account", sparse=True, name=NAME)


async def down(db: Database) -> None:
    await db["addresses"].drop_index(NAME)
