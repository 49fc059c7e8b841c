"""How MongoDB finds what is near: read from its profiler. No collection is scanned, nothing is sorted that an index
can yield in order, and many more services do not make it look at many more."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gigsta_common.testing.service import TestService

from .conftest import AUCKLAND, Map
from .test_nearby import around, expected, fill, place

MANY = 3_000
FEW_KEYS, FEW_DOCUMENTS = 900, 700
"""Above what the plans below look at for a page of 20, and far below what an Auckland full of services has to offer."""


@asynccontextmanager
async def profiled(service: TestService, found: list[dict[str, Any]]) -> AsyncIterator[None]:
    await service.db.command("profile", 2)
    try:
        yield
    finally:
        await service.db.command("profile", 0)
    found += await service.db["system.profile"].find({"command.find": "places"}).to_list()


QUERIES: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ("everywhere",)),
    ({"category": "plumbing"}, ("by_category",)),
    ({"category": "plumbing", "radius_km": 0.1}, ("by_category", "by_cover")),
    ({"radius_km": 0.1}, ("everywhere", "by_cover")),
    ({"category": "plumbing", "available_on": "2026-03-02"}, ("category_by_day",)),
    ({"sort": "rating", "category": "plumbing", "available_on": "2026-03-02"}, ("category_by_rating",)),
    ({"sort": "rating"}, ("by_rating",)),
    ({"sort": "price"}, ("by_price",)),
    ({"sort": "rating", "category": "plumbing"}, ("category_by_rating",)),
    ({"sort": "price", "category": "plumbing"}, ("category_by_price",)),
    ({"sort": "rating", "category": "plumbing", "radius_km": 60, "min_rating": 4}, ("category_by_rating",)),
]


@pytest.mark.parametrize(("query", "indexes"), QUERIES, ids=str)
async def test_a_page_costs_the_same_however_many_there_are(
    service: TestService, query: dict[str, Any], indexes: tuple[str, ...]
) -> None:
    dice = random.Random(8)
    await fill(service, AUCKLAND, MANY, dice)
    ran: list[dict[str, Any]] = []
    async with profiled(service, ran):
        at = {"lat": AUCKLAND[0], "lng": AUCKLAND[1]}
        answer = await service.http.get("/geo/nearby", params={**at, **query})
        assert len(answer.json()["items"]) == 20
    plans = [one["planSummary"] for one in ran]
    assert not [name for name in indexes if not await _uses(service, name, plans)], plans
    assert not [plan for plan in plans if "COLLSCAN" in plan], plans
    assert not [one for one in ran if one.get("hasSortStage")], plans
    assert sum(one["keysExamined"] for one in ran) <= FEW_KEYS, [one["keysExamined"] for one in ran]
    assert sum(one["docsExamined"] for one in ran) <= FEW_DOCUMENTS, [one["docsExamined"] for one in ran]


async def _uses(service: TestService, name: str, plans: list[str]) -> bool:
    """Whether a plan scans that index: the profiler writes down its keys."""
    keys = (await service.db["places"].index_information())[name]["key"]
    written = ", ".join(
        f"{field}: {int(how) if how in (1, -1) else repr(how).replace(chr(39), chr(34))}" for field, how in keys
    )
    return any(f"{{ {written} }}" in plan for plan in plans)


@pytest.mark.parametrize(("few", "index"), [(10, "by_cover"), (10_000, "by_words")])
async def test_who_comes_from_beyond_is_found_by_what_is_rarer_and_nothing_is_tried_out(
    service: TestService, places: Map, monkeypatch: pytest.MonkeyPatch, few: int, index: str
) -> None:
    documents = await fill(service, AUCKLAND, MANY, random.Random(8))
    monkeypatch.setattr("gigsta_geo.crud.nearby.FEW", few)
    ran: list[dict[str, Any]] = []
    async with profiled(service, ran):
        answer = await service.http.get(
            "/geo/nearby", params={"lat": AUCKLAND[0], "lng": AUCKLAND[1], "q": "hedge", "radius_km": 0.1}
        )
    query = {"q": "hedge", "radius_km": 0.1, "sort": "distance"}
    assert [item["service_id"] for item in answer.json()["items"]] == expected(documents, AUCKLAND, query)[:20]
    plans = [one["planSummary"] for one in ran]
    assert await _uses(service, "by_words", plans[:1]), plans
    assert await _uses(service, index, plans[1:]), plans
    assert not [one["planSummary"] for one in ran if one.get("fromMultiPlanner") or one.get("replanned")]


RARE: tuple[dict[str, Any], ...] = ({"category": "rare"}, {"q": "okarito"})


async def test_a_rare_word_or_category_is_found_without_looking_at_all(service: TestService, places: Map) -> None:
    dice = random.Random(2)
    documents = []
    for number in range(1_000):
        rare = number < 10
        document = place(number, *around(AUCKLAND, 20_000, dice), dice)
        documents.append(
            {**document, "category": "rare" if rare else "common", "words": ["okarito" if rare else "ana"]}
        )
    await service.db["places"].insert_many(documents)
    await service.db["vocabulary"].insert_one({"_id": "okarito", "spellings": ["okarito"]})
    ran: list[dict[str, Any]] = []
    async with profiled(service, ran):
        for sort in ("distance", "rating", "price"):
            for asked in RARE:
                assert len(await places.ids(radius_km=60, sort=sort, **asked)) == 10
    assert not [one["planSummary"] for one in ran if "COLLSCAN" in one["planSummary"]]
    assert max(one["docsExamined"] for one in ran) <= 100, [(o["planSummary"], o["docsExamined"]) for o in ran]
