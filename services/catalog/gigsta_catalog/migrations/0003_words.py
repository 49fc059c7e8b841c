"""Words that services are found by, and the indexes that yield them by their rating.

The text index of the first migration stays for the version that is serving; a later release takes it away. A service
that that version writes meanwhile gets its new words with its next change.
"""

from typing import Any

from pymongo import UpdateOne

from gigsta_catalog.models import findable
from gigsta_common.mongo import Database
from gigsta_common.vocabulary import Vocabulary, create_vocabulary

BATCH = 1_000


async def up(db: Database) -> None:
    await create_vocabulary(db)
    services, vocabulary = db["services"], Vocabulary(db)
    batch: list[UpdateOne] = []
    found: Any
    async for found in services.find({"words": {"$exists": False}}, {"outbox": 0, "history": 0}):
        words = findable(found)
        await vocabulary.learn(words["words"])
        batch.append(UpdateOne({"_id": found["_id"], "version": found["version"]}, {"$set": words}))
        if len(batch) == BATCH:
            await services.bulk_write(batch, ordered=False)
            batch = []
    if batch:
        await services.bulk_write(batch, ordered=False)
    for field in ("words", "title_words"):
        await services.create_index([("status", 1), (field, 1), ("rating_rank", -1), ("_id", -1)], name=f"by_{field}")


async def down(db: Database) -> None:
    for field in ("words", "title_words"):
        await db["services"].drop_index(f"by_{field}")
    await db["services"].update_many({}, {"$unset": {"words": "", "title_words": ""}})
    await db.drop_collection("vocabulary")
