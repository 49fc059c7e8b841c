"""Addresses, the inbox, mail deliveries and the development mailbox."""

from pymongo import ASCENDING, DESCENDING

from gigsta_common import indexes
from gigsta_common.mongo import Database

ADDRESSES = {
    "bsonType": "object",
    "required": ["closed", "sequence"],
    "properties": {"email": {"bsonType": ["string", "null"]}, "closed": {"bsonType": "bool"}},
}
INBOX = {
    "bsonType": "object",
    "required": ["user_id", "kind", "title", "body", "link", "created_at", "read_at"],
    "properties": {"created_at": {"bsonType": "date"}, "read_at": {"bsonType": ["date", "null"]}},
}
DELIVERIES = {
    "bsonType": "object",
    "required": ["user_id", "template", "message_id", "status", "attempts", "next_attempt_at", "created_at"],
    "properties": {
        "status": {"bsonType": "string"},
        "attempts": {"bsonType": "int", "minimum": 0},
        "next_attempt_at": {"bsonType": "date"},
    },
}
MAILBOX = {"bsonType": "object", "required": ["to", "subject", "text", "html", "sent_at"]}


async def up(db: Database) -> None:
    schemas = {"addresses": ADDRESSES, "inbox": INBOX, "deliveries": DELIVERIES, "mailbox": MAILBOX}
    for name, schema in schemas.items():
        await db.create_collection(name, validator={"$jsonSchema": schema}, validationLevel="strict")
    await db["inbox"].create_index(
        [("user_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="newest_first"
    )
    await db["inbox"].create_index([("user_id", ASCENDING), ("read_at", ASCENDING)], name="unread")
    deliveries = db["deliveries"]
    await deliveries.create_index([("status", ASCENDING), ("next_attempt_at", ASCENDING)], name="due")
    await deliveries.create_index([("user_id", ASCENDING), ("status", ASCENDING)], name="by_user")
    await deliveries.create_index("expires_at", expireAfterSeconds=0, name="expires_at")
    await db["mailbox"].create_index([("sent_at", DESCENDING), ("_id", DESCENDING)], name="newest_first")
    await db["mailbox"].create_index(
        [("to", ASCENDING), ("sent_at", DESCENDING), ("_id", DESCENDING)], name="newest_first_by_address"
    )
    await indexes.create_common(db)


async def down(db: Database) -> None:
    for name in ("addresses", "inbox", "deliveries", "mailbox", "inbox_seen", "idempotency_keys"):
        await db.drop_collection(name)
