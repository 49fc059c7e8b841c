"""What administrators are told, against a count in plain Python."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from gigsta_bookings import metrics
from gigsta_bookings.crud.metrics import INDEX, pipeline
from gigsta_bookings.models import Status
from gigsta_common.testing.service import TestService

from .conftest import Market

PATH = "/bookings/admin/metrics"
FIRST = datetime(2026, 2, 1, tzinfo=UTC)
LAST = datetime(2026, 3, 1, tzinfo=UTC)


def some_bookings(seed: int, count: int) -> list[dict[str, Any]]:
    """What the metrics look at, of bookings made in and around February."""
    dice = random.Random(seed)
    return [_one(dice, number) for number in range(count)]


def _one(dice: random.Random, number: int) -> dict[str, Any]:
    created = FIRST + timedelta(milliseconds=dice.randrange(-3 * 86_400_000, 31 * 86_400_000))
    if dice.random() < 0.1:  # on the very edge of a day
        created = created.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(
            milliseconds=dice.choice((0, 1))
        )
    requested = created + timedelta(seconds=dice.choice((0, 0, 90, 1500)))
    instant = dice.random() < 0.3
    answer = None
    if not instant and dice.random() < 0.8:
        waited = timedelta(milliseconds=int(dice.expovariate(1 / 20_000_000)))
        action = dice.choice(("accept", "accept", "accept", "decline", "expire_request", "withdraw"))
        answer = {"action": action, "at": requested + waited}
    return {
        "_id": f"booking-{number}",
        "status": dice.choice(list(Status)).value,
        "instant_book": instant,
        "created_at": created,
        "requested_at": requested,
        "starts_at": created + timedelta(minutes=dice.randrange(30, 60 * 24 * 60)),
        "answer": answer,
    }


def nearest_rank(values: Iterable[float], percent: int) -> float | None:
    """The smallest of the values with at least so many of all up to it."""
    ordered = sorted(values)
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else None


def counted(bookings: list[dict[str, Any]], first: datetime, last: datetime) -> dict[str, Any]:
    """The oracle."""
    made = [booking for booking in bookings if first <= booking["created_at"] < last]
    answers = Counter(booking["answer"]["action"] for booking in made if booking["answer"])
    answered = [
        booking for booking in made if booking["answer"] and booking["answer"]["action"] in ("accept", "decline")
    ]
    waits = [(booking["answer"]["at"] - booking["requested_at"]) // timedelta(minutes=1) for booking in answered]
    leads = [(booking["starts_at"] - booking["created_at"]) // timedelta(minutes=15) / 4 for booking in made]
    decided = answers["accept"] + answers["decline"] + answers["expire_request"]
    instant = sum(booking["instant_book"] for booking in made)
    days = [(first + timedelta(days=n)).date() for n in range((last - first).days)]
    return {
        "total": len(made),
        "by_status": {status: sum(booking["status"] == status for booking in made) for status in Status},
        "by_day": [_day(made, day) for day in days],
        "answers": {
            "accepted": answers["accept"],
            "declined": answers["decline"],
            "lapsed": answers["expire_request"],
            "withdrawn": answers["withdraw"],
            "acceptance_rate": round(answers["accept"] / decided, 4) if decided else None,
        },
        "response_minutes": _spread(waits),
        "lead_hours": _spread(leads),
        "instant": {"count": instant, "share": round(instant / len(made), 4) if made else None},
        "no_shows": sum(booking["status"] == "no_show" for booking in made),
    }


def _day(made: list[dict[str, Any]], day: date) -> dict[str, Any]:
    on_it = [booking["status"] for booking in made if booking["created_at"].date() == day]
    return {"day": day.isoformat(), "total": len(on_it), "by_status": dict(Counter(on_it))}


def _spread(values: list[float]) -> dict[str, Any]:
    return {"count": len(values), "median": nearest_rank(values, 50), "p90": nearest_rank(values, 90)}


@pytest.mark.parametrize(("seed", "count"), [(1, 0), (2, 1), (3, 2), (4, 10), (5, 11), (6, 700)])
async def test_the_database_counts_as_we_do(service: TestService, market: Market, seed: int, count: int) -> None:
    bookings = some_bookings(seed, count)
    if bookings:
        await service.db["bookings"].insert_many(bookings)
    answer = await market.as_admin("GET", f"{PATH}?from=2026-02-01&to=2026-02-28")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told.pop("from"), told.pop("to")) == ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
    assert told.pop("timezone") == "UTC"
    assert told == counted(bookings, FIRST, LAST)


async def test_moments_bound_the_period_to_the_millisecond(service: TestService, market: Market) -> None:
    bookings = some_bookings(7, 300)
    await service.db["bookings"].insert_many(bookings)
    first, last = bookings[0]["created_at"], bookings[1]["created_at"]
    first, last = min(first, last), max(first, last)
    query = {"from": first.isoformat(), "to": last.isoformat()}
    told = (await market.as_admin("GET", PATH, params=query)).json()
    assert told["total"] == sum(first <= booking["created_at"] < last for booking in bookings)
    assert sum(day["total"] for day in told["by_day"]) == told["total"]
    assert [told["by_day"][0]["day"], told["by_day"][-1]["day"]] == [first.date().isoformat(), last.date().isoformat()]


async def test_bookings_as_they_are_stored_are_counted(market: Market) -> None:
    accepted, withdrawn, _ = [await market.book(days=days) for days in (2, 3, 4)]
    market.clock.advance(timedelta(minutes=7, seconds=59))
    await market.done(market.as_provider, accepted, "accept")
    await market.done(market.as_customer, withdrawn, "withdraw")
    told = (await market.as_admin("GET", PATH)).json()
    assert told["total"] == 3
    assert {status: count for status, count in told["by_status"].items() if count} == {
        "pending": 1,
        "confirmed": 1,
        "cancelled": 1,
    }
    assert told["answers"] == {
        "accepted": 1,
        "declined": 0,
        "lapsed": 0,
        "withdrawn": 1,
        "acceptance_rate": 1.0,
    }
    assert told["response_minutes"] == {"count": 1, "median": 7.0, "p90": 7.0}
    assert told["lead_hours"] == {"count": 3, "median": 72.0, "p90": 96.0}
    assert datetime.fromisoformat(told["to"]) - datetime.fromisoformat(told["from"]) == timedelta(days=30)
    assert datetime.fromisoformat(told["to"]) == market.clock.now()


async def test_only_administrators_are_told(market: Market) -> None:
    for who in (market.as_customer, market.as_provider):
        refused = await who("GET", PATH)
        assert (refused.status_code, refused.json()["code"]) == (403, "admin_only")
    assert (await market.service.http.get(PATH)).status_code == 401


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-02&to=2026-02-01T00:00:00Z", "to"),
        ("from=2025-01-01&to=2026-02-01", "from"),
        ("from=2024-01-01", "from"),
        ("from=yesterday", "from"),
        ("to=1767225600", "to"),
        ("from=2026-02-01T10:00:00", "from"),
        ("to=9999-12-31", "to"),
    ],
)
async def test_a_period_has_to_make_sense(market: Market, query: str, field: str) -> None:
    refused = await market.as_admin("GET", f"{PATH}?{query}")
    assert refused.status_code == 422, refused.text
    assert refused.json()["errors"][0]["field"].startswith(field)


async def test_a_year_is_not_too_long(market: Market) -> None:
    told = (await market.as_admin("GET", f"{PATH}?from=2024-01-01&to=2024-12-31")).json()
    assert len(told["by_day"]) == 366
    empty = (await market.as_admin("GET", f"{PATH}?from=2026-02-01&to=2026-02-01T00:00:00Z")).json()
    assert (empty["by_day"], empty["total"]) == ([], 0)


async def test_one_index_holds_all_that_is_counted(service: TestService) -> None:
    await service.db["bookings"].insert_many(some_bookings(8, 200))
    first, last = FIRST + timedelta(days=3), FIRST + timedelta(days=9)
    command = {"aggregate": "bookings", "pipeline": pipeline(first, last), "hint": INDEX, "cursor": {}}
    plan = await service.db.command("explain", command, verbosity="executionStats")
    stats = plan["stages"][0]["$cursor"]["executionStats"] if "stages" in plan else plan["executionStats"]
    made = await service.db["bookings"].count_documents({"created_at": {"$gte": first, "$lt": last}})
    assert (stats["totalDocsExamined"], stats["nReturned"]) == (0, made)
    assert stats["totalKeysExamined"] <= made + 1


def test_dates_are_whole_days_in_utc() -> None:
    now = datetime(2026, 3, 2, 20, tzinfo=UTC)
    assert metrics.period(date(2026, 3, 1), date(2026, 3, 1), now) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert metrics.period(None, None, now) == (now - timedelta(days=30), now)
    in_auckland = datetime.fromisoformat("2026-03-02T09:00:00+13:00")
    assert metrics.period(in_auckland, None, now)[0] == datetime(2026, 3, 1, 20, tzinfo=UTC)
