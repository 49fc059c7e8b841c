"""Collections, validators and indexes of the catalog."""

from gigsta_common.idempotency import COLLECTION as IDEMPOTENCY_KEYS
from gigsta_common.indexes import create_common
from gigsta_common.messaging.handlers import INBOX
from gigsta_common.mongo import Database

COLLECTIONS = ("services", "categories", "providers", INBOX, IDEMPOTENCY_KEYS)
WHOLE = {"bsonType": ["int", "long"]}
TEXT = {"bsonType": "string"}

SERVICE = {
    "bsonType": "object",
    "required": ["version", "status", "provider_id", "title", "category", "price", "location", "rating_rank"],
    "properties": {
        "version": WHOLE,
        "status": {"enum": ["draft", "published", "archived"]},
        "provider_id": TEXT,
        "title": TEXT,
        "category": TEXT,
        "price": {
            "bsonType": "object",
            "required": ["amount", "currency"],
            "properties": {"amount": {**WHOLE, "minimum": 0}, "currency": TEXT},
        },
        "location": {"bsonType": "object", "required": ["address", "point"]},
        "rating_rank": {"bsonType": "double"},
    },
}
CATEGORY = {
    "bsonType": "object",
    "required": ["name", "position", "subcategories"],
    "properties": {"name": TEXT, "position": WHOLE, "subcategories": {"bsonType": "array"}},
}


async def up(db: Database) -> None:
    there = await db.list_collection_names()  # after an attempt that died half-way
    for name in COLLECTIONS:
        if name not in there:
            await db.create_collection(name)
    await db.command("collMod", "services", validator={"$jsonSchema": SERVICE})
    await db.command("collMod", "categories", validator={"$jsonSchema": CATEGORY})
    services = db["services"]
    await services.create_index(
        [(field, "text") for field in ("title", "provider_name", "category", "subcategory", "description")],
        weights={"title": 10, "provider_name": 5, "category": 4, "subcategory": 4, "description": 1},
        default_language="none",
        language_override="text_language",
        name="words",
    )
    # Leads with what the counts of the category tree group by, so that index alone answers them.
    await services.create_index(
        [("status", 1), ("category", 1), ("subcategory", 1), ("created_at", -1), ("_id", -1)], name="by_category"
    )
    await services.create_index([("status", 1), ("created_at", -1), ("_id", -1)], name="newest")
    await services.create_index([("status", 1), ("price.amount", 1), ("_id", 1)], name="by_price")
    await services.create_index([("status", 1), ("rating_rank", -1), ("_id", -1)], name="by_rating")
    await services.create_index([("provider_id", 1), ("created_at", -1), ("_id", -1)], name="by_provider")
    await create_common(db, outbox_collections=("services",))


async def down(db: Database) -> None:
    for name in COLLECTIONS:
        await db.drop_collection(name)
