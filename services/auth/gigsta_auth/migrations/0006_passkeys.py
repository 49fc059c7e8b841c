"""Passkeys, and when somebody showed once more that an account is theirs."""

from typing import Any

from gigsta_common.mongo import Database

CREDENTIAL = "passkeys.credential_id"

_PASSKEYS = {
    "bsonType": "array",
    "maxItems": 10,
    "items": {
        "bsonType": "object",
        "required": ["id", "credential_id", "public_key", "sign_count", "name", "added_at", "last_used_at"],
        "properties": {
            "id": {"bsonType": "string"},
            "credential_id": {"bsonType": "string", "pattern": "^[A-Za-z0-9_-]{16,1400}$"},
            "public_key": {"bsonType": "binData"},
            "sign_count": {"bsonType": ["int", "long"], "minimum": 0},
            "name": {"bsonType": "string", "maxLength": 60},
            "added_at": {"bsonType": "date"},
            "last_used_at": {"bsonType": ["date", "null"]},
        },
    },
}

_NEW_FIELDS: dict[str, dict[str, Any]] = {
    "users": {"passkeys": _PASSKEYS, "session_epoch": {"bsonType": ["int", "long"]}},
    "sessions": {"proven_at": {"bsonType": "date"}},
    "ceremonies": {"epoch": {"bsonType": ["int", "long", "null"]}},
}


async def up(db: Database) -> None:
    for collection, fields in _NEW_FIELDS.items():
        schema = await _schema_of(db, collection)
        schema["properties"] |= fields
        await db.command("collMod", collection, validator={"$jsonSchema": schema})
    # A passkey is one account's at most, whoever tries to add it at the same moment.
    await db["users"].create_index(
        CREDENTIAL, unique=True, name=CREDENTIAL, partialFilterExpression={CREDENTIAL: {"$exists": True}}
    )


async def down(db: Database) -> None:
    await db["users"].drop_index(CREDENTIAL)
    for collection, fields in _NEW_FIELDS.items():
        schema = await _schema_of(db, collection)
        for field in fields:
            schema["properties"].pop(field, None)
        await db.command("collMod", collection, validator={"$jsonSchema": schema})


async def _schema_of(db: Database, collection: str) -> dict[str, Any]:
    """As the migrations before this one have left it."""
    (found,) = await (await db.list_collections(filter={"name": collection})).to_list()
    schema: dict[str, Any] = found["options"]["validator"]["$jsonSchema"]
    return schema
