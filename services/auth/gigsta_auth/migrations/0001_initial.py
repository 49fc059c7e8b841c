"""Accounts, sessions and signing keys, with their indexes and the shapes that must hold."""

from gigsta_common.indexes import create_common
from gigsta_common.mongo import Database

_USERS = {
    "bsonType": "object",
    "required": [
        "email",
        "password_hash",
        "roles",
        "onboarding_status",
        "provider_status",
        "links",
        "version",
        "created_at",
    ],
    "properties": {
        "_id": {"bsonType": "string"},
        "email": {"bsonType": "string", "maxLength": 254},
        "password_hash": {"bsonType": "string", "pattern": "^\\$argon2id\\$"},
        "full_name": {"bsonType": ["string", "null"]},
        "roles": {
            "bsonType": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"enum": ["user", "provider", "admin"]},
        },
        "onboarding_status": {"enum": ["provisional", "complete"]},
        "provider_status": {"enum": ["not_applied", "pending", "approved", "rejected"]},
        "email_verified_at": {"bsonType": ["date", "null"]},
        "links": {"bsonType": "array", "maxItems": 5},
        "version": {"bsonType": ["int", "long"], "minimum": 1},
        "created_at": {"bsonType": "date"},
        "outbox": {"bsonType": "array"},
    },
}

_SESSIONS = {
    "bsonType": "object",
    "required": ["user_id", "family_hash", "token_hash", "created_at", "last_used_at", "expires_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "user_id": {"bsonType": "string"},
        "family_hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "token_hash": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "created_at": {"bsonType": "date"},
        "last_used_at": {"bsonType": "date"},
        "expires_at": {"bsonType": "date"},
    },
}

_SIGNING_KEYS = {
    "bsonType": "object",
    "required": ["status", "public_jwk", "private_pem_encrypted", "created_at", "not_before"],
    "properties": {
        "_id": {"bsonType": "string"},
        "status": {"enum": ["next", "active", "retired"]},
        "public_jwk": {"bsonType": "object", "required": ["kid", "kty", "crv", "x", "y"]},
        "private_pem_encrypted": {"bsonType": "binData"},
        "created_at": {"bsonType": "date"},
        "not_before": {"bsonType": "date"},
        "retired_at": {"bsonType": ["date", "null"]},
    },
}

_COLLECTIONS = {"users": _USERS, "sessions": _SESSIONS, "signing_keys": _SIGNING_KEYS}


async def up(db: Database) -> None:
    there = await db.list_collection_names()
    for name, schema in _COLLECTIONS.items():
        if name not in there:
            await db.create_collection(name, validator={"$jsonSchema": schema}, validationLevel="strict")
    await db["users"].create_index("email", unique=True, name="email")
    await db["users"].create_index("links.token_hash", sparse=True, name="link")
    await db["users"].create_index([("provider_status", 1), ("_id", -1)], name="by_provider_status")
    await db["sessions"].create_index("family_hash", unique=True, name="family")
    await db["sessions"].create_index([("user_id", 1), ("_id", -1)], name="by_user")
    await db["sessions"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    # One key signs and one is next, whoever tries to add another at the same moment.
    await db["signing_keys"].create_index(
        "status", unique=True, name="one_of_each", partialFilterExpression={"status": {"$in": ["active", "next"]}}
    )
    await create_common(db, outbox_collections=("users",))


async def down(db: Database) -> None:
    for name in _COLLECTIONS:
        await db.drop_collection(name)
