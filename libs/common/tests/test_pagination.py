"""Cursors come back as they were given, and a forged one is a 422."""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import bson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gigsta_common.errors import Unprocessable
from gigsta_common.pagination import Key, decode_cursor, encode_cursor, page_of

parts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(parts, max_size=4).map(tuple))
def test_what_is_encoded_is_decoded(key: Key) -> None:
    assert decode_cursor(encode_cursor(key), *(type(part) for part in key)) == key


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=13)))
    (back,) = decode_cursor(encode_cursor((moment,)), datetime)
    assert back == moment
    assert isinstance(back, datetime)
    assert back.tzinfo is UTC


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        key = decode_cursor(text, str, datetime)
    except Unprocessable:
        return
    assert isinstance(key[0], str)
    assert isinstance(key[1], datetime)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["t", "$gt", "a"]), inner, max_size=2),
    max_leaves=5,
)


@given(json_values, st.sampled_from([(str,), (int,), (float,), (datetime,), (int, str), (datetime, str)]))
def test_any_json_is_a_cursor_that_mongodb_takes_or_refused(value: Any, types: tuple[type, ...]) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    try:
        key = decode_cursor(cursor, *types)
    except Unprocessable:
        return
    assert [type(part) for part in key] == list(types)
    bson.encode({"key": list(key)})


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!!!!",
        "\N{SNOWMAN}",
        "a" * 1024,
        forged({"$gt": ""}),
        forged([{"$gt": ""}, "x"]),
        forged([{"t": {"$gt": 1}}, "x"]),
        forged([{"t": 5}, "x"]),
        forged([{"t": "2026-01-01T00:00:00"}, "x"]),
        forged([{"t": "0001-01-01T00:00:00+14:00"}, "x"]),
        forged([{"t": "9999-12-31T23:59:59-14:00"}, "x"]),
        forged([{"t": "2026-01-01T00:00:00Z"}]),
        forged([{"t": "2026-01-01T00:00:00Z"}, "x", "y"]),
        forged([{"t": "2026-01-01T00:00:00Z"}, None]),
        forged([{"t": "2026-01-01T00:00:00Z"}, ["x"]]),
        forged([{"t": "2026-01-01T00:00:00Z"}, True]),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_forged_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Unprocessable) as refused:
        decode_cursor(cursor, datetime, str)
    assert refused.value.errors == [{"field": "cursor", "message": "not a valid cursor"}]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, True, 1.5])
def test_a_number_that_mongodb_does_not_know_is_refused(number: object) -> None:
    with pytest.raises(Unprocessable):
        decode_cursor(forged([number]), int)


@pytest.mark.parametrize("limit", [1, 2, 5, 9, 10, 11])
def test_pages_together_are_the_list(limit: int) -> None:
    rows = list(range(10))
    seen: list[str] = []
    after = -1
    while True:
        fetched = [row for row in rows if row > after][: limit + 1]
        items, cursor = page_of(fetched, limit, lambda row: (row,), str)
        assert len(items) <= limit
        seen += items
        if cursor is None:
            break
        (found,) = decode_cursor(cursor, int)
        assert isinstance(found, int)
        after = found
    assert seen == [str(row) for row in rows]


def test_an_empty_list_is_one_empty_page() -> None:
    empty: list[int] = []
    assert page_of(empty, 5, lambda row: (row,), str) == ([], None)
