"""Finding what is near among 10,000, 100,000 and 1,000,000 services: the use case against the bare driver.

Both ask at the same points, where people live. The use case makes of what it finds the JSON that the route answers;
the driver only decodes the same documents. Both run one request after the other on one core, MongoDB on the other.
"""

import asyncio
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, cast

import uvloop
from rich.console import Console
from rich.table import Table

import gigsta_geo
from benchmarks import geo_data
from benchmarks.bookings_data import pin
from gigsta_common import migrations, mongo
from gigsta_common.clock import SystemClock
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod
from gigsta_common.pagination import Page
from gigsta_geo.crud import Geo
from gigsta_geo.crud.nearby import NOT_SHOWN, conditions, in_squares, index_of, outwards, rings
from gigsta_geo.gazetteer import gazetteer
from gigsta_geo.schemas import ClusterList, ClusterQuery, NearbyQuery, NearbyService

CACHE_GIB = 8
"""What is asked for often lies in MongoDB's cache, as it does in production; all of 1,000,000 services takes 6 GB."""
ATLAS = ("auckl", "wel", "chr", "syd", "melb", "queen", "whang", "taur", "aukland", "te", "new pl", "st")
Work = Callable[[NearbyQuery], Awaitable[object]]


class Times(NamedTuple):
    p50: float
    p99: float
    qps: float


class Case(NamedTuple):
    name: str
    query: dict[str, Any]
    unheard: bool = False
    """Words that nobody has asked for lately, each time. The driver is told what they mean in any case."""


CASES = (
    Case("category", {"category": "plumbing"}),
    Case("category, by rating", {"category": "plumbing", "sort": "rating"}),
    Case("category, by price", {"category": "plumbing", "sort": "price"}),
    Case("everything, by rating", {"sort": "rating"}),
    Case("category within 1 km", {"category": "plumbing", "radius_km": 1}),
    Case("category, in a week", {"category": "plumbing", "available_on": geo_data.TODAY + timedelta(days=7)}),
    Case("text", {"q": "hedge"}),
    Case("text, by rating", {"q": "hedge", "sort": "rating"}),
    Case("text with a slip", {"q": "plumer"}),
    Case("two words", {"q": "te reo"}),
    Case("text, not lately", {"q": "hedge"}, unheard=True),
    Case("a slip, not lately", {"q": "plumer"}, unheard=True),
)


def main(*, quick: bool) -> None:
    console = Console(width=130)
    with Mongod(cache_gib=CACHE_GIB) as mongod:
        pin({"us": 0, "mongod": 1})
        uvloop.run(_all(mongod.url, (1_000, 10_000) if quick else (10_000, 100_000, 1_000_000), quick, console))


async def _all(url: str, sizes: tuple[int, ...], quick: bool, console: Console) -> None:
    client = mongo.connect(url, app_name="bench")
    table = Table("services", "what", "p50 ms", "p99 ms", "qps", "driver p50", "p99", "of driver", "load")
    for size in sizes:
        db = mongo.database(client, f"bench_{new_id()}")
        await migrations.up(db, Path(gigsta_geo.__file__).parent / "migrations")
        started = time.perf_counter()
        await geo_data.fill(db, size)
        console.print(f"{size:,} services in {time.perf_counter() - started:.0f} s, load {os.getloadavg()[0]:.1f}")
        geo = Geo(cast("Any", _Runtime(db)))
        for case in CASES:
            await _nearby(geo, db, size, case, 60 if quick else 300, table)
        await _clusters(geo, size, 60 if quick else 300, table)
        await client.drop_database(db.name)
    console.print(table)
    _autocomplete(console)
    await client.close()


class _Runtime(NamedTuple):
    """All that the use cases need of one."""

    db: mongo.Database
    clock: SystemClock = SystemClock()


async def _nearby(geo: Geo, db: mongo.Database, size: int, case: Case, count: int, table: Table) -> None:
    queries = [NearbyQuery(**{"radius_km": 10, **case.query}, lat=lat, lng=lng) for lat, lng in _points(count)]

    async def ours(query: NearbyQuery) -> object:
        if case.unheard:
            geo.vocabulary.forget()
        items, cursor = await geo.nearby.search(query)
        return Page[NearbyService](items=items, next_cursor=cursor).model_dump_json()

    meanings = await geo.nearby.meanings(queries[0])
    few = geo.nearby.are_few(meanings)

    async def driver(query: NearbyQuery) -> object:
        return await _bare(db["places"], query, conditions(query, meanings), few=few)

    # In turns, so that what else the machine does meets both.
    pairs = [(await _timed(ours, part), await _timed(driver, part)) for part in (queries, queries, queries)]
    mine, bare = ([_times(run) for run in runs] for runs in zip(*pairs, strict=True))
    _row(table, size, case.name, _median(mine), _median(bare))


async def _bare(
    places: mongo.Collection, query: NearbyQuery, wanted: dict[str, Any], *, few: bool
) -> list[mongo.Document]:
    """What somebody asks who has nothing but the driver and knows the indexes."""
    most = query.limit + 1
    if query.sort != "distance":
        order = [("rating_rank", -1) if query.sort == "rating" else ("price.amount", 1), ("_id", 1)]
        return await places.find(in_squares(query, wanted), NOT_SHOWN, sort=order, limit=most).to_list()
    found: list[mongo.Document] = []
    for ring in rings(query):
        if len(found) < most:
            near = places.find(outwards(query, wanted, ring), NOT_SHOWN, limit=most - len(found))
            index = index_of(query, ring, few=few)
            found += await (near.hint(index) if index else near).to_list()
    return found


async def _clusters(geo: Geo, size: int, count: int, table: Table) -> None:
    dice = random.Random(9)
    boxes = []
    for lat, lng in _points(count):
        zoom = dice.choice((5, 8, 11, 14))
        half = 360 / 2**zoom * 2  # a map four tiles wide and two high
        west, south = max(-180, lng - half), max(-90, lat - half / 2)
        boxes.append(ClusterQuery(bbox=f"{west},{south},{min(180, lng + half)},{min(90, lat + half / 2)}", zoom=zoom))

    async def ours(query: Any) -> object:
        items, degrees = await geo.clusters.inside(query)
        return ClusterList(items=items, cell_degrees=degrees).model_dump_json()

    _row(table, size, "clusters", _median([_times(await _timed(ours, boxes)) for _ in range(3)]), None)


def _autocomplete(console: Console) -> None:
    atlas = gazetteer()
    seconds = []
    for number in range(5_000):
        started = time.perf_counter()
        atlas.complete(ATLAS[number % len(ATLAS)], 10)
        seconds.append(time.perf_counter() - started)
    times = _times(seconds)
    console.print(f"autocomplete: p50 {times.p50:.3f} ms, p99 {times.p99:.3f} ms, load {os.getloadavg()[0]:.1f}")


def _points(count: int) -> list[tuple[float, float]]:
    towns = gazetteer().places
    dice = random.Random(5)
    chosen = dice.choices(towns, weights=[town.population for town in towns], k=count)
    return [(town.lat + dice.gauss(0, 0.02), town.lng + dice.gauss(0, 0.02)) for town in chosen]


async def _timed(work: Callable[[Any], Awaitable[object]], queries: list[Any]) -> list[float]:
    seconds = []
    for query in queries:
        started = time.perf_counter()
        await work(query)
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(0)
    return seconds


def _times(seconds: list[float]) -> Times:
    ordered = sorted(seconds)
    return Times(
        statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.99)] * 1000, len(ordered) / sum(ordered)
    )


def _median(runs: list[Times]) -> Times:
    return Times(*(statistics.median(column) for column in zip(*runs, strict=True)))


def _row(table: Table, size: int, what: str, mine: Times, bare: Times | None) -> None:
    theirs = (f"{bare.p50:.2f}", f"{bare.p99:.2f}", f"{mine.p50 / bare.p50:.2f}") if bare else ("", "", "")
    ours = (f"{mine.p50:.2f}", f"{mine.p99:.2f}", f"{mine.qps:.0f}")
    table.add_row(f"{size:,}", what, *ours, *theirs, f"{os.getloadavg()[0]:.1f}")
