"""Which mails users want, and when."""

from gigsta_common.mongo import Database

PREFERENCES = {
    "bsonType": "object",
    "properties": {
        "unsubscribe_key": {"bsonType": "string"},
        "mail": {"bsonType": "object"},
        "quiet_hours": {"bsonType": ["object", "null"]},
    },
}


async def up(db: Database) -> None:
    await db.create_collection("preferences", validator={"$jsonSchema": PREFERENCES}, validationLevel="strict")
    await db["preferences"].create_index("unsubscribe_key", unique=True, sparse=True, name="by_key")


async def down(db: Database) -> None:
    await db.drop_collection("preferences")
