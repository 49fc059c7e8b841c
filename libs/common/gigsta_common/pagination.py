"""Lists in pages, by cursor: stable while things change, and as cheap on the last page as on the first."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from gigsta_common.errors import Unprocessable

T = TypeVar("T")
Row = TypeVar("Row")
Key = tuple[str | int | float | datetime, ...]

Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most.")]
Cursor = Annotated[str | None, Query(max_length=1024, description="The `next_cursor` of the page before.")]


class Page(BaseModel, Generic[T]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(key: Key) -> str:
    """The sort key of the last item shown, opaque to clients."""
    tagged = [{"t": part.isoformat()} if isinstance(part, datetime) else part for part in key]
    return base64.urlsafe_b64encode(orjson.dumps(tagged)).rstrip(b"=").decode()


def decode_cursor(cursor: str, *types: type) -> Key:
    """Read a cursor back, each part checked against its type, so that no client's value becomes an operator.

    Raises:
        Unprocessable: it is not one of ours.
    """
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list):
            raise ValueError("shape")
        key = tuple(_time(part) if isinstance(part, dict) else part for part in parts)
        if len(key) != len(types) or any(type(part) is not kind for part, kind in zip(key, types, strict=True)):
            raise ValueError("types")
        if any(type(part) is int and not -(2**63) <= part < 2**63 for part in key):
            raise ValueError("MongoDB has no such number")
    except (ValueError, KeyError, TypeError, OverflowError, binascii.Error):
        raise Unprocessable(
            "The cursor is not one that this list gave.",
            errors=[{"field": "cursor", "message": "not a valid cursor"}],
        ) from None
    return key


def _time(part: dict[str, str]) -> datetime:
    moment = datetime.fromisoformat(part["t"])
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment.astimezone(UTC)


def page_of(
    rows: Sequence[Row], limit: int, key: Callable[[Row], Key], render: Callable[[Row], T]
) -> tuple[list[T], str | None]:
    """Cut `limit + 1` fetched rows to a page and the cursor of the next, if there is one."""
    shown = rows[:limit]
    cursor = encode_cursor(key(shown[-1])) if len(rows) > limit else None
    return [render(row) for row in shown], cursor
