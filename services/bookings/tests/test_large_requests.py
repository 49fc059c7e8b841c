"""What is large or has many faults is refused before it is much work."""

from datetime import date, timedelta
from typing import Any

import pytest

from .conftest import EVERY_DAY, Market

WINDOWS = [{"start": f"{hour:02}:00", "end": f"{hour:02}:30"} for hour in range(8, 20)]


def exceptions(count: int) -> list[dict[str, Any]]:
    first = date(2026, 4, 1)
    return [{"date": (first + timedelta(days=n)).isoformat(), "windows": WINDOWS} for n in range(count)]


async def test_the_largest_plan_that_makes_sense_is_taken(market: Market) -> None:
    answer = await market.as_provider("PUT", "/bookings/schedule", json=EVERY_DAY | {"exceptions": exceptions(366)})
    assert answer.status_code == 200, answer.text


async def test_of_a_list_of_faults_the_first_is_told(market: Market) -> None:
    answer = await market.as_provider("PUT", "/bookings/schedule", json=EVERY_DAY | {"exceptions": [{}] * 60_000})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["exceptions.0.date"]


@pytest.mark.parametrize("path", ["/bookings", "/bookings/guest", "/bookings/mail-link"])
async def test_nothing_else_takes_as_much(market: Market, path: str) -> None:
    answer = await market.as_customer("POST", path, json={f"k{n}": 1 for n in range(4_000)})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
