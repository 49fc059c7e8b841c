"""Times as clients write them, checked before they mean anything."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from gigsta_common.errors import Unprocessable

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _text_only(value: object) -> object:
    """Numbers, as such or as text, would be taken for seconds since 1970."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DATE.match(value)):
        raise ValueError("must be text in RFC 3339, such as 2026-03-02T20:00:00Z")
    return value


def _bare_date(value: object) -> object:
    """A time without a zone would be taken for a date."""
    if isinstance(value, date) or (isinstance(value, str) and _DATE.fullmatch(value)):
        return value
    raise ValueError("must be a date such as 2026-03-02")


def _in_range(moment: date) -> date:
    """Far from the ends of the calendar, where time zones and durations would lead out of it."""
    if not 2000 <= moment.year <= 2200:
        raise ValueError("must lie between the years 2000 and 2200")
    return moment


Instant = Annotated[AwareDatetime, BeforeValidator(_text_only), AfterValidator(_in_range)]
Day = Annotated[date, BeforeValidator(_bare_date), AfterValidator(_in_range)]
Moment = Instant | Day


def at(moment: Moment, zone: tzinfo, *, days: int = 0) -> datetime:
    """A moment in UTC; of a date the midnight in that zone with which it begins, or so many days later."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return datetime.combine(moment + timedelta(days=days), time(), zone).astimezone(UTC)


def span(start: Moment | None, end: Moment | None) -> tuple[datetime | None, datetime | None]:
    """From when (included) until when (not included). Dates are days in UTC, the last one included whole.

    Raises:
        Unprocessable: it ends before it begins.
    """
    first = at(start, UTC) if start is not None else None
    last = at(end, UTC, days=1) if end is not None else None
    if first is not None and last is not None:
        check_forward(first, last)
    return first, last


def check_forward(first: datetime, last: datetime) -> None:
    if last < first:
        raise Unprocessable("`to` lies before `from`.", errors=[{"field": "to", "message": "lies before `from`"}])
