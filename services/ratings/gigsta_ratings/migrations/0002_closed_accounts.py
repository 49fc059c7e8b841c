"""Who has closed their account, and the indexes by which what names them is found."""

from gigsta_common.mongo import Database


async def up(db: Database) -> None:
    if "closed_users" not in await db.list_collection_names():
        await db.create_collection("closed_users")
    await db["invitations"].create_index("customer_id", name="by_customer")
    await db["invitations"].create_index("provider_id", name="by_provider")


async def down(db: Database) -> None:
    for name in ("by_customer", "by_provider"):
        await db["invitations"].drop_index(name)
    await db.drop_collection("closed_users")
