"""Uploads and their files; and the text index goes, which nothing has searched by since migration 3."""

from gigsta_common.mongo import Database

WHOLE = {"bsonType": ["int", "long"]}
TEXT = {"bsonType": "string"}
TIME = {"bsonType": "date"}
MEDIUM = {
    "bsonType": "object",
    "required": ["service_id", "provider_id", "name", "content_type", "size", "state", "expires_at"],
    "properties": {
        "service_id": TEXT,
        "provider_id": TEXT,
        "name": TEXT,
        "content_type": TEXT,
        "size": WHOLE,
        "state": {"enum": ["asked", "working", "kept", "gone"]},
        "expires_at": TIME,
        "due_at": TIME,
    },
}
TEXT_INDEX = "words"


async def up(db: Database) -> None:
    if "media" not in await db.list_collection_names():
        await db.create_collection("media")
    await db.command("collMod", "media", validator={"$jsonSchema": MEDIUM})
    await db["media"].create_index([("due_at", 1)], name="due", sparse=True)
    await db["media"].create_index([("provider_id", 1), ("state", 1), ("service_id", 1)], name="by_provider")
    await db["media"].create_index([("service_id", 1)], name="by_service")
    if TEXT_INDEX in await db["services"].index_information():
        await db["services"].drop_index(TEXT_INDEX)


async def down(db: Database) -> None:
    await db.drop_collection("media")
    await db["services"].create_index(
        [(field, "text") for field in ("title", "provider_name", "category", "subcategory", "description")],
        weights={"title": 10, "provider_name": 5, "category": 4, "subcategory": 4, "description": 1},
        default_language="none",
        language_override="text_language",
        name=TEXT_INDEX,
    )
