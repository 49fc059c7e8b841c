"""What administrators are told about the marketplace: how bookings go, by when they were made."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from gigsta_bookings.models import Status
from gigsta_bookings.times import Moment, at, check_forward
from gigsta_common.errors import Unprocessable

DEFAULT_DAYS = 30
MOST_DAYS = 366


class DayCount(BaseModel):
    day: date
    """In UTC."""
    total: int
    by_status: dict[Status, int]
    """Those that are not there are none."""


class Spread(BaseModel):
    """The median: half of the values are not above it. The other: nine of ten are not."""

    count: int
    median: float | None
    p90: float | None


class Answers(BaseModel):
    """How requests ended. A request that the customer withdrew counts neither for nor against the provider."""

    accepted: int
    declined: int
    lapsed: int
    """Nobody answered in time."""
    withdrawn: int
    acceptance_rate: float | None
    """Of those accepted, declined or lapsed; null where there are none."""


class Instant(BaseModel):
    count: int
    share: float | None


class Metrics(BaseModel):
    """Of the bookings that were made in the period, as they stand now."""

    start: datetime = Field(serialization_alias="from")
    end: datetime = Field(serialization_alias="to")
    timezone: str = "UTC"
    """In which days begin and end here."""
    total: int
    by_status: dict[Status, int]
    by_day: list[DayCount]
    """Every day of the period, by when bookings were made."""
    answers: Answers
    response_minutes: Spread
    """From the request to the provider's yes or no, in whole minutes, rounded down."""
    lead_hours: Spread
    """From the making of a booking to the start that it has now, in quarters of an hour, rounded down."""
    instant: Instant
    no_shows: int


def period(start: Moment | None, end: Moment | None, now: datetime) -> tuple[datetime, datetime]:
    """From when (included) until when (not included). Dates are days in UTC, the last one included whole.

    Raises:
        Unprocessable: it ends before it begins, or is too long.
    """
    last = at(end, UTC, days=1) if end is not None else now
    first = at(start, UTC) if start is not None else last - timedelta(days=DEFAULT_DAYS)
    if end is None and first > last:
        message = "lies in the future, and without `to` the period ends now"
        raise Unprocessable(f"`from` {message}.", errors=[{"field": "from", "message": message}])
    check_forward(first, last)
    if last - first > timedelta(days=MOST_DAYS):
        message = f"at most {MOST_DAYS} days at a time"
        raise Unprocessable(f"Ask for {message}.", errors=[{"field": "from", "message": message}])
    return first, last


def by_day(first: datetime, last: datetime, rows: Iterable[tuple[date, Status, int]]) -> list[DayCount]:
    """Counts per day, the days on which nothing happened among them."""
    counts: dict[date, dict[Status, int]] = {}
    for day, status, count in rows:
        counts.setdefault(day, {})[status] = count
    length = (last - timedelta(microseconds=1)).date() - first.date()
    every = [first.date() + timedelta(days=n) for n in range(length.days + 1)]
    found = [(day, counts.get(day, {})) for day in every]
    return [DayCount(day=day, total=sum(of_day.values()), by_status=of_day) for day, of_day in found]


def answers(totals: Mapping[str, int]) -> Answers:
    """From how many requests ended by which action."""
    accepted, declined, lapsed = (totals.get(action, 0) for action in ("accept", "decline", "expire_request"))
    rate = share(accepted, accepted + declined + lapsed)
    return Answers(
        accepted=accepted,
        declined=declined,
        lapsed=lapsed,
        withdrawn=totals.get("withdraw", 0),
        acceptance_rate=rate,
    )


def share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def spread(found: Mapping[str, Any] | None, unit: float) -> Spread:
    """From what the database says of the values, which it counts in multiples of `unit`."""
    if found is None:
        return Spread(count=0, median=None, p90=None)
    return Spread(count=found["count"], median=found["median"] * unit, p90=found["p90"] * unit)
