"""Services over New Zealand and Australia, as many as wanted, where people live: towns weighted by their population.

Around each town they thin out outwards, in a big one over more kilometres; one in five shares an address with others.
"""

import math
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pymongo
from pymongo import IndexModel, WriteConcern

from gigsta_common.mongo import Database
from gigsta_common.vocabulary import Vocabulary
from gigsta_common.words import fold
from gigsta_geo import grid
from gigsta_geo.crud import clusters
from gigsta_geo.gazetteer import gazetteer
from gigsta_geo.models import cells_of, day_number, spot_of

KINDS = {
    "gardening": ("Lawn mowing", "Hedge trimming", "Garden design", "Tree pruning"),
    "plumbing": ("Emergency plumber", "Hot water repairs", "Blocked drains", "Bathroom plumbing"),
    "home-cleaning": ("House cleaning", "Window cleaning", "Carpet cleaning", "End of lease clean"),
    "tutoring": ("Maths tutor", "Te reo Māori lessons", "Piano lessons", "English tutor"),
    "electrical": ("Electrician", "Light fitting", "Solar installation", "Switchboard upgrade"),
    "moving": ("House moving", "Furniture removal", "Packing help", "Man with a van"),
    "pet-care": ("Dog walking", "Cat sitting", "Dog grooming", "Puppy training"),
    "photography": ("Wedding photographer", "Family portraits", "Product photos", "Event photography"),
    "painting": ("Interior painting", "Roof painting", "Fence painting", "Wallpaper hanging"),
    "fitness": ("Personal trainer", "Yoga class", "Pilates at home", "Boxing coach"),
}
FIRST = (
    "Ana",
    "Ben",
    "Hēmi",
    "Mei",
    "Priya",
    "Tama",
    "Lucy",
    "Omar",
    "Kiri",
    "Jack",
    "Sione",
    "Grace",
    "Aroha",
    "Liam",
)
FIRMS = ("Services", "and Sons", "Home Care", "Professionals", "Collective", "Brothers", "Direct", "Local", "Experts")
TRAVELS = (None, None, None, 5.0, 10.0, 20.0, 30.0, 50.0)
_BATCH = 5_000
TODAY = datetime.now(UTC).date()
_DATES = [TODAY + timedelta(days=n) for n in range(60)]
_CALENDAR = [(day.weekday(), day_number(day)) for day in _DATES]
_BUILD_SECONDS = 900


def services(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Documents of geo's collection `places`."""
    dice = random.Random(seed)
    towns = gazetteer().places
    chosen = dice.choices(towns, weights=[max(town.population, 50) for town in towns], k=count)
    kinds = list(KINDS)
    # The most wanted kind has some ten times as many services as the least.
    drawn = dice.choices(kinds, weights=[1 / (rank + 1) for rank in range(len(kinds))], k=count)
    last = (0.0, 0.0)
    for number, (town, kind) in enumerate(zip(chosen, drawn, strict=True)):
        if number == 0 or dice.random() > 0.2:
            last = _around(town.lat, town.lng, 300 + 12 * math.sqrt(town.population), dice)
        title, provider = dice.choice(KINDS[kind]), f"{dice.choice(FIRST)} {dice.choice(FIRMS)}"
        stars = round(dice.triangular(2, 5, 4.7), 2) if dice.random() < 0.7 else None
        travels = dice.choice(TRAVELS)
        yield {
            "_id": f"s{number:08}", "sequence": 1, "listed": True, "provider_id": f"p{number // 3}",
            "provider_name": provider, "title": title, "category": kind, "subcategory": None,
            "price": {"amount": dice.randrange(2_000, 30_000, 500), "currency": "NZD"}, "duration_minutes": 60,
            "instant_book": False, "service_radius_km": travels, "cells": cells_of(last[0], last[1], travels),
            "address": f"{number} {town.name}", "point": {"type": "Point", "coordinates": [last[1], last[0]]},
            "words": list(dict.fromkeys([*_folded(title), *_folded(provider), *_folded(kind)])),
            "rating": {"average": stars, "weighted": stars, "count": 7 if stars else 0, "version": 1},
            "rating_rank": stars or 0.0, "open_days": _open_days(dice), "open_days_version": 1,
        }  # fmt: skip


def _open_days(dice: random.Random) -> list[int]:
    """Sixty days from today: weekdays, for some Saturdays and Sundays too, and one in ten is full."""
    week = dice.choices((5, 6, 7), weights=(7, 2, 1))[0]
    return [number for day, number in _CALENDAR if day < week and dice.random() > 0.1]


async def fill(db: Database, count: int) -> None:
    """The services, their words and their squares; the indexes of the migrations are built afterwards: sooner done."""
    places = db.get_collection("places", write_concern=WriteConcern(1))
    had = {name: how for name, how in (await places.index_information()).items() if name != "_id_"}
    await places.drop_indexes()
    batch: list[dict[str, Any]] = []
    spots = []
    words: Counter[str] = Counter()
    for document in services(count):
        batch.append(document)
        spots.append(spot_of(document))
        words.update(document["words"])
        if len(batch) == _BATCH:
            await places.insert_many(batch, ordered=False)
            batch = []
    if batch:
        await places.insert_many(batch, ordered=False)
    await Vocabulary(db).learn(words.elements())
    await clusters.write(db, grid.tally(spot for spot in spots if spot))
    with pymongo.timeout(_BUILD_SECONDS):
        # Waits until they are there for reads of what the majority has.
        await db["places"].create_indexes([_model(name, how) for name, how in had.items()])


def _model(name: str, how: Any) -> IndexModel:
    options = {key: value for key, value in how.items() if key == "partialFilterExpression"}
    return IndexModel(how["key"], name=name, **options)


_known: dict[str, list[str]] = {}


def _folded(text: str) -> list[str]:
    if text not in _known:
        _known[text] = fold(text)
    return _known[text]


def _around(lat: float, lng: float, metres: float, dice: random.Random) -> tuple[float, float]:
    away, turn = dice.expovariate(1 / metres), dice.uniform(0, 2 * math.pi)
    north, east = away * math.cos(turn) / 111_320, away * math.sin(turn) / 111_320
    lat = max(-89.0, min(89.0, lat + north))
    return lat, (lng + east / math.cos(math.radians(lat)) + 180) % 360 - 180
