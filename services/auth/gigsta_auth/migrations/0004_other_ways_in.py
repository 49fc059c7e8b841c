"""Identities elsewhere and second factors: accounts may have no password, steps wait for another half."""

from typing import Any

from gigsta_common.mongo import Database

IDENTITY = "identities.key"

_CEREMONIES = {
    "bsonType": "object",
    "required": ["kind", "user_id", "browser_hash", "tries_left", "expires_at"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "kind": {"bsonType": "string"},
        "user_id": {"bsonType": ["string", "null"]},
        "browser_hash": {"bsonType": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        "tries_left": {"bsonType": ["int", "long"], "minimum": 0},
        "expires_at": {"bsonType": "date"},
    },
}

_PASSWORD_HASH = {"bsonType": "string", "pattern": "^\\$argon2id\\$"}

_NEW_FIELDS: dict[str, Any] = {
    "identities": {
        "bsonType": "array",
        "maxItems": 10,
        "items": {
            "bsonType": "object",
            "required": ["key", "provider", "subject", "linked_at"],
            "properties": {
                "key": {"bsonType": "string"},
                "provider": {"bsonType": "string"},
                "subject": {"bsonType": "string", "maxLength": 255},
                "linked_at": {"bsonType": "date"},
            },
        },
    },
    "totp": {
        "bsonType": ["object", "null"],
        "required": ["secret_encrypted", "confirmed_at", "last_step", "recovery_hashes", "misses", "missed_at"],
        "properties": {
            "secret_encrypted": {"bsonType": "binData"},
            "confirmed_at": {"bsonType": ["date", "null"]},
            "last_step": {"bsonType": ["int", "long"]},
            "recovery_hashes": {
                "bsonType": "array",
                "maxItems": 10,
                "items": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
            },
            "misses": {"bsonType": ["int", "long"], "minimum": 0},
            "missed_at": {"bsonType": ["date", "null"]},
        },
    },
}


async def up(db: Database) -> None:
    if "ceremonies" not in await db.list_collection_names():
        await db.create_collection("ceremonies", validator={"$jsonSchema": _CEREMONIES}, validationLevel="strict")
    await db["ceremonies"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    schema = await _schema_of_users(db)
    schema["properties"] |= _NEW_FIELDS | {"password_hash": {**_PASSWORD_HASH, "bsonType": ["string", "null"]}}
    await db.command("collMod", "users", validator={"$jsonSchema": schema})
    # An identity elsewhere is one account's at most, whoever tries to add it at the same moment.
    await db["users"].create_index(
        IDENTITY, unique=True, name=IDENTITY, partialFilterExpression={IDENTITY: {"$exists": True}}
    )


async def down(db: Database) -> None:
    await db.drop_collection("ceremonies")
    await db["users"].drop_index(IDENTITY)
    schema = await _schema_of_users(db)
    for field in _NEW_FIELDS:
        schema["properties"].pop(field, None)
    schema["properties"]["password_hash"] = _PASSWORD_HASH
    await db.command("collMod", "users", validator={"$jsonSchema": schema})


async def _schema_of_users(db: Database) -> dict[str, Any]:
    """As the migrations before this one have left it."""
    (users,) = await (await db.list_collections(filter={"name": "users"})).to_list()
    schema: dict[str, Any] = users["options"]["validator"]["$jsonSchema"]
    return schema
