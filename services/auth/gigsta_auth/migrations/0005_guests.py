"""Accounts that have no password yet, and the links by which guests choose one."""

from typing import Any

from gigsta_common.mongo import Database

_LINKS = {
    "bsonType": "object",
    "required": ["user_id", "secret_hash", "expires_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "user_id": {"bsonType": "string"},
        "secret_hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "expires_at": {"bsonType": "date"},
    },
}


async def up(db: Database) -> None:
    validator = await _validator(db)
    validator["$jsonSchema"]["properties"]["password_hash"]["bsonType"] = ["string", "null"]
    await db.command("collMod", "users", validator=validator)
    if "guest_links" not in await db.list_collection_names():
        await db.create_collection("guest_links", validator={"$jsonSchema": _LINKS}, validationLevel="strict")
    await db["guest_links"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")


async def down(db: Database) -> None:
    """Accounts may go on to have no password: whoever has none cannot get in by one, and is not thrown away."""
    await db.drop_collection("guest_links")


async def _validator(db: Database) -> dict[str, Any]:
    """That of the accounts as it stands: other migrations change it, too."""
    async for found in await db.list_collections(filter={"name": "users"}):
        validator: dict[str, Any] = found["options"]["validator"]
        return validator
    raise LookupError("there is no collection of users")
