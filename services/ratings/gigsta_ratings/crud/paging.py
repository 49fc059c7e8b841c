"""Going on in a list after a cursor."""

from datetime import datetime
from typing import Any

from gigsta_common.pagination import decode_cursor


def after(field: str, cursor: str | None) -> dict[str, Any]:
    """The part of a query that goes on after a cursor, in falling order of `field` and id."""
    if cursor is None:
        return {}
    moment, last_id = decode_cursor(cursor, datetime, str)
    return {"$or": [{field: {"$lt": moment}}, {field: moment, "_id": {"$lt": last_id}}]}


def newest_first(field: str) -> list[tuple[str, int]]:
    return [(field, -1), ("_id", -1)]
