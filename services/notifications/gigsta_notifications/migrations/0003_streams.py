"""The order in which a user's items came, for the streams that go on where they broke off."""

from pymongo import ASCENDING

from gigsta_common.mongo import Database

COUNTERS = {
    "bsonType": "object",
    "required": ["last"],
    "properties": {"last": {"bsonType": ["int", "long"], "minimum": 1}},
}


async def up(db: Database) -> None:
    await db.create_collection("inbox_positions", validator={"$jsonSchema": COUNTERS}, validationLevel="strict")
    await db["inbox"].create_index([("user_id", ASCENDING), ("position", ASCENDING)], name="in_order")


async def down(db: Database) -> None:
    await db["inbox"].drop_index("in_order")
    await db.drop_collection("inbox_positions")
