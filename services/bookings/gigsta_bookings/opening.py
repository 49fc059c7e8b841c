"""On which days something can still be booked, and until when that stays so if nobody does anything. No I/O.

A year of five-minute slots is never looked at whole: of each day the first free start is enough, of the days of an
earlier look only those matter that may have changed since, and what is looked at at once is a few weeks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gigsta_bookings.availability import CalendarDays, Plan, days_between
from gigsta_bookings.models.claims import Claim

AHEAD = timedelta(days=2)
"""How far beyond the horizon to look for the day that comes into sight next."""
DAYS_AT_ONCE = 28
"""So much of a calendar is looked at without a pause: some milliseconds of work."""
_TICK = timedelta(milliseconds=1)
_AT_LEAST_EVERY = timedelta(days=1)
_DAY = timedelta(days=1)


class Need(NamedTuple):
    """What a service takes of a calendar. Services with the same need have the same open days."""

    duration: timedelta
    buffer_after: timedelta

    @property
    def whole(self) -> timedelta:
        return self.duration + self.buffer_after


@dataclass(frozen=True)
class Earlier:
    """What another look has found, under the same plan."""

    days: tuple[date, ...]
    looked_at: datetime


class Changed(NamedTuple):
    """A stretch of time in which somebody has taken, or given up, something."""

    start: datetime
    end: datetime


class Seen(NamedTuple):
    first: datetime
    """The first free start of a day, as early as may be booked now; it may lie beyond the horizon."""
    last: datetime | None
    """The last one that lies within the horizon; None where nobody has looked for it."""


@dataclass(frozen=True)
class OpenDays:
    days: tuple[date, ...]
    """The local days on which a bookable slot begins, in order."""
    look_at: datetime
    """When time alone may have changed that."""


class Look:
    """One look at the days of one need: ask for what is `missing`, `take` it in, until nothing is missing."""

    def __init__(
        self, plan: Plan, need: Need, now: datetime, earlier: Earlier | None = None, changed: Iterable[Changed] = ()
    ) -> None:
        self._plan = plan
        self.need = need
        self._now = now.astimezone(UTC)
        self._zone = ZoneInfo(plan.timezone)
        self._earliest = self._now + timedelta(minutes=plan.minimum_notice_minutes)
        self._horizon = self._now + timedelta(days=plan.horizon_days)
        first, last = self._day(self._earliest), self._day(self._horizon + AHEAD)
        self._seen: dict[date, Seen | None] = {}
        if earlier is None:
            self._kept: set[date] = set()
            self._wanted = days_between(first, last)
        else:
            begun = max(first, self._day(earlier.looked_at.astimezone(UTC) + timedelta(days=plan.horizon_days)))
            wanted = {first, *days_between(begun, last), *self._touched(changed)}
            self._wanted = sorted(day for day in wanted if first <= day <= last)
            self._kept = {day for day in earlier.days if first <= day <= last}

    def missing(self) -> list[date]:
        """The days that have to be looked at, in order."""
        missing = [day for day in self._wanted if day not in self._seen]
        if missing:
            return missing
        first = self._first()
        seen = self._seen.get(first) if first is not None else None
        return [first] if first is not None and (seen is None or seen.last is None) else []

    def take(self, first: date, last: date, days: CalendarDays) -> None:
        """Look at all days from `first` to `last`."""
        found: dict[date, Seen | None] = dict.fromkeys(days_between(first, last))
        for day, at in days.free_starts(*self.need, self._earliest, one_a_day=True):
            found[day] = Seen(at, None)
        opened = next((day for day, seen in found.items() if seen is not None and seen.first < self._horizon), None)
        if opened is not None and (seen := found[opened]) is not None:
            within = days.free_starts(*self.need, seen.first, self._horizon, of=opened)
            found[opened] = seen._replace(last=max(at for _, at in within))
        self._seen |= found

    def result(self) -> OpenDays:
        changes = [self._now + _AT_LEAST_EVERY]
        beyond = [seen.first for seen in self._seen.values() if seen is not None and seen.first >= self._horizon]
        if beyond:
            changes.append(min(beyond) - timedelta(days=self._plan.horizon_days) + _TICK)
        first = self._first()
        if first is not None and (seen := self._seen[first]) is not None and seen.last is not None:
            changes.append(seen.last - timedelta(minutes=self._plan.minimum_notice_minutes) + _TICK)
        return OpenDays(tuple(sorted(self._open())), min(changes))

    def _open(self) -> Iterator[date]:
        yield from (day for day in self._kept if day not in self._seen)
        yield from (day for day, seen in self._seen.items() if seen is not None and seen.first < self._horizon)

    def _first(self) -> date | None:
        return min(self._open(), default=None)

    def _touched(self, changed: Iterable[Changed]) -> Iterator[date]:
        """The days on which a slot may begin that reaches into what has changed, or of which a limit counts it."""
        for start, end in changed:
            reaches = timedelta(minutes=self._plan.buffer_before_minutes)
            yield from days_between(self._day(start - self.need.whole), self._day(end + reaches))

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()


def runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The days, in order, as stretches from the first to the last of some that follow each other."""
    begun: date | None = None
    last = date.min
    for day in days:
        if begun is not None and (day != last + _DAY or (day - begun).days >= DAYS_AT_ONCE):
            yield begun, last
            begun = day
        begun, last = begun or day, day
    if begun is not None:
        yield begun, last


def reach(plan: Plan, first: date, last: date, longest: timedelta) -> tuple[datetime, datetime]:
    """From when until when claims matter to slots on these days that are no longer than that."""
    zone = ZoneInfo(plan.timezone)
    margin = max(_DAY, longest + timedelta(minutes=plan.buffer_before_minutes))
    return (
        datetime.combine(first, time(), zone).astimezone(UTC) - margin,
        datetime.combine(last + _DAY, time(), zone).astimezone(UTC) + margin,
    )


def open_days(
    plan: Plan,
    need: Need,
    taken: Iterable[Claim],
    now: datetime,
    earlier: Earlier | None = None,
    changed: Iterable[Changed] = (),
) -> OpenDays:
    """By the very slots that can be booked, with all claims at hand: `taken` reaches `AHEAD` beyond the horizon."""
    claims = list(taken)
    look = Look(plan, need, now, earlier, changed)
    while missing := look.missing():
        for first, last in runs(missing):
            look.take(first, last, CalendarDays(plan, first, last, need.whole, claims))
    return look.result()


def closed(now: datetime) -> OpenDays:
    """Of what is not on offer."""
    return OpenDays((), now + _AT_LEAST_EVERY)
