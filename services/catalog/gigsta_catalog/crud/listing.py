"""Searching services: conditions, order and pages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from gigsta_catalog.models import ServiceDocument
from gigsta_catalog.schemas import ServiceQuery, Sort
from gigsta_common.errors import Unprocessable
from gigsta_common.mongo import Collection
from gigsta_common.pagination import Key, decode_cursor, page_of

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
    "relevance": _Order("relevance", -1, float, lambda document: document["relevance"]),
}


async def search(
    services: Collection, query: ServiceQuery, owner: str | None
) -> tuple[list[ServiceDocument], str | None]:
    """A page of published services, or of all of the owner's; and the cursor of the next page.

    Raises:
        Unprocessable: the cursor is of no list in this order.
    """
    sort = _sort(query)
    order = _ORDERS[sort]
    pipeline: list[dict[str, Any]] = [{"$match": _conditions(query, owner)}]
    if sort == "relevance":
        pipeline.append({"$set": {"relevance": {"$meta": "textScore"}}})
    if query.cursor is not None:
        pipeline.append({"$match": _after(query.cursor, sort)})
    pipeline += [{"$sort": {order.field: order.direction, "_id": order.direction}}, {"$limit": query.limit + 1}]
    pipeline.append({"$project": {"outbox": 0, "history": 0}})
    rows = await (await services.aggregate(pipeline)).to_list()

    def key(row: dict[str, Any]) -> Key:
        return sort, order.read(row), row["_id"]

    return page_of(rows, query.limit, key, lambda row: cast("ServiceDocument", row))


def _sort(query: ServiceQuery) -> Sort:
    """Without words to look for nothing is relevant: then the newest come first."""
    default: Sort = "relevance" if query.q else "newest"
    return default if query.sort in (None, "relevance") else query.sort


def _conditions(query: ServiceQuery, owner: str | None) -> dict[str, Any]:
    match: dict[str, Any] = {"status": "published"} if owner is None else {"provider_id": owner}
    also: list[dict[str, Any]] = []
    if query.q:
        # Only its words: to MongoDB a quote or a leading minus in a search would mean something.
        match["$text"] = {"$search": " ".join(re.findall(r"\w+", query.q))}
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
    return {**match, "$and": also} if also else match


def _after(cursor: str, sort: Sort) -> dict[str, Any]:
    order = _ORDERS[sort]
    given, number, last_id = decode_cursor(cursor, str, order.kind, str)
    if given != sort or not isinstance(number, int | float) or not 0 <= number < _LIMIT:
        raise Unprocessable(
            "The cursor is not one that this list gave.",
            errors=[{"field": "cursor", "message": "not a cursor of this order"}],
        )
    beyond = "$gt" if order.direction > 0 else "$lt"
    value = order.value(number)
    return {"$or": [{order.field: {beyond: value}}, {order.field: value, "_id": {beyond: last_id}}]}
