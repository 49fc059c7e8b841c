"""What was tried lately: a document lives until its bucket has drained."""

from gigsta_common.mongo import Database

_THROTTLE = {
    "bsonType": "object",
    "required": ["drained_at", "allowed"],
    "properties": {
        "_id": {"bsonType": "string", "pattern": "^[a-z]+:[a-z]+:[0-9a-f]{32}$"},
        "drained_at": {"bsonType": "date"},
        "allowed": {"bsonType": "bool"},
    },
}


async def up(db: Database) -> None:
    if "throttle" not in await db.list_collection_names():
        await db.create_collection("throttle", validator={"$jsonSchema": _THROTTLE}, validationLevel="strict")
    await db["throttle"].create_index("drained_at", expireAfterSeconds=0, name="drained_at")


async def down(db: Database) -> None:
    await db.drop_collection("throttle")
