"""Finding services: words, filters, orders and pages."""

import base64
import random
from datetime import timedelta
from typing import Any

import orjson
import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.pagination import encode_cursor

from .conftest import Collect, Shop


def titles(items: list[dict[str, Any]]) -> list[str]:
    return [item["title"] for item in items]


def price(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "NZD"}


async def test_only_published_services_are_found(shop: Shop, collect: Collect) -> None:
    await shop.draft(title="Draft")
    await shop.published(title="Published")
    archived = await shop.published(title="Archived")
    await shop.post(f"/services/{archived}/archive", "ana")
    for user in (None, "ana", "bob"):
        assert titles(await collect("/services", user)) == ["Published"]


async def test_mine_shows_the_callers_own_in_every_status(shop: Shop, collect: Collect, clock: ManualClock) -> None:
    await shop.approve("bob")
    await shop.published("bob", title="Bob's")
    for title in ("One", "Two", "Three"):
        clock.advance(timedelta(minutes=1))
        await shop.draft(title=title)
    await shop.published(title="Four")
    mine = await collect("/services", "ana", mine=True, limit=2)
    assert set(titles(mine)) == {"One", "Two", "Three", "Four"}
    assert {tuple(item["permissions"]) for item in mine} == {("edit", "publish", "delete"), ("edit", "archive")}
    assert await collect("/services", "cleo", mine=True) == []
    assert await collect("/services", "ana", mine=True, provider_id="bob") == []
    assert (await shop.get("/services", mine=True)).status_code == 401


BY_WORDS = [
    ("cafe", ["Café windows"]),
    ("CAFÉ", ["Café windows"]),
    ("maori", ["Te reo Māori lessons"]),
    ("gardens", ["Café windows", "Te reo Māori lessons"]),  # the provider's name
    ("tutoring", ["Te reo Māori lessons"]),  # the category
    ("sparkle", ["Café windows"]),  # the description
    ("windows -cafe", ["Café windows"]),  # no operators: to leave out is not offered
    ('"maori lessons', ["Te reo Māori lessons"]),
    ("zebra", []),
    ("!!!", []),
    ("  ", ["Café windows", "Te reo Māori lessons"]),  # nothing asked for
]


async def test_words_are_found_whatever_their_accents(shop: Shop, collect: Collect) -> None:
    await shop.published(title="Café windows", category="home-cleaning", description="They will sparkle.")
    await shop.published(title="Te reo Māori lessons", category="tutoring")
    for q, found in BY_WORDS:
        assert sorted(titles(await collect("/services", q=q))) == found, q


async def test_a_word_in_the_title_weighs_more_than_one_in_the_description(shop: Shop, collect: Collect) -> None:
    lawns = await shop.published(title="Lawns", description="And the trimming of a hedge.")
    await shop.published(title="Hedge trimming", description="Cut and carried away.")
    best = await shop.published(title="Trimming your hedge", description="Any plant.")
    await shop.published(title="Trimming and cutting", description="Any plant.")
    for service_id, weighted in ((lawns, 5.0), (best, 4.0)):
        await shop.rate(service_id, version=1, average=weighted, weighted=weighted)
    for limit in (1, 2, 20):
        assert titles(await collect("/services", q="hedge trimming", limit=limit)) == [
            "Trimming your hedge",
            "Hedge trimming",
            "Lawns",
        ]


async def test_filters_narrow_the_list(shop: Shop, collect: Collect) -> None:
    await shop.approve("bob")
    cheap = await shop.published(title="Cheap", price=price(1_000), subcategory="lawn-mowing")
    await shop.published(title="Dear", price=price(9_000))
    await shop.published("bob", title="Bob's", category="plumbing", price=price(5_000))
    await shop.rate(cheap, version=1, average=4.5)

    async def found(**query: Any) -> set[str]:
        return set(titles(await collect("/services", **query)))

    assert await found(category="gardening") == {"Cheap", "Dear"}
    assert await found(category="gardening", subcategory="lawn-mowing") == {"Cheap"}
    assert await found(provider_id="bob") == {"Bob's"}
    assert await found(min_price=1_000, max_price=5_000) == {"Cheap", "Bob's"}
    assert await found(min_price=5_001) == {"Dear"}
    assert await found(max_price=0) == set()
    assert await found(min_rating=4.5) == {"Cheap"}
    assert await found(min_rating=4.6) == set()
    assert await found(min_rating=0) == {"Cheap", "Dear", "Bob's"}
    assert await found(q="cheap", category="plumbing") == set()
    assert await found(category="no-such-category") == set()


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "rating", "relevance"])
async def test_pages_put_together_are_the_sorted_list(
    shop: Shop, collect: Collect, clock: ManualClock, sort: str
) -> None:
    """With many equal values: none is left out, none comes twice."""
    dice = random.Random(7)
    for number in range(14):
        service_id = await shop.published(
            title=dice.choice(["Lawn", "Lawn and hedge", "Lawn lawn"]), price=price(dice.choice([100, 200, 300]))
        )
        if dice.random() < 0.6:
            weighted = dice.choice([3.1, 4.0, 4.2])
            await shop.rate(service_id, version=number, average=weighted, weighted=weighted)
        if dice.random() < 0.5:
            clock.advance(timedelta(seconds=1))
    words = {"q": "lawn"} if sort == "relevance" else {}

    items = await collect("/services", sort=sort, **words)

    assert len(items) == len({item["id"] for item in items}) == 14
    for limit in (1, 3, 7, 13):
        assert await collect("/services", sort=sort, limit=limit, **words) == items
    keys: dict[str, list[Any]] = {
        "newest": [item["created_at"] for item in items],
        "price": [-item["price"]["amount"] for item in items],
        "-price": [item["price"]["amount"] for item in items],
        "rating": [item["rating"]["weighted"] or 0 for item in items],
        "relevance": [item["rating"]["weighted"] or 0 for item in items],
    }
    assert keys[sort] == sorted(keys[sort], reverse=True)


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "rating", "relevance"])
async def test_pages_stay_together_while_others_come_and_go(shop: Shop, clock: ManualClock, sort: str) -> None:
    """Those that are there all the time are each shown once, in every order."""
    stays, goes = set(), []
    for number in range(10):
        clock.advance(timedelta(seconds=1))
        service_id = await shop.published(title=f"Lawn {number}", price=price(100 + number // 2))
        await shop.rate(service_id, version=number, average=4.0, weighted=3.0 + number // 3)
        if number % 3:
            stays.add(service_id)
        else:
            goes.append(service_id)
    wanted: dict[str, Any] = {"sort": sort, "limit": 2, **({"q": "lawn"} if sort == "relevance" else {})}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    for number in range(20):
        page = (await shop.get("/services", **wanted, **cursor)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
        if number < 4:
            await shop.post(f"/services/{goes[number]}/archive", "ana")
            clock.advance(timedelta(seconds=1))
            new = await shop.published(title="Lawn, new", price=price((50, 102, 500, 103)[number]))
            await shop.rate(new, version=100 + number, weighted=(1.0, 4.0, 5.0, 6.5)[number])
    assert stays <= set(seen)
    assert len(seen) == len(set(seen))


async def test_without_words_relevance_is_the_newest_first(shop: Shop, collect: Collect, clock: ManualClock) -> None:
    for title in ("Old", "New"):
        clock.advance(timedelta(minutes=1))
        await shop.published(title=title)
    assert titles(await collect("/services", sort="relevance")) == ["New", "Old"]
    assert titles(await collect("/services")) == ["New", "Old"]


def raw_cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode().rstrip("=")


BAD_CURSORS = [
    "rubbish",
    "é",
    encode_cursor(("price", 100, "x")),  # of another order
    encode_cursor(("newest", 1.5, "x")),
    encode_cursor(("newest", -1, "x")),
    encode_cursor(("newest", 2**63, "x")),
    encode_cursor(("newest", 5)),
    raw_cursor({"newest": 1}),
    raw_cursor(["newest", {"$gt": ""}, "x"]),
    raw_cursor(["newest", 1, {"$gt": ""}]),
    raw_cursor(["newest", True, "x"]),
    raw_cursor([["newest"], 1, "x"]),
]


async def test_a_cursor_that_is_not_ours_is_422(shop: Shop) -> None:
    for cursor in BAD_CURSORS:
        answer = await shop.get("/services", cursor=cursor)
        assert answer.status_code == 422, cursor
        assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


BAD_QUERIES: list[dict[str, Any]] = [
    {"limit": 0}, {"limit": 101}, {"limit": "x"}, {"sort": "title"}, {"min_price": -1}, {"max_price": 2**70},
    {"min_rating": 6}, {"min_rating": "nan"}, {"q": "x" * 201}, {"category[$ne]": "x"}, {"unknown": 1},
]  # fmt: skip


async def test_a_query_that_makes_no_sense_is_422(shop: Shop) -> None:
    for query in BAD_QUERIES:
        answer = await shop.get("/services", **query)
        assert answer.status_code == 422, query
        assert [error["field"] for error in answer.json()["errors"]] == list(query)
