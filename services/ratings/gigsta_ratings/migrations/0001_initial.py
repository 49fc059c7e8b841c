"""Invitations, ratings and their summaries."""

from pymongo import ASCENDING, DESCENDING

from gigsta_common import indexes
from gigsta_common.mongo import Database

RATINGS = {
    "bsonType": "object",
    "required": ["booking_id", "author_id", "author_role", "rated_user_id", "stars", "status", "version"],
    "properties": {
        "author_role": {"enum": ["customer", "provider"]},
        "stars": {"bsonType": "int", "minimum": 1, "maximum": 5},
        "comment": {"bsonType": ["string", "null"], "maxLength": 2000},
        "status": {"bsonType": "string"},
        "version": {"bsonType": "int", "minimum": 1},
    },
}
INVITATIONS = {
    "bsonType": "object",
    "required": ["customer_id", "provider_id", "completed_at", "closes_at", "status", "open_to", "sequence", "version"],
    "properties": {
        "completed_at": {"bsonType": "date"},
        "closes_at": {"bsonType": "date"},
        "open_to": {"bsonType": "array", "items": {"bsonType": "string"}},
    },
}
SUMMARIES = {
    "bsonType": "object",
    "required": ["count", "sum", "histogram", "version"],
    "properties": {
        "count": {"bsonType": "int", "minimum": 0},
        "sum": {"bsonType": "int", "minimum": 0},
        "histogram": {"bsonType": "object"},
    },
}


async def up(db: Database) -> None:
    for name, schema in (("invitations", INVITATIONS), ("ratings", RATINGS), ("summaries", SUMMARIES)):
        await db.create_collection(name, validator={"$jsonSchema": schema}, validationLevel="strict")
    invitations, ratings = db["invitations"], db["ratings"]
    await invitations.create_index(
        [("open_to", ASCENDING), ("status", ASCENDING), ("completed_at", DESCENDING), ("_id", DESCENDING)],
        name="pending",
    )
    await invitations.create_index(
        [("status", ASCENDING), ("closes_at", ASCENDING), ("_id", ASCENDING)], name="due_to_close"
    )
    await ratings.create_index(
        [("booking_id", ASCENDING), ("author_role", ASCENDING)], unique=True, name="once_per_side"
    )
    await ratings.create_index(
        [("author_id", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="by_author"
    )
    for subject in ("service_id", "provider_id", "rated_user_id"):
        await ratings.create_index(
            [
                (subject, ASCENDING),
                ("author_role", ASCENDING),
                ("status", ASCENDING),
                ("published_at", DESCENDING),
                ("_id", DESCENDING),
            ],
            name=f"published_by_{subject}",
        )
    await indexes.create_common(db, outbox_collections=("ratings",))


async def down(db: Database) -> None:
    for name in ("invitations", "ratings", "summaries", "inbox_seen", "idempotency_keys"):
        await db.drop_collection(name)
