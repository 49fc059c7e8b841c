"""Bookable times in every time zone: around each clock change, against a search that looks at the wall clock."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from gigsta_bookings.availability import (
    DAYS,
    Plan,
    WeeklyPlan,
    Window,
    Zone,
    bookable_slots,
    instant,
    offers,
    planned_slots,
)
from gigsta_bookings.models import Claim

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)

Windows = Mapping[date, tuple[Window, ...]]

HOME = ("Australia/", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Norfolk", "Antarctica/Macquarie")
"""New Zealand and Australia, which get more years than the rest."""
ODD = frozenset(
    {
        "Africa/Cairo", "Africa/Casablanca", "America/Asuncion", "America/Havana", "America/Nuuk", "America/Santiago",
        "Antarctica/Troll", "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Australia/Eucla", "Australia/Lord_Howe",
        "Europe/Dublin", "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Kiritimati",
    }
)  # fmt: skip
"""Not left out even if another zone agrees: changes at midnight or by half an hour, Ramadan, odd offsets."""


class Place(NamedTuple):
    """A zone, and a day on which its clocks change; for one whose clocks never do, any day."""

    zone: str
    day: date

    def days(self) -> list[date]:
        return [self.day - DAY, self.day, self.day + DAY]


@cache
def places() -> list[Place]:
    """Every clock change of every zone that a plan may have; of zones that always agree, one.

    Not made when the tests are collected, as it takes a second.
    """
    admitted = TypeAdapter(Zone)
    known: dict[object, list[Place]] = {}
    for name in sorted(available_timezones()):
        try:
            zone = ZoneInfo(admitted.validate_python(name))
        except ValidationError:
            continue
        first, last = (2025, 2030) if name.startswith(HOME) else (2026, 2027)
        start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
        changes = list(_changes(zone, start, end, DAY, HOUR, MINUTE))
        days = [moment.astimezone(zone).date() for moment, *_ in changes] or [date(2026, 6, 15)]
        agreeing = name if name in ODD else (_offset(start, zone), *changes)
        known.setdefault(agreeing, [Place(name, day) for day in days])
    return [place for agreeing in known.values() for place in agreeing]


def _changes(
    zone: ZoneInfo, start: datetime, end: datetime, step: timedelta, *finer: timedelta
) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Walk by days; where the offset is another after a step, walk through that one by finer steps."""
    before = _offset(start, zone)
    for moment in every(step, start, end):
        after = _offset(moment + step, zone)
        if after != before and finer:
            yield from _changes(zone, moment, moment + step, *finer)
        elif after != before:
            yield moment + step, before, after
        before = after


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    return offset or timedelta()


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def every(step: timedelta, start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += step


class Walk:
    """A walk through the minutes around a day, with a look at the wall clock at each."""

    def __init__(self, place: Place, reach: timedelta = 52 * HOUR) -> None:
        zone, noon = ZoneInfo(place.zone), datetime(place.day.year, place.day.month, place.day.day, 12, tzinfo=UTC)
        self.shown: dict[datetime, datetime] = {}
        """What the clock shows at each moment."""
        self.first: dict[datetime, datetime] = {}
        """When the clock first shows a time, or jumps over it."""
        latest = None
        for moment in every(MINUTE, noon - reach, noon + reach):
            looked = moment.astimezone(zone)
            shown = self.shown[moment] = datetime.combine(looked.date(), looked.time())
            latest = latest or shown - MINUTE
            while latest < shown:
                latest += MINUTE
                self.first[latest] = moment
        self.latest = latest or noon

        self.end = noon + reach

    def at(self, day: date, wanted: str) -> datetime:
        """When the clock first shows a time; where the walk does not lead so far, its end."""
        hours, minutes = wanted.split(":")
        shown = datetime.combine(day, time()) + timedelta(hours=int(hours), minutes=int(minutes))
        return self.first[shown] if shown <= self.latest else self.end


@lru_cache(maxsize=12)
def long_walk(place: Place) -> Walk:
    """Far enough for claims; remembered for the changes of one zone, as those of all would fill the memory."""
    return Walk(place, 76 * HOUR)


def test_every_zone_around_every_clock_change() -> None:
    """The same questions everywhere; the last test has stranger plans, and chance in it."""
    assert {place.zone for place in places()} >= ODD
    for place in places():
        seen = Walk(place)
        _check_quarters(place, seen)
        _check_slots(place, seen)


def _check_quarters(place: Place, seen: Walk) -> None:
    for day in place.days():
        for minutes in range(0, 24 * 60 + 1, 15):
            wanted = clock(minutes)
            assert instant(day, wanted, ZoneInfo(place.zone)) == seen.at(day, wanted), (place, day, wanted)


def _check_slots(place: Place, seen: Walk) -> None:
    windows = (Window(start="00:00", end="03:15"), Window(start="22:45", end="24:00"))
    weekly = WeeklyPlan.model_validate(dict.fromkeys(DAYS, windows))
    plan, days = Plan(timezone=place.zone, weekly=weekly, slot_interval_minutes=30), place.days()
    around = dict.fromkeys([*days, *_after(days)], windows)
    expected = _planned(seen, around, days, 3 * QUARTER, 2 * QUARTER)
    assert [slot.starts_at for slot in planned_slots(plan, 3 * QUARTER, days[0], days[-1])] == sorted(expected), place
    for moment in every(QUARTER, seen.at(days[0], "00:00"), seen.at(days[-1], "24:00")):
        assert offers(plan, 3 * QUARTER, moment) == (moment in expected), (place, moment)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/St_Johns", date(2010, 3, 14)),  # from 00:01 to 01:01
        ("America/St_Johns", date(2010, 11, 7)),  # from 00:01 to 23:01 of the day before
        ("Pacific/Apia", date(2011, 12, 30)),  # a whole day that never was
    ],
)
def test_every_minute_around_a_clock_change_of_the_odder_past(zone: str, day: date) -> None:
    seen = Walk(Place(zone, day))
    for minutes in range(24 * 60 + 1):
        assert instant(day, clock(minutes), ZoneInfo(zone)) == seen.at(day, clock(minutes)), clock(minutes)


@dataclass
class Case:
    """A plan, and the question put to it, somewhere around a clock change."""

    place: Place
    plan: Plan
    windows: Windows
    duration: timedelta
    buffer_after: timedelta
    claims: list[Claim]
    start: datetime
    end: datetime
    now: datetime


def minutes(least: int, most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda n: n * MINUTE)


@st.composite
def day_windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to three that do not overlap, on quarters of an hour or on any minute, in any order."""
    if draw(st.integers(0, 3)) == 0:  # round the clock, in one or in windows that touch
        cuts = [0, *sorted(draw(st.sets(st.integers(1, 24 * 60 - 1), max_size=2))), 24 * 60]
        return tuple(Window(start=clock(a), end=clock(b)) for a, b in pairwise(cuts))
    unit = draw(st.sampled_from([1, 15]))
    edges = sorted(draw(st.lists(st.integers(0, 24 * 60 // unit), min_size=2, max_size=6, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return tuple(Window(start=clock(a * unit), end=clock(b * unit)) for a, b in draw(st.permutations(pairs)))


@st.composite
def cases(draw: st.DrawFn, among: Sequence[Place]) -> Case:
    place = draw(st.sampled_from(among))
    seen = long_walk(place)
    midnight = seen.at(place.day - DAY, "00:00")
    weekly = draw(day_windows())
    exceptions = draw(st.dictionaries(st.sampled_from(place.days()), st.just(()) | day_windows(), max_size=2))
    plan = Plan.model_validate(
        {
            "timezone": place.zone,
            "weekly": dict.fromkeys(DAYS, weekly),
            "exceptions": [{"date": day, "windows": windows} for day, windows in exceptions.items()],
            "buffer_before_minutes": draw(st.sampled_from([0, 7, 15])),
            "minimum_notice_minutes": draw(st.sampled_from([0, 45, 1500])),
            "horizon_days": draw(st.integers(1, 5)),
            "slot_interval_minutes": draw(st.sampled_from([5, 15, 30, 45, 240])),
            "max_bookings_per_day": draw(st.none() | st.integers(1, 3)),
        }
    )
    # The database's UTC is not ours, and times of one ZoneInfo compare by the wall clock.
    as_in: st.SearchStrategy[tzinfo] = st.sampled_from([UTC, ZoneInfo("UTC"), ZoneInfo(place.zone)])
    start = midnight + draw(minutes(0, 24 * 60)) + draw(st.sampled_from([0, 1, 59_999_999])) * timedelta(microseconds=1)
    ends_in = draw(minutes(12 * 60, 72 * 60))
    return Case(
        place=place,
        plan=plan,
        windows=dict.fromkeys([*place.days(), *_after(place.days())], weekly) | exceptions,
        duration=draw(st.sampled_from([5, 15, 50, 90, 26 * 60]).map(lambda n: n * MINUTE)),
        buffer_after=draw(st.sampled_from([0, 10, 45]).map(lambda n: n * MINUTE)),
        claims=draw(st.lists(claims(midnight, as_in), max_size=12)),
        start=start.astimezone(draw(as_in)),
        end=min(start + ends_in, seen.at(place.day + DAY, "24:00")).astimezone(draw(as_in)),
        now=(start - draw(minutes(0, 600))).astimezone(draw(as_in)),
    )


@st.composite
def claims(draw: st.DrawFn, midnight: datetime, as_in: st.SearchStrategy[tzinfo]) -> Claim:
    """Of a few bookings, so that one may have two, from a day before the days of the case to a day after them."""
    zone = draw(as_in)
    slot_starts_at = midnight + draw(minutes(-24 * 60, 4 * 24 * 60))
    fields: dict[str, Any] = {
        "booking_id": draw(st.sampled_from("abcd")),
        "kind": "slot",
        "starts_at": (slot_starts_at - draw(minutes(0, 30))).astimezone(zone),
        "ends_at": (slot_starts_at + draw(minutes(1, 240))).astimezone(zone),
        "slot_starts_at": slot_starts_at.astimezone(zone),
    }
    return Claim.model_construct(**fields)


def _after(days: list[date]) -> list[date]:
    """Those into which slots of the days may reach."""
    return [days[-1] + n * DAY for n in (1, 2)]


def _planned(seen: Walk, windows: Windows, days: Sequence[date], duration: timedelta, step: timedelta) -> set[datetime]:
    """The slots that start on `days`: counted from the beginning of a window, and the provider works all the while."""
    open_at = {day: [(seen.at(day, w.start), seen.at(day, w.end)) for w in windows[day]] for day in windows}
    works = {at for spans in open_at.values() for span in spans for at in every(MINUTE, *span)}
    works_until: dict[datetime, datetime] = {}
    for at in sorted(works, reverse=True):
        works_until[at] = works_until.get(at + MINUTE, at + MINUTE)
    starts = {at for day in days for span in open_at[day] for at in every(step, *span)}
    return {at for at in starts if at + duration <= works_until[at]}


def _bookable(case: Case, seen: Walk) -> list[datetime]:
    """Minute by minute: is this the start of a slot, and is each of its minutes free?"""
    plan = case.plan
    starts = _planned(seen, case.windows, case.place.days(), case.duration, plan.slot_interval_minutes * MINUTE)
    busy = {at for claim in case.claims for at in every(MINUTE, *_utc(claim.starts_at, claim.ends_at))}
    begin, end, now = _utc(case.start, case.end, case.now)
    found = []
    for moment in sorted(starts):
        day = seen.shown[moment].date()
        booked = {claim.booking_id for claim in case.claims if seen.shown[_utc(claim.slot_starts_at)[0]].date() == day}
        room = plan.max_bookings_per_day is None or len(booked) < plan.max_bookings_per_day
        ahead = plan.minimum_notice_minutes * MINUTE <= moment - now < plan.horizon_days * DAY
        needed = (moment - plan.buffer_before_minutes * MINUTE, moment + case.duration + case.buffer_after)
        if begin <= moment < end and room and ahead and busy.isdisjoint(every(MINUTE, *needed)):
            found.append(moment)
    return found


def _utc(*moments: datetime) -> list[datetime]:
    return [moment.astimezone(UTC) for moment in moments]


def test_slots_are_those_that_a_search_minute_by_minute_finds() -> None:
    for _, of_one_zone in groupby(places(), key=lambda place: place.zone):
        around = list(of_one_zone)
        check = given(cases(around), st.data())(_check_case)
        settings(max_examples=1 + len(around), deadline=None)(check)()


def _check_case(case: Case, data: st.DataObject) -> None:
    seen, days = long_walk(case.place), case.place.days()
    question = (case.plan, case.duration, case.buffer_after, iter(case.claims), case.start, case.end, case.now)
    found = bookable_slots(*question)
    assert [slot.starts_at for slot in found] == _bookable(case, seen)
    assert all(slot.ends_at - slot.starts_at == case.duration for slot in found)

    planned = {slot.starts_at for slot in planned_slots(case.plan, case.duration, days[0], days[-1])}
    step = case.plan.slot_interval_minutes * MINUTE
    assert planned == _planned(seen, case.windows, days, case.duration, step)
    aside = data.draw(st.sampled_from([MINUTE, timedelta(microseconds=1), QUARTER]))
    for start in planned:
        for moment in (start - aside, start, start + aside):
            asked = moment.astimezone(ZoneInfo(case.place.zone))
            assert asked.date() not in days or offers(case.plan, case.duration, asked) == (moment in planned), asked
