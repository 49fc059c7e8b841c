"""Bookable times: the weekly plan, minus exceptions, minus what is taken, right across clock changes. No I/O."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

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
    """From `start` to `end` by the clock on the wall; `24:00` is the end of the day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: ClockTime
    end: ClockTime

    @model_validator(mode="after")
    def _forward(self) -> "Window":
        if self.start >= self.end:
            raise ValueError("a window ends after it starts; split one that crosses midnight")
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

    date: date
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
    exceptions: tuple[DateException, ...] = Field(default=(), max_length=366)
    buffer_before_minutes: int = Field(default=0, ge=0, le=240)
    buffer_after_minutes: int = Field(default=0, ge=0, le=240)
    minimum_notice_minutes: int = Field(default=120, ge=0, le=60 * 24 * 30)
    horizon_days: int = Field(default=60, ge=1, le=365)
    slot_interval_minutes: int = Field(default=30, ge=5, le=240)

    @model_validator(mode="after")
    def _one_per_date(self) -> "Plan":
        dates = [exception.date for exception in self.exceptions]
        if len(dates) != len(set(dates)):
            raise ValueError("a date has at most one exception")
        return self

    def on(self, day: date) -> tuple[Window, ...]:
        for exception in self.exceptions:
            if exception.date == day:
                return exception.windows
        return self.weekly.on(day)


_OFFICE_HOURS = (Window(start="09:00", end="17:00"),)


def default_plan(timezone: str) -> Plan:
    """What a new provider starts with: office hours, five days a week."""
    return Plan(timezone=timezone, weekly=WeeklyPlan.model_validate(dict.fromkeys(DAYS[:5], _OFFICE_HOURS)))


class Span(BaseModel):
    """From `starts_at` (included) to `ends_at` (not included)."""

    model_config = ConfigDict(frozen=True)

    starts_at: datetime
    ends_at: datetime


def planned_slots(plan: Plan, duration: timedelta, first: date, last: date) -> list[Span]:
    """Every slot of the plan on the local dates from `first` to `last`, whether or not it is still free."""
    zone = ZoneInfo(plan.timezone)
    step = timedelta(minutes=plan.slot_interval_minutes)
    slots: list[Span] = []
    day = first
    while day <= last:
        for window in sorted(plan.on(day), key=lambda window: window.start):
            start, end = instant(day, window.start, zone), instant(day, window.end, zone)
            while start + duration <= end:
                slots.append(Span(starts_at=start, ends_at=start + duration))
                start += step
        day += timedelta(days=1)
    return slots


def bookable_slots(
    plan: Plan,
    duration: timedelta,
    buffer_after: timedelta,
    taken: Iterable[Span],
    start: datetime,
    end: datetime,
    now: datetime,
) -> list[Span]:
    """The slots that start in [start, end), are far enough ahead and not too far, and touch nothing in `taken`.

    Buffers lie around a new booking as they lie around those in `taken`.
    """
    zone = ZoneInfo(plan.timezone)
    earliest = max(start, now + timedelta(minutes=plan.minimum_notice_minutes))
    latest = min(end, now + timedelta(days=plan.horizon_days))
    if earliest >= latest:
        return []
    before = timedelta(minutes=plan.buffer_before_minutes)
    busy = _merged(taken)
    found: list[Span] = []
    place = 0
    for slot in planned_slots(plan, duration, earliest.astimezone(zone).date(), latest.astimezone(zone).date()):
        if not earliest <= slot.starts_at < latest:
            continue
        while place < len(busy) and busy[place].ends_at <= slot.starts_at - before:
            place += 1
        if place == len(busy) or busy[place].starts_at >= slot.ends_at + buffer_after:
            found.append(slot)
    return found


def _merged(taken: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(taken, key=lambda span: span.starts_at):
        if merged and span.starts_at <= merged[-1].ends_at:
            ends_at = max(merged[-1].ends_at, span.ends_at)
            merged[-1] = Span(starts_at=merged[-1].starts_at, ends_at=ends_at)
        else:
            merged.append(span)
    return merged


def instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """The moment at which the wall clock shows `clock` on `day`.

    A time that the clock skips in spring is the moment of the change; one that it shows twice in autumn is the first.
    """
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    wall = datetime.combine(day, time.fromisoformat(clock), zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # Skipped: the change lies between the two readings of the wall time, and is found by halving.
    low, high = wall.replace(fold=1).astimezone(UTC), moment
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.replace(second=0, microsecond=0)


def timezone_at(lat: float, lng: float) -> str:
    """The IANA zone of a place on land or sea."""
    import tzfpy  # noqa: PLC0415 -- its map is 30 MB, and only a provider's first service needs it

    name: str = tzfpy.get_tz(lng, lat)
    return name if name in _ZONES else "Pacific/Auckland"
