"""In which zone users want to be told the time."""

from gigsta_common.mongo import Database

BEFORE = {
    "bsonType": "object",
    "properties": {
        "unsubscribe_key": {"bsonType": "string"},
        "mail": {"bsonType": "object"},
        "quiet_hours": {"bsonType": ["object", "null"]},
    },
}
NOW = {**BEFORE, "properties": {**BEFORE["properties"], "timezone": {"bsonType": ["string", "null"]}}}  # type: ignore[dict-item]


async def up(db: Database) -> None:
    await db.command("collMod", "preferences", validator={"$jsonSchema": NOW})


async def down(db: Database) -> None:
    await db.command("collMod", "preferences", validator={"$jsonSchema": BEFORE})
