"""What is near, over HTTP, against plain arithmetic."""

import math
import random
from typing import Any

import pytest

from gigsta_common.pagination import encode_cursor
from gigsta_common.testing.service import TestService
from gigsta_common.vocabulary import Vocabulary
from gigsta_common.words import fold
from gigsta_geo.models import UNRATED, cells_of

from .conftest import AUCKLAND, Map

EARTH_RADIUS_M = 6_378_100
DAYS = (20260302, 20260303, 20260304, 20260305)
CATEGORIES = ("gardening", "plumbing", "tutoring")
TITLES = ("Hedge trimming", "Café cleaning", "Te reo Māori", "Hedge and lawn")


def metres(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """The oracle's own: the angle between two unit vectors."""
    vectors = [
        (math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a))
        for a, b in ((math.radians(lat), math.radians(lng)), (math.radians(other_lat), math.radians(other_lng)))
    ]
    (x, y, z), (u, v, w) = vectors
    cross = math.hypot(y * w - z * v, z * u - x * w, x * v - y * u)
    return EARTH_RADIUS_M * math.atan2(cross, x * u + y * v + z * w)


def place(number: int, lat: float, lng: float, dice: random.Random) -> dict[str, Any]:
    rating: dict[str, Any] = (
        dict(UNRATED) if dice.random() < 0.3 else {**UNRATED, "average": dice.choice([3.0, 4.0, 5.0]), "count": 1}
    )
    title = dice.choice(TITLES)
    travels = dice.choice([None, None, 0.4, 5.0, 8.5, 30.0, 500.0])
    return {
        "_id": f"s{number:04}",
        "sequence": 1,
        "listed": True,
        "title": title,
        "provider_id": "ana",
        "provider_name": "Ana",
        "category": dice.choice(CATEGORIES),
        "subcategory": None,
        "price": {"amount": dice.choice([1_000, 2_000, 3_000]), "currency": "NZD"},
        "duration_minutes": 60,
        "instant_book": False,
        "service_radius_km": travels,
        "cells": cells_of(lat, lng, travels),
        "address": "1 Queen Street",
        "point": {"type": "Point", "coordinates": [lng, lat]},
        "words": fold(f"{title} Ana"),
        "open_days": sorted(dice.sample(DAYS, dice.randrange(4))),
        "rating": rating,
        "rating_rank": float(rating["average"] or 0),
    }


async def fill(
    service: TestService, center: tuple[float, float], count: int, dice: random.Random
) -> list[dict[str, Any]]:
    """Places around a centre, a third of them on a few addresses that many share."""
    shared = [around(center, 20_000, dice) for _ in range(4)]
    spots = [dice.choice(shared) if dice.random() < 0.33 else around(center, 40_000, dice) for _ in range(count)]
    documents = [place(number, lat, lng, dice) for number, (lat, lng) in enumerate(spots)]
    await service.db["places"].insert_many(documents)
    await Vocabulary(service.db).learn(word for document in documents for word in document["words"])
    return documents


def around(center: tuple[float, float], most: float, dice: random.Random) -> tuple[float, float]:
    lat = max(-89.99, min(89.99, center[0] + math.degrees(dice.uniform(-most, most) / EARTH_RADIUS_M)))
    lng = center[1] + math.degrees(dice.uniform(-most, most) / EARTH_RADIUS_M / math.cos(math.radians(lat)))
    return lat, (lng + 180) % 360 - 180


def expected(documents: list[dict[str, Any]], at: tuple[float, float], query: dict[str, Any]) -> list[str]:
    """By brute force."""
    asked = fold(query.get("q", "").replace("hegde", "hedge"))

    def distance(document: dict[str, Any]) -> float:
        lng, lat = document["point"]["coordinates"]
        return metres(*at, lat, lng)

    chosen = [
        document
        for document in documents
        if distance(document) <= 1000 * max(query["radius_km"], document["service_radius_km"] or 0)
        and query.get("category") in (None, document["category"])
        and all(any(word.startswith(start) for word in document["words"]) for start in asked)
        and (document["rating"]["average"] or 0) >= query.get("min_rating", 0)
        and document["price"]["amount"] <= query.get("max_price", 10**9)
        and ("available_on" not in query or int(query["available_on"].replace("-", "")) in document["open_days"])
    ]
    chosen.sort(key=lambda document: str(document["_id"]))
    orders: dict[str, Any] = {
        "distance": lambda document: round(distance(document), 4),
        "rating": lambda document: -document["rating_rank"],
        "price": lambda document: document["price"]["amount"],
    }
    return [document["_id"] for document in sorted(chosen, key=orders[query["sort"]])]


CENTRES = [AUCKLAND, (-43.95, -179.98), (0.0, 180.0), (-60.1, 10.0), (-89.9, 10.0), (90.0, -180.0)]


@pytest.mark.parametrize("center", CENTRES, ids=str)
async def test_it_finds_what_brute_force_finds(service: TestService, places: Map, center: tuple[float, float]) -> None:
    dice = random.Random(11)
    documents = await fill(service, center, 200, dice)
    by_id = {document["_id"]: document for document in documents}
    for _ in range(20):
        query: dict[str, Any] = {
            "sort": dice.choice(["distance", "rating", "price"]),
            "radius_km": dice.choice([0.5, 5, 25, 200]),
            "limit": dice.choice([1, 7, 100]),
        }
        for name, values in (
            ("category", CATEGORIES), ("q", ("hedge", "CAF", "maori re", "hegde", "hedge zebra")),
            ("min_rating", (0, 4, 4.5)),
            ("available_on", ("2026-03-02", "2026-03-05", "2026-03-06")), ("max_price", (999, 1_000, 2_500)),
        ):  # fmt: skip
            if dice.random() < 0.3:
                query[name] = dice.choice(values)
        at = around(center, 10_000, dice)
        items = await places.nearby(at, **query)
        assert [item["service_id"] for item in items] == expected(documents, at, query), query
        for item in items:
            here = metres(*at, item["location"]["lat"], item["location"]["lng"])
            assert isinstance(item["distance_m"], int)
            assert abs(item["distance_m"] - here) <= 0.5 + 1e-3
            travels = (by_id[item["service_id"]]["service_radius_km"] or 0) * 1000
            assert item["comes_to_you"] == (here <= travels)


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
async def test_with_many_at_one_distance_none_is_left_out_and_none_comes_twice(
    service: TestService, places: Map, limit: int
) -> None:
    dice = random.Random(3)
    spots = [AUCKLAND] * 60 + [(-36.85, 174.77)] * 90 + [(-36.86, 174.78)] * 3
    dice.shuffle(spots)
    await service.db["places"].insert_many([place(n, *spot, dice) for n, spot in enumerate(spots)])
    items = await places.nearby(AUCKLAND, limit=limit)
    assert len(items) == len({item["service_id"] for item in items}) == len(spots)
    keys = [(item["distance_m"], item["service_id"]) for item in items]
    assert keys == sorted(keys)


async def test_a_place_that_comes_while_paging_shifts_nothing(service: TestService, places: Map) -> None:
    dice = random.Random(5)
    await service.db["places"].insert_many([place(n, -36.85 - n / 1000, 174.77, dice) for n in range(10)])
    at = {"lat": -36.85, "lng": 174.77}
    first = (await service.http.get("/geo/nearby", params={**at, "limit": 5})).json()
    await service.db["places"].insert_one(place(99, -36.85, 174.77, dice))
    second = (await service.http.get("/geo/nearby", params={**at, "limit": 5, "cursor": first["next_cursor"]})).json()
    found = [item["service_id"] for item in first["items"] + second["items"]]
    assert found == [f"s{n:04}" for n in range(10)]


@pytest.mark.parametrize("sort", ["distance", "rating", "price"])
@pytest.mark.parametrize("beyond", [False, True])
async def test_pages_stay_together_while_others_come_and_go(
    service: TestService, places: Map, sort: str, beyond: bool
) -> None:
    """Those that are there all the time are each shown once, in every order; also those who come from beyond."""
    dice = random.Random(sort)
    spots = [around(AUCKLAND, 3_000, dice) for _ in range(40)]
    documents = [place(number, *spot, dice) for number, spot in enumerate(spots)]
    for document in documents:
        lng, lat = document["point"]["coordinates"]
        document |= {"service_radius_km": 30.0, "cells": cells_of(lat, lng, 30.0)}
    await service.db["places"].insert_many(documents[:24])
    goes, comes = [one["_id"] for one in documents[:8]], documents[24:]
    query = {"lat": AUCKLAND[0], "lng": AUCKLAND[1], "radius_km": 0.5 if beyond else 10, "sort": sort, "limit": 3}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(30):
        page = (await service.http.get("/geo/nearby", params={**query, **cursor})).json()
        seen += [item["service_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        if goes:
            await places.service.db["places"].update_one({"_id": goes.pop()}, {"$set": {"listed": False}})
            await places.service.db["places"].insert_many([comes.pop(), comes.pop()])
    assert {f"s{number:04}" for number in range(8, 24)} <= set(seen)
    assert len(seen) == len(set(seen))


async def test_across_the_antimeridian(places: Map) -> None:
    await places.tell("east", at=(-44.0, -179.9))
    await places.tell("west", at=(-44.0, 179.9))
    await places.tell("chathams", at=(-44.0, -176.5))
    for lng in (180, -180):
        assert sorted(await places.ids((-44.0, lng), radius_km=20)) == ["east", "west"]
    assert await places.ids((-44.0, 179.9), radius_km=20) == ["west", "east"]
    assert await places.ids((-44.0, 178), radius_km=200) == ["west", "east"]
    assert await places.ids((-44.0, -178), radius_km=200, sort="price") == ["chathams", "east", "west"]
    assert (await places.nearby((-44.0, 179.9), radius_km=20))[1]["distance_m"] == 16_015


async def test_what_an_item_says(places: Map) -> None:
    await places.tell("s1", subcategory="hedges", instant_book=True)
    await places.rate("s1", average=4.5, weighted=4.2, count=2)
    assert await places.nearby() == [
        {
            "service_id": "s1",
            "title": "Hedge trimming",
            "provider_id": "ana",
            "provider_name": "Ana's Gardens",
            "category": "gardening",
            "subcategory": "hedges",
            "price": {"amount": 5_000, "currency": "NZD"},
            "rating": {"average": 4.5, "weighted": 4.2, "count": 2},
            "instant_book": True,
            "duration_minutes": 60,
            "location": {"address": "1 Queen Street", "lat": AUCKLAND[0], "lng": AUCKLAND[1]},
            "image": None,
            "distance_m": 0,
            "service_radius_km": None,
            "comes_to_you": False,
        }
    ]


async def test_words_of_title_and_provider_are_found(places: Map) -> None:
    await places.tell("s1", title="Te reo Māori", provider_name="Kāhu Café")
    for q in ("maori", "MĀORI", "mao", "kahu reo", "  ", "te-reo"):
        assert await places.ids(q=q) == ["s1"], q
    for q in ("zebra", "maori zebra", "!!!", "ori", "m.*i"):
        assert await places.ids(q=q) == [], q


async def test_other_forms_of_a_word_and_what_has_a_hyphen_are_found(places: Map) -> None:
    await places.tell("s1", title="NCEA maths tutoring")
    await places.tell("s2", title="Home Wi-Fi tune-up")
    assert await places.ids(q="tutors") == ["s1"]
    assert await places.ids(q="wifi") == await places.ids(q="wi-fi") == ["s2"]


async def test_a_word_counts_once_for_each_place_that_has_it(service: TestService, places: Map) -> None:
    async def uses(word: str) -> int | None:
        row = await service.db["vocabulary"].find_one({"_id": word})
        return None if row is None else int(row["uses"])

    for event_id in ("one", "one", "another"):
        await places.tell("s1", title="Zither lessons", event_id=event_id)
    await places.tell("s2", title="Zither repairs")
    assert [await uses(word) for word in ("zither", "lessons", "repairs", "zit")] == [2, 1, 1, None]
    await places.tell("s1", title="Harp lessons", sequence=2)
    await places.tell("s2", title="Zither repairs", sequence=2, name="service.archived")
    assert [await uses(word) for word in ("zither", "harp", "lessons", "repairs")] == [1, 1, 1, 1]
    await service.app.state.use_cases.forget_place("s2", 2)
    assert [await uses(word) for word in ("zither", "repairs")] == [0, 0]


async def test_made_up_words_do_not_hide_places(places: Map) -> None:
    for number in range(2):
        await places.tell(f"real{number}", title="Gardener")
    await places.tell("made", title="Nothing", description=" ".join(f"garden{number:02}" for number in range(70)))
    assert sorted(await places.ids(q="gard"))[-2:] == ["real0", "real1"]


BAD_QUERIES: list[tuple[dict[str, Any], str]] = [
    ({"lat": 90.1}, "lat"), ({"lat": "nan"}, "lat"), ({"lat": "x"}, "lat"), ({"lng": -180.1}, "lng"),
    ({"lng": "inf"}, "lng"), ({"radius_km": 0}, "radius_km"), ({"radius_km": 201}, "radius_km"),
    ({"radius_km": "nan"}, "radius_km"), ({"limit": 0}, "limit"), ({"limit": 101}, "limit"), ({"sort": "name"}, "sort"),
    ({"min_rating": 6}, "min_rating"), ({"max_price": 2**70}, "max_price"), ({"max_price": -1}, "max_price"),
    ({"q": "x" * 201}, "q"), ({"category[$ne]": "x"}, "category[$ne]"), ({"bbox": "1,2,3,4"}, "bbox"),
    ({"available_on": "20260302"}, "available_on"), ({"available_on": "2026-02-30"}, "available_on"),
    ({"available_on": "2026-03-02T10:00:00Z"}, "available_on"), ({"available_on": "1772400000"}, "available_on"),
    ({"cursor": "rubbish"}, "cursor"), ({"cursor": "é"}, "cursor"),
    ({"cursor": encode_cursor(("price", 1, "x"))}, "cursor"),
    ({"cursor": encode_cursor(("rating", 1.0, "x"))}, "cursor"),
    ({"cursor": encode_cursor(("distance", 1, "x"))}, "cursor"),
    ({"cursor": encode_cursor(("distance", -1.0, "x"))}, "cursor"),
    ({"cursor": encode_cursor(("distance", 1e300, "x"))}, "cursor"),
    ({"cursor": encode_cursor(("price", 2**63, "x")), "sort": "price"}, "cursor"),
]  # fmt: skip


async def test_a_query_that_makes_no_sense_is_422(service: TestService) -> None:
    for query, field in BAD_QUERIES:
        answer = await service.http.get("/geo/nearby", params={"lat": 0, "lng": 0, **query})
        assert answer.status_code == 422, query
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    for params, field in (({"lng": 0}, "lat"), ({"lat": 0}, "lng")):
        answer = await service.http.get("/geo/nearby", params=params)
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_cursor_beyond_the_radius_is_the_end(places: Map) -> None:
    await places.tell("s1")
    assert await places.ids(radius_km=1, cursor=encode_cursor(("distance", 5_000.0, "x"))) == []


async def test_a_bad_token_is_refused_even_where_none_is_needed(service: TestService) -> None:
    answer = await service.http.get("/geo/nearby?lat=1&lng=1", headers={"authorization": "Bearer made.up.token"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
