"""The counts of the map's squares: `cells`, written with every change of a place, and read by the box."""

from collections.abc import Mapping
from typing import Any

from pymongo import InsertOne, UpdateOne

from gigsta_common.mongo import Database, Document, Session
from gigsta_geo import grid
from gigsta_geo.grid import Square, Tally
from gigsta_geo.models import COUNTED, spot_of
from gigsta_geo.schemas import Cluster, ClusterQuery

COLLECTION = "cells"
_BATCH = 10_000


class Clusters:
    def __init__(self, db: Database) -> None:
        self._cells = db[COLLECTION]

    async def count(self, changes: Mapping[Square, Tally], session: Session) -> None:
        writes = [
            UpdateOne({"_id": square.id}, {"$inc": _sums(tally), "$setOnInsert": _key(square)}, upsert=True)
            for square, tally in changes.items()
        ]
        if writes:
            await self._cells.bulk_write(writes, ordered=False, session=session)

    async def inside(self, query: ClusterQuery) -> tuple[list[Cluster], float]:
        """The squares with services that the box touches, and how large they are in degrees."""
        window = grid.window(*query.box, query.zoom)
        rows = await (await self._cells.aggregate(pipeline(window, query.category))).to_list()
        return [_cluster(window.level, row) for row in rows], 360 / 2**window.level


def pipeline(window: grid.Window, category: str | None) -> list[Document]:
    counted = grid.counted_in(window.level)
    finer = 2 ** (counted - window.level)

    def reach(first: int, last: int) -> Document:
        return {"$gte": first * finer, "$lt": (last + 1) * finer}

    # One range of columns for each side of the antimeridian, each with its bounds in the index.
    ranges = [{"level": counted, "y": reach(*window.rows), "x": reach(*columns)} for columns in window.columns]
    match: dict[str, Any] = {"$or": ranges, "count": {"$gt": 0}}
    if category is not None:
        match["category"] = category
    sums = {name: {"$sum": f"${name}"} for name in ("count", "lat", "lng")}
    # Both are whole numbers from 0 on: to cut off is to round down.
    group = {axis: {"$trunc": {"$divide": [f"${axis}", finer]}} for axis in ("x", "y")}
    return [{"$match": match}, {"$group": {"_id": group, **sums}}, {"$sort": {"count": -1, "_id": 1}}]


async def rebuild(db: Database) -> None:
    """Count anew what is listed. For a migration: what is written meanwhile is not in it."""
    spots = [spot async for place in db["places"].find({"listed": True}, COUNTED) if (spot := spot_of(place))]
    await write(db, grid.tally(spots))


async def write(db: Database, counts: Mapping[Square, Tally]) -> None:
    cells = db[COLLECTION]
    await cells.delete_many({})
    documents = [{"_id": square.id, **_key(square), **_sums(tally)} for square, tally in counts.items()]
    for start in range(0, len(documents), _BATCH):
        await cells.bulk_write([InsertOne(one) for one in documents[start : start + _BATCH]], ordered=False)


def _key(square: Square) -> Document:
    return {"level": square.level, "x": square.x, "y": square.y, "category": square.category}


def _sums(tally: Tally) -> Document:
    return {"count": tally.count, "lat": tally.lat, "lng": tally.lng}


def _cluster(level: int, row: Document) -> Cluster:
    lat, lng = grid.centre(row["count"], row["lat"], row["lng"])
    bounds = grid.bounds(level, int(row["_id"]["x"]), int(row["_id"]["y"]))
    return Cluster(count=row["count"], lat=lat, lng=lng, bounds=bounds)
