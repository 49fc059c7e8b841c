"""Bookable times: the weekly plan, minus exceptions, minus what is taken, right across clock changes. No I/O."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, FailFast, Field, model_validator

from gigsta_bookings.models.claims import Claim
from gigsta_bookings.times import Day

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ZONES = frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
"""Not `localtime` and the like, which mean another zone on each machine."""


def _zone(name: str) -> str:
    if name not in _ZONES:
        raise ValueError("not an IANA time zone such as Pacific/Auckland")
    return name


Zone = Annotated[str, AfterValidator(_zone)]
ClockTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", examples=["09:00"])]


class Window(BaseModel):
    """From `start` to `end` by the clock on the wall; `24:00` is the end of the day.

    Work over midnight, from 22:00 to 02:00, is two windows: 22:00 to 24:00 on its day, and 00:00 to 02:00 on the next.
    Windows that touch are booked as one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _forward(self) -> "Window":
        if self.start >= self.end:
            raise ValueError(
                "a window ends after it starts; one over midnight is two, which are booked as one: 22:00 to 24:00 on "
                "its day, and 00:00 to 02:00 on the next"
            )
        return self


class WeeklyPlan(BaseModel):
    """The windows of each weekday. A day that is left out is a day off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    monday: tuple[Window, ...] = Field(default=(), max_length=12)
    tuesday: tuple[Window, ...] = Field(default=(), max_length=12)
    wednesday: tuple[Window, ...] = Field(default=(), max_length=12)
    thursday: tuple[Window, ...] = Field(default=(), max_length=12)
    friday: tuple[Window, ...] = Field(default=(), max_length=12)
    saturday: tuple[Window, ...] = Field(default=(), max_length=12)
    sunday: tuple[Window, ...] = Field(default=(), max_length=12)

    def on(self, day: date) -> tuple[Window, ...]:
        windows: tuple[Window, ...] = getattr(self, DAYS[day.weekday()])
        return windows

    @model_validator(mode="after")
    def _apart(self) -> "WeeklyPlan":
        for name in DAYS:
            check_apart(getattr(self, name))
        return self


class DateException(BaseModel):
    """Another plan for one date; no windows at all is a day off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: Day
    windows: tuple[Window, ...] = Field(default=(), max_length=12)

    @model_validator(mode="after")
    def _apart(self) -> "DateException":
        check_apart(self.windows)
        return self


def check_apart(windows: Sequence[Window]) -> None:
    ordered = sorted(windows, key=lambda window: window.start)
    if any(later.start < earlier.end for earlier, later in pairwise(ordered)):
        raise ValueError("the windows of a day must not overlap")


class Plan(BaseModel):
    """When a provider works and how they want to be booked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timezone: Zone
    weekly: WeeklyPlan
    exceptions: Annotated[tuple[DateException, ...], FailFast(), Field(max_length=366)] = ()
    buffer_before_minutes: int = Field(default=0, ge=0, le=240)
    buffer_after_minutes: int = Field(default=0, ge=0, le=240)
    minimum_notice_minutes: int = Field(default=120, ge=0, le=60 * 24 * 30)
    horizon_days: int = Field(default=60, ge=1, le=365)
    slot_interval_minutes: int = Field(default=30, ge=5, le=240)
    max_bookings_per_day: int | None = Field(default=None, ge=1, le=100)

    @model_validator(mode="after")
    def _one_per_date(self) -> "Plan":
        dates = [exception.date for exception in self.exceptions]
        if len(dates) != len(set(dates)):
            raise ValueError("a date has at most one exception")
        return self

    def on(self, day: date) -> tuple[Window, ...]:
        return self._exceptional[day] if day in self._exceptional else self.weekly.on(day)

    @cached_property
    def _exceptional(self) -> dict[date, tuple[Window, ...]]:
        return {exception.date: exception.windows for exception in self.exceptions}


_OFFICE_HOURS = (Window(start="09:00", end="17:00"),)


def default_plan(timezone: str) -> Plan:
    """What a new provider starts with: office hours, five days a week."""
    return Plan(timezone=timezone, weekly=WeeklyPlan.model_validate(dict.fromkeys(DAYS[:5], _OFFICE_HOURS)))


@dataclass(frozen=True, slots=True)
class Span:
    """From `starts_at` (included) to `ends_at` (not included)."""

    starts_at: datetime
    ends_at: datetime


def planned_slots(plan: Plan, duration: timedelta, first: date, last: date) -> list[Span]:
    """Every slot of the plan on the local dates from `first` to `last`, whether or not it is still free."""
    return [Span(at, at + duration) for _, at in _starts(plan, duration, first, last)]


def offers(plan: Plan, duration: timedelta, starts_at: datetime) -> bool:
    """Whether one of the planned slots starts at that very moment. Notice and horizon are not looked at."""
    starts_at = starts_at.astimezone(UTC)
    # No zone sets its clocks back across a midnight any more: the window that a time is in begins on its own day.
    day = starts_at.astimezone(ZoneInfo(plan.timezone)).date()
    until: datetime | None = None
    for _, opens, closes in _windows(plan, day, _last_touched(day, duration)):
        if until is None:
            waited = starts_at - opens
            if starts_at >= closes or waited < timedelta() or waited % timedelta(minutes=plan.slot_interval_minutes):
                continue
        elif opens != until:
            return False
        until = closes
        if starts_at + duration <= until:
            return True
    return False


def bookable_slots(
    plan: Plan,
    duration: timedelta,
    buffer_after: timedelta,
    taken: Iterable[Claim],
    start: datetime,
    end: datetime,
    now: datetime,
    most: int | None = None,
) -> list[Span]:
    """The slots that start in [start, end), are far enough ahead and not too far, and touch nothing in `taken`.

    Buffers lie around a new booking as they lie around those in `taken`, which must hold all claims of the local days
    of `start` and `end`, as a day may be full, and those that a slot before `end` would reach. With `most` the list
    ends after the day on which it has so many.
    """
    # Times of one and the same ZoneInfo would be compared, and added to, by the wall clock.
    start, end, now = (moment.astimezone(UTC) for moment in (start, end, now))
    earliest = max(start, now + timedelta(minutes=plan.minimum_notice_minutes))
    latest = min(end, now + timedelta(days=plan.horizon_days))
    if earliest >= latest:
        return []
    zone = ZoneInfo(plan.timezone)
    first, last = (moment.astimezone(zone).date() for moment in (earliest, latest))
    days = CalendarDays(plan, first, last, duration + buffer_after, taken, latest)
    found: list[Span] = []
    counted: date | None = None
    for day, at in days.free_starts(duration, buffer_after, earliest, latest):
        if most is not None and day != counted and len(found) >= most:
            break
        counted = day
        found.append(Span(at, at + duration))
    return found


class CalendarDays:
    """Some local days of a calendar: the windows of the plan on them, and what is taken."""

    def __init__(
        self,
        plan: Plan,
        first: date,
        last: date,
        longest: timedelta,
        taken: Iterable[Claim],
        latest: datetime | None = None,
    ) -> None:
        """`longest` is the most time that a slot takes which is asked for, its buffer after included; `latest` is
        before when they all start, by default the end of the last day."""
        zone = ZoneInfo(plan.timezone)
        self._before = timedelta(minutes=plan.buffer_before_minutes)
        self._step = timedelta(minutes=plan.slot_interval_minutes)
        self._stretches = list(_stretches(plan, longest, first, last))
        opens = instant(first, "00:00", zone) - self._before
        over = instant(last, "24:00", zone)
        self._busy, self._full = _occupied(plan, taken, opens, max(over, (latest or over) + longest))

    def free_starts(
        self,
        duration: timedelta,
        buffer_after: timedelta,
        earliest: datetime,
        latest: datetime | None = None,
        *,
        one_a_day: bool = False,
        of: date | None = None,
    ) -> Iterator[tuple[date, datetime]]:
        """When slots start that are free, in order, each with its day; with `one_a_day` the first of each, no more.

        What is taken is jumped over: the cost is that of the windows, the claims, and what is found.
        """
        needed = duration + buffer_after
        begun, over = 0, _LONG_AGO
        done: date | None = None
        for day, opens, closes, until in self._stretches:
            if day in self._full or day == done or (of is not None and day != of):
                continue
            stop = closes if latest is None else min(closes, latest)
            at = self._on_grid(opens, earliest)
            while at < stop and at <= until - duration:
                # What matters of all claims that begin before the slot is over is when the last of them ends.
                while begun < len(self._busy) and self._busy[begun][0] < at + needed:
                    over = max(over, self._busy[begun][1])
                    begun += 1
                if over > at - self._before:
                    at = self._on_grid(opens, over + self._before)
                    continue
                yield day, at
                if one_a_day:
                    done = day
                    break
                at += self._step

    def _on_grid(self, opens: datetime, earliest: datetime) -> datetime:
        """The first start of a window that is no earlier than that."""
        return opens if earliest <= opens else opens - (opens - earliest) // self._step * self._step


def _occupied(
    plan: Plan, taken: Iterable[Claim], opens: datetime, closes: datetime
) -> tuple[list[tuple[datetime, datetime]], set[date]]:
    """The claims that reach into [opens, closes), by their beginning, and the local days that take no more bookings."""
    zone, most = ZoneInfo(plan.timezone), plan.max_bookings_per_day
    busy: list[tuple[datetime, datetime]] = []
    booked: defaultdict[date, set[str]] = defaultdict(set)
    for claim in taken:
        # To our own UTC first, as the database has another: comparing those two takes ten times as long.
        starts_at, ends_at = claim.starts_at.astimezone(UTC), claim.ends_at.astimezone(UTC)
        if starts_at >= closes or ends_at <= opens:
            continue
        busy.append((starts_at, ends_at))
        if most is not None:
            booked[claim.slot_starts_at.astimezone(zone).date()].add(claim.booking_id)
    full = {day for day, bookings in booked.items() if most is not None and len(bookings) >= most}
    return sorted(busy), full


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _starts(plan: Plan, duration: timedelta, first: date, last: date) -> Iterator[tuple[date, datetime]]:
    """When the planned slots of the days from `first` to `last` start, in order, each with its day."""
    step = timedelta(minutes=plan.slot_interval_minutes)
    for day, opens, closes, until in _stretches(plan, duration, first, last):
        at, latest = opens, until - duration
        while at < closes and at <= latest:
            yield day, at
            at += step


def _stretches(
    plan: Plan, longest: timedelta, first: date, last: date
) -> Iterator[tuple[date, datetime, datetime, datetime]]:
    """The windows of the days from `first` to `last`, each with its day and until when the stretch goes on that it
    lies in: as far as a slot reaches that is no longer than `longest`.

    Windows that touch are one stretch, over midnight too, but each has its slots counted from its own beginning.
    """
    windows = list(_windows(plan, first, _last_touched(last, longest)))
    stretches: list[datetime] = []
    """From the last window to the first."""
    for n, (_, _, closes) in enumerate(reversed(windows)):
        goes_on = n > 0 and windows[-n][1] == closes
        stretches.append(stretches[-1] if goes_on else closes)
    for (day, opens, closes), until in zip(windows, reversed(stretches), strict=True):
        if day > last:
            return
        yield day, opens, closes, until


def _windows(plan: Plan, first: date, last: date) -> Iterator[tuple[date, datetime, datetime]]:
    """The windows of each day from `first` to `last`, in order."""
    zone = ZoneInfo(plan.timezone)
    for day in days_between(first, last):
        for window in sorted(plan.on(day), key=lambda window: window.start):
            yield day, instant(day, window.start, zone), instant(day, window.end, zone)


def _last_touched(day: date, duration: timedelta) -> date:
    """A day that no slot which starts on `day` reaches beyond, even if clocks change meanwhile."""
    return day + duration + timedelta(days=2)


def instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment at which the wall clock shows `clock` on `day`.

    A time that the clock skips in spring is the moment of the change; one that it shows twice in autumn is the first.
    """
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    wall = datetime.combine(day, time.fromisoformat(clock), zone)
    moment = wall.astimezone(UTC)
    offset = moment.astimezone(zone).utcoffset()
    if offset == wall.utcoffset():
        return moment
    # Skipped: read with the offset of before, it lies after the change; with that of after, before it.
    low, high = int(wall.replace(fold=1).timestamp()), int(moment.timestamp())

    def changed(second: int) -> bool:
        return datetime.fromtimestamp(second, zone).utcoffset() == offset

    return datetime.fromtimestamp(low + bisect_left(range(low, high), True, key=changed), UTC)


def timezone_at(lat: float, lng: float) -> str:
    """The IANA zone of a place on land or sea."""
    import tzfpy  # noqa: PLC0415 -- its map is 30 MB, and only a provider's first service needs it

    name: str = tzfpy.get_tz(lng, lat)
    return name if name in _ZONES else "Pacific/Auckland"
