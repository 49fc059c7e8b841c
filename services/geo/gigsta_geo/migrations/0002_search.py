"""Squares counted for the map, words to be found by, and who travels how far.

What geo knows already is counted, and found by the words of its title, provider and category; those of a description
come with the next event about the service.
"""

from pymongo import UpdateOne

from gigsta_common.mongo import Database
from gigsta_common.vocabulary import Vocabulary, create_vocabulary
from gigsta_common.words import words_of
from gigsta_geo.crud import clusters
from gigsta_geo.models import reach_of

BATCH = 1_000


async def up(db: Database) -> None:
    await create_vocabulary(db)
    await db["cells"].create_index([("level", 1), ("y", 1), ("x", 1), ("category", 1)], name="by_square")
    places = db["places"]
    await _fill_in(db)
    await clusters.rebuild(db)
    await places.create_index([("listed", 1), ("words", 1), ("point", "2dsphere")], name="by_words")
    # Only of those who travel, and with the class before the category: each class is searched by itself.
    await places.create_index(
        [("listed", 1), ("reach", 1), ("category", 1), ("point", "2dsphere")],
        name="by_reach",
        partialFilterExpression={"reach": {"$gt": 0}},
    )


async def _fill_in(db: Database) -> None:
    writes: list[UpdateOne] = []
    async for place in db["places"].find({"title": {"$exists": True}, "reach": {"$exists": False}}):
        words = words_of(place["title"], place["provider_name"], place["category"], place["subcategory"])
        await Vocabulary(db).learn(words)
        new = {"words": words, "reach": reach_of(place["service_radius_km"])}
        writes.append(UpdateOne({"_id": place["_id"]}, {"$set": new}))
        if len(writes) == BATCH:
            await db["places"].bulk_write(writes, ordered=False)
            writes = []
    if writes:
        await db["places"].bulk_write(writes, ordered=False)


async def down(db: Database) -> None:
    for name in ("by_words", "by_reach"):
        await db["places"].drop_index(name)
    for name in ("cells", "vocabulary"):
        await db.drop_collection(name)
