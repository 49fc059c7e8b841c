"""Searching services: conditions, order and pages.

By relevance those come first that have all the words in their title, then those that have them anywhere, and among
each the best rated. Both halves are read from an index in that order, so a page costs as much as what it shows, and a
service moves between pages only when its provider edits it or its rating changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from gigsta_catalog.models import ServiceDocument
from gigsta_catalog.schemas import ServiceQuery, Sort
from gigsta_common.errors import Unprocessable
from gigsta_common.mongo import Collection
from gigsta_common.pagination import Key, decode_cursor, page_of
from gigsta_common.vocabulary import Vocabulary

After = tuple[str, int | float, str]
"""Of the last one shown: the order, or the half of it; the sort value; the id."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LIMIT = 2**47
"""Above every sort value there can be, and as milliseconds still a date that Python knows."""


@dataclass(frozen=True)
class _Order:
    """By one field, then by id, both in one direction so that an index can serve it."""

    field: str
    direction: int
    kind: type[int] | type[float]
    read: Callable[[dict[str, Any]], int | float]
    value: Callable[[int | float], Any] = lambda number: number
    """What MongoDB compares with, from what stands in the cursor."""


def _milliseconds(document: dict[str, Any]) -> int:
    created: datetime = document["created_at"]
    return (created - _EPOCH) // _MILLISECOND


_ORDERS: dict[Sort, _Order] = {
    "newest": _Order("created_at", -1, int, _milliseconds, lambda number: _EPOCH + number * _MILLISECOND),
    "price": _Order("price.amount", 1, int, lambda document: document["price"]["amount"]),
    "-price": _Order("price.amount", -1, int, lambda document: document["price"]["amount"]),
    "rating": _Order("rating_rank", -1, float, lambda document: document["rating_rank"]),
    "relevance": _Order("rating_rank", -1, float, lambda document: document["rating_rank"]),
}
_IN_TITLE = "relevance in title"
"""Stands in the cursor of the first half of that order."""


async def search(
    services: Collection, vocabulary: Vocabulary, query: ServiceQuery, owner: str | None
) -> tuple[list[ServiceDocument], str | None]:
    """A page of published services, or of all of the owner's; and the cursor of the next page.

    Raises:
        Unprocessable: the cursor is of no list in this order.
    """
    sort = _sort(query)
    order = _ORDERS[sort]
    meanings = await vocabulary.meanings(query.q) if query.q else None
    rows: list[dict[str, Any]] = []
    for pipeline in pipelines(query, owner, meanings):
        rows += await (await services.aggregate(pipeline)).to_list()
        if len(rows) > query.limit:
            break

    def key(row: dict[str, Any]) -> Key:
        return row.get("half", sort), order.read(row), row["_id"]

    return page_of(rows[: query.limit + 1], query.limit, key, lambda row: cast("ServiceDocument", row))


def pipelines(query: ServiceQuery, owner: str | None, meanings: list[list[str]] | None) -> list[list[dict[str, Any]]]:
    """What to ask of MongoDB, one after the other until there are enough."""
    sort = _sort(query)
    order = _ORDERS[sort]
    after = None if query.cursor is None else _after(query.cursor, sort)
    match = _conditions(query, owner)
    last: list[dict[str, Any]] = [
        {"$sort": {order.field: order.direction, "_id": order.direction}},
        {"$limit": query.limit + 1},
        {"$project": {"outbox": 0, "history": 0, "words": 0, "title_words": 0}},
    ]
    if sort != "relevance":
        return [
            [{"$match": _and(match, *_have("words", meanings), *([_beyond(order, *after)] if after else []))}, *last]
        ]
    in_title = _have("title_words", meanings)
    halves = (
        (_IN_TITLE, _and(match, *in_title)),
        (sort, _and(match, *_have("words", meanings), {"$nor": [{"$and": in_title}]})),
    )
    asked = []
    for half, wanted in halves if after is None or after[0] == _IN_TITLE else halves[1:]:
        rest = _and(wanted, _beyond(order, *after)) if after is not None and after[0] == half else wanted
        asked.append([{"$match": rest}, *last, {"$set": {"half": half}}])
    return asked


def _sort(query: ServiceQuery) -> Sort:
    """Without words to look for nothing is relevant: then the newest come first."""
    default: Sort = "relevance" if query.q else "newest"
    return default if query.sort in (None, "relevance") else query.sort


def _conditions(query: ServiceQuery, owner: str | None) -> dict[str, Any]:
    match: dict[str, Any] = {"status": "published"} if owner is None else {"provider_id": owner}
    also: list[dict[str, Any]] = []
    for field in ("category", "subcategory", "provider_id"):
        value = getattr(query, field)
        if value is not None:
            also.append({field: value})
    if query.min_price is not None:
        also.append({"price.amount": {"$gte": query.min_price}})
    if query.max_price is not None:
        also.append({"price.amount": {"$lte": query.max_price}})
    if query.min_rating:  # at least 0 stars asks for nothing, so the unrated stay
        also.append({"rating.average": {"$gte": query.min_rating}})
    return _and(match, *also)


def _have(field: str, meanings: list[list[str]] | None) -> list[dict[str, Any]]:
    """That there is one of the meanings of each word asked for. Signs without any word are found nowhere."""
    if meanings is None:
        return []
    return [{field: {"$in": meaning}} for meaning in meanings] or [{field: None}]


def _and(match: dict[str, Any], *also: dict[str, Any]) -> dict[str, Any]:
    return {**match, "$and": [*match.get("$and", []), *also]} if also else match


def _after(cursor: str, sort: Sort) -> After:
    order = _ORDERS[sort]
    given, number, last_id = decode_cursor(cursor, str, order.kind, str)
    names = (sort, _IN_TITLE) if sort == "relevance" else (sort,)
    if given not in names or not isinstance(number, int | float) or not 0 <= number < _LIMIT:
        raise Unprocessable(
            "The cursor is not one that this list gave.",
            errors=[{"field": "cursor", "message": "not a cursor of this order"}],
        )
    return str(given), number, str(last_id)


def _beyond(order: _Order, _: str, number: int | float, last_id: str) -> dict[str, Any]:
    beyond = "$gt" if order.direction > 0 else "$lt"
    value = order.value(number)
    return {"$or": [{order.field: {beyond: value}}, {order.field: value, "_id": {beyond: last_id}}]}
