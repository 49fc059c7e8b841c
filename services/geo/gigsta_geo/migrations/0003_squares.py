"""Places by the squares that they lie in and that their providers come to, in place of classes of distances.

Made before the first deployment: a version of before would not find who travels any more.
"""

from typing import Any

from pymongo import IndexModel, UpdateOne

from gigsta_common.mongo import Database
from gigsta_geo.models import cells_of, reach_of

BATCH = 1_000
_CATEGORY, _RATING, _PRICE, _ID = (("category", 1), ("rating_rank", -1), ("price.amount", 1), ("_id", 1))
_ORDERED: dict[str, list[tuple[str, int]]] = {
    "category_by_rating": [("cells", 1), _CATEGORY, _RATING, _ID],
    "category_by_price": [("cells", 1), _CATEGORY, _PRICE, _ID],
    "by_rating": [("cells", 1), _RATING, _ID],
    "by_price": [("cells", 1), _PRICE, _ID],
}


async def up(db: Database) -> None:
    places = db["places"]
    if "by_reach" in await places.index_information():
        await places.drop_index("by_reach")
    await _fill_in(db)
    listed: dict[str, Any] = {"listed": True}
    await places.create_indexes(
        [IndexModel(keys, name=name, partialFilterExpression=listed) for name, keys in _ORDERED.items()]
    )
    await places.create_index(
        [("listed", 1), ("cells", 1), ("category", 1), ("point", "2dsphere")],
        name="by_cover",
        partialFilterExpression={"service_radius_km": {"$gt": 0}},
    )


async def _fill_in(db: Database) -> None:
    writes: list[UpdateOne] = []
    async for place in db["places"].find({"point": {"$exists": True}, "cells": {"$exists": False}}):
        lng, lat = place["point"]["coordinates"]
        new = {"cells": cells_of(lat, lng, place["service_radius_km"])}
        # Only where it still is what was read: an event that comes meanwhile brings its own.
        same = {"_id": place["_id"], "sequence": place["sequence"]}
        writes.append(UpdateOne(same, {"$set": new, "$unset": {"reach": ""}}))
        if len(writes) == BATCH:
            await db["places"].bulk_write(writes, ordered=False)
            writes = []
    if writes:
        await db["places"].bulk_write(writes, ordered=False)


async def down(db: Database) -> None:
    places = db["places"]
    for name in (*_ORDERED, "by_cover"):
        await places.drop_index(name)
    classes = {radius: reach_of(radius) for radius in await places.distinct("service_radius_km")}
    for radius, reach in classes.items():
        await places.update_many({"service_radius_km": radius}, {"$set": {"reach": reach}, "$unset": {"cells": ""}})
    await places.create_index(
        [("listed", 1), ("reach", 1), ("category", 1), ("point", "2dsphere")],
        name="by_reach",
        partialFilterExpression={"reach": {"$gt": 0}},
    )
