"""Counting bookings for administrators: one pass over one index, which holds everything that is counted."""

from datetime import datetime
from typing import Any

from gigsta_bookings import metrics
from gigsta_bookings.crud.store import COLLECTION
from gigsta_bookings.metrics import Metrics
from gigsta_bookings.models import Status
from gigsta_bookings.times import Moment
from gigsta_common.clock import Clock
from gigsta_common.mongo import Database, Document

INDEX = "metrics"
PATIENCE_MS = 8_000
"""Somebody waits for it, and the gateway does for 15 seconds."""
MINUTE_MS = 60_000
QUARTER_HOUR_MS = 15 * MINUTE_MS


class BookingMetrics:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._bookings = db[COLLECTION]
        self._clock = clock

    async def get(self, start: Moment | None, end: Moment | None) -> Metrics:
        """The metrics of the bookings made between two moments; by default within the last 30 days.

        Raises:
            Unprocessable: the period ends before it begins, or is too long.
        """
        first, last = metrics.period(start, end, self._clock.now())
        cursor = await self._bookings.aggregate(pipeline(first, last), hint=INDEX, maxTimeMS=PATIENCE_MS)
        [found] = await cursor.to_list()
        days = [(row["_id"]["day"].date(), Status(row["_id"]["status"]), row["count"]) for row in found["days"]]
        by_day = metrics.by_day(first, last, days)
        by_status = {status: sum(day.by_status.get(status, 0) for day in by_day) for status in Status}
        total = sum(by_status.values())
        instant = sum(row["count"] for row in found["instant"])
        return Metrics(
            start=first,
            end=last,
            total=total,
            by_status=by_status,
            by_day=by_day,
            answers=metrics.answers({row["_id"]: row["count"] for row in found["answers"]}),
            response_minutes=metrics.spread(_first(found["response"]), 1),
            lead_hours=metrics.spread(_first(found["lead"]), 0.25),
            instant=metrics.Instant(count=instant, share=metrics.share(instant, total)),
            no_shows=by_status[Status.NO_SHOW],
        )


def pipeline(first: datetime, last: datetime) -> list[Document]:
    """What is counted, in terms that MongoDB 6.0 knows: it has no percentiles."""
    answered: Document = {"$match": {"action": {"$in": ["accept", "decline"]}}}
    return [
        {"$match": {"created_at": {"$gte": first, "$lt": last}}},
        {
            "$project": {
                "_id": 0,
                "day": {"$dateTrunc": {"date": "$created_at", "unit": "day"}},
                "status": 1,
                "instant_book": 1,
                "action": "$answer.action",
                "response": _steps("$requested_at", "$answer.at", MINUTE_MS),
                "lead": _steps("$created_at", "$starts_at", QUARTER_HOUR_MS),
            }
        },
        {
            "$facet": {
                "days": [{"$group": {"_id": {"day": "$day", "status": "$status"}, "count": {"$sum": 1}}}],
                "answers": [
                    {"$match": {"action": {"$ne": None}}},
                    {"$group": {"_id": "$action", "count": {"$sum": 1}}},
                ],
                "instant": [{"$match": {"instant_book": True}}, {"$count": "count"}],
                "response": [answered, *_percentiles("$response")],
                "lead": _percentiles("$lead"),
            }
        },
    ]


def _steps(start: str, end: str, size_ms: int) -> Document:
    """The whole steps of that size between two times."""
    return {"$floor": {"$divide": [{"$subtract": [end, start]}, size_ms]}}


def _percentiles(value: str) -> list[Document]:
    """Median and 90th percentile by nearest rank: values are counted first, so what is sorted has a bound."""
    everything = {"window": {"documents": ["unbounded", "unbounded"]}}
    so_far = {"window": {"documents": ["unbounded", "current"]}}
    return [
        {"$group": {"_id": value, "count": {"$sum": 1}}},
        {
            "$setWindowFields": {
                "sortBy": {"_id": 1},
                "output": {"upto": {"$sum": "$count", **so_far}, "all": {"$sum": "$count", **everything}},
            }
        },
        {"$group": {"_id": None, "count": {"$max": "$all"}, "median": _first_at(50), "p90": _first_at(90)}},
    ]


def _first_at(percent: int) -> Document:
    """The smallest value with at least so many of all values up to it; nulls do not count for `$min`."""
    reached = {"$gte": [{"$multiply": ["$upto", 100]}, {"$multiply": ["$all", percent]}]}
    return {"$min": {"$cond": [reached, "$_id", None]}}


def _first(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    return rows[0] if rows else None
