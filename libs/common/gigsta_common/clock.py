"""The time, behind a port, so that a week can pass in a test in a millisecond."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time in UTC, to the millisecond (MongoDB's precision, so that what is read equals what was written)."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return to_millisecond(datetime.now(UTC))


class ManualClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = to_millisecond(start or datetime.now(UTC))

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward (or back, for a negative `by`) and return the new time."""
        self._now = to_millisecond(self._now + by)
        return self._now

    def set(self, to: datetime) -> None:
        self._now = to_millisecond(to)


def to_millisecond(moment: datetime) -> datetime:
    """Cut what MongoDB would cut, in UTC as MongoDB would give it back. A time without a zone is refused.

    Raises:
        ValueError: `moment` has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
