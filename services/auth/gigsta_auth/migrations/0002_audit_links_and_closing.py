"""The audit trail, the links that mails carry, closed accounts, and the words of names for the search."""

from gigsta_common.mongo import Database

_EVENTS = {
    "bsonType": "object",
    "required": ["user_id", "kind", "details", "client_address", "device", "at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "user_id": {"bsonType": ["string", "null"]},
        "kind": {"bsonType": "string", "maxLength": 64},
        "details": {"bsonType": "object"},
        "client_address": {"bsonType": "string", "maxLength": 64},
        "device": {"bsonType": "string", "maxLength": 200},
        "admin_id": {"bsonType": "string"},
        "at": {"bsonType": "date"},
        "expires_at": {"bsonType": "date"},
    },
}

_LINKS = {
    "bsonType": "object",
    "required": ["user_id", "kind", "email", "created_at", "expires_at", "forget_at"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[0-9a-f]{64}$"},
        "user_id": {"bsonType": "string"},
        "kind": {"bsonType": "string"},
        "email": {"bsonType": "string", "maxLength": 254},
        "used_at": {"bsonType": ["date", "null"]},
        "created_at": {"bsonType": "date"},
        "expires_at": {"bsonType": "date"},
        "forget_at": {"bsonType": "date"},
    },
}

_CLOSED = {
    "bsonType": "object",
    "required": ["closed_at", "version"],
    "properties": {
        "_id": {"bsonType": "string"},
        "closed_at": {"bsonType": "date"},
        "version": {"bsonType": ["int", "long"]},
        "outbox": {"bsonType": "array"},
    },
}

_REQUESTS = {
    "bsonType": "object",
    "required": ["email", "client_address", "device", "at", "expires_at"],
    "properties": {
        "_id": {"bsonType": "string"},
        "email": {"bsonType": "string", "maxLength": 254},
        "at": {"bsonType": "date"},
        "expires_at": {"bsonType": "date"},
    },
}

_COLLECTIONS = {
    "security_events": _EVENTS,
    "mail_links": _LINKS,
    "reset_requests": _REQUESTS,
    "closed_users": _CLOSED,
}


async def up(db: Database) -> None:
    there = await db.list_collection_names()
    for name, schema in _COLLECTIONS.items():
        if name not in there:
            await db.create_collection(name, validator={"$jsonSchema": schema}, validationLevel="strict")
    await db["security_events"].create_index([("user_id", 1), ("_id", -1)], name="by_user")
    await db["security_events"].create_index(
        [("admin_id", 1), ("_id", -1)], name="by_admin", partialFilterExpression={"admin_id": {"$exists": True}}
    )
    await db["security_events"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    await db["mail_links"].create_index([("user_id", 1), ("kind", 1), ("_id", 1)], name="by_user")
    await db["mail_links"].create_index("forget_at", expireAfterSeconds=0, name="forget_at")
    await db["reset_requests"].create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    await db["closed_users"].create_index("outbox.id", sparse=True, name="outbox_pending")
    await db["users"].create_index([("name_words", 1), ("_id", -1)], name="by_name_word")
    await db["users"].create_index(
        [("suspension.at", 1), ("_id", -1)],
        name="suspended",
        partialFilterExpression={"suspension.at": {"$exists": True}},
    )
    async for user in db["users"].find({"name_words": {"$exists": False}}, {"full_name": 1}):
        words = sorted(set((user.get("full_name") or "").casefold().split()))
        await db["users"].update_one(
            {"_id": user["_id"], "full_name": user.get("full_name")}, {"$set": {"name_words": words}}
        )


async def down(db: Database) -> None:
    for name in _COLLECTIONS:
        await db.drop_collection(name)
    for index in ("by_name_word", "suspended"):
        if index in await db["users"].index_information():
            await db["users"].drop_index(index)
