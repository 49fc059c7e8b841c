"""Bookable times: plain examples, and what is true of every answer. The zones have a file of their own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from gigsta_bookings.availability import (
    DAYS,
    DateException,
    Plan,
    Span,
    WeeklyPlan,
    Window,
    bookable_slots,
    default_plan,
    instant,
    offers,
    planned_slots,
    timezone_at,
)
from gigsta_bookings.models import Claim

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AUCKLAND = ZoneInfo("Pacific/Auckland")
MIDNIGHT = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
"""Of Tuesday, the 3rd of March 2026, in Auckland."""


def office(**changes: object) -> Plan:
    """Nine to five from Monday to Friday in Auckland, with hourly slots and no notice."""
    plain = {"minimum_notice_minutes": 0, "slot_interval_minutes": 60}
    return Plan.model_validate(default_plan("Pacific/Auckland").model_dump() | plain | changes)


def claim(booking_id: str, slot_starts_at: datetime, duration: timedelta = HOUR, buffer: timedelta = 0 * HOUR) -> Claim:
    return Claim(
        booking_id=booking_id,
        kind="slot",
        starts_at=slot_starts_at - buffer,
        ends_at=slot_starts_at + duration + buffer,
        slot_starts_at=slot_starts_at,
    )


def shown(slots: list[Span]) -> list[str]:
    return [slot.starts_at.astimezone(AUCKLAND).strftime("%d %H:%M") for slot in slots]


def hours(day: int, first: int, last: int) -> list[str]:
    return [f"{day:02} {hour:02}:00" for hour in range(first, last + 1)]


def test_a_nine_o_clock_slot_is_at_nine_on_both_sides_of_a_clock_change() -> None:
    plan = default_plan("Pacific/Auckland")
    slots = planned_slots(plan, HOUR, date(2026, 4, 3), date(2026, 4, 6))
    first = {slot.starts_at.astimezone(AUCKLAND).date(): slot.starts_at for slot in reversed(slots)}
    assert {day: moment.isoformat() for day, moment in sorted(first.items())} == {
        date(2026, 4, 3): "2026-04-02T20:00:00+00:00",
        date(2026, 4, 6): "2026-04-05T21:00:00+00:00",
    }


def test_an_exception_replaces_the_day_and_the_horizon_ends_it() -> None:
    week = default_plan("Pacific/Auckland").model_dump()
    plan = Plan.model_validate(
        week
        | {
            "horizon_days": 3,
            "exceptions": [
                {"date": "2026-03-03", "windows": [{"start": "20:00", "end": "21:00"}]},
                {"date": "2026-03-04", "windows": []},
            ],
        }
    )
    slots = bookable_slots(plan, HOUR, 0 * HOUR, [], MIDNIGHT, MIDNIGHT + 30 * DAY, MIDNIGHT)
    assert shown(slots) == [
        "03 20:00", *(f"05 {hour:02}:{minute:02}" for hour in range(9, 16) for minute in (0, 30)), "05 16:00"
    ]  # fmt: skip


def test_the_slots_of_a_leap_day() -> None:
    leap = date(2028, 2, 29)  # a Tuesday
    assert instant(leap - DAY, "24:00", AUCKLAND) == instant(leap, "00:00", AUCKLAND)
    assert instant(leap, "24:00", AUCKLAND) == instant(date(2028, 3, 1), "00:00", AUCKLAND)
    plan = office(exceptions=[{"date": leap, "windows": [{"start": "22:00", "end": "24:00"}]}], max_bookings_per_day=1)
    assert shown(planned_slots(plan, HOUR, leap - DAY, date(2028, 3, 1))) == [
        *hours(28, 9, 16), "29 22:00", "29 23:00", *hours(1, 9, 16),
    ]  # fmt: skip
    assert offers(plan, HOUR, instant(leap, "23:00", AUCKLAND))
    assert not offers(plan, HOUR, instant(leap, "09:00", AUCKLAND))
    start, end = instant(leap - DAY, "00:00", AUCKLAND), instant(date(2028, 3, 1), "24:00", AUCKLAND)
    taken = [claim("a", instant(leap, "22:00", AUCKLAND))]
    assert shown(bookable_slots(plan, HOUR, 0 * HOUR, taken, start, end, start)) == hours(28, 9, 16) + hours(1, 9, 16)


def test_a_clock_change_by_minutes_and_seconds() -> None:
    monrovia = ZoneInfo("Africa/Monrovia")
    change = datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC)  # from 00:00:00 to 00:44:30
    found = [instant(date(1972, 1, 7), wanted, monrovia) for wanted in ("00:00", "00:15", "00:44", "00:45")]
    assert found == [change, change, change, change + timedelta(seconds=30)]


def test_a_day_that_has_its_most_bookings_has_no_slots() -> None:
    nine = MIDNIGHT + 9 * HOUR
    taken = [
        claim("a", nine),
        claim("b", nine + 7 * HOUR),
        claim("c", nine + DAY),
        claim("c", nine + DAY + 4 * HOUR),  # a booking and where it may be moved: both are kept, and it is one booking
    ]
    free = {most: shown(_two_days(most, taken)) for most in (None, 1, 2, 3)}
    tuesday, wednesday = hours(3, 10, 15), hours(4, 10, 12) + hours(4, 14, 16)
    assert free == {None: tuesday + wednesday, 1: [], 2: wednesday, 3: tuesday + wednesday}


def test_a_booking_counts_on_the_local_day_on_which_its_work_begins() -> None:
    eve = claim("eve", MIDNIGHT - HOUR, duration=11 * HOUR, buffer=HOUR)  # until eleven in the morning
    after = claim("after", MIDNIGHT + 2 * DAY + HOUR, buffer=10 * HOUR)  # from three in the afternoon
    assert shown(_two_days(1, [eve, after])) == hours(3, 11, 16) + hours(4, 9, 14)
    early = claim("early", MIDNIGHT, duration=HOUR)
    late = claim("late", MIDNIGHT + 2 * DAY - MINUTE)
    assert shown(_two_days(1, [early])) == hours(4, 9, 16)
    assert shown(_two_days(1, [late])) == hours(3, 9, 16)


def test_a_day_is_counted_whole_even_if_only_its_evening_is_asked_for() -> None:
    plan, three = office(max_bookings_per_day=1), MIDNIGHT + 15 * HOUR
    question = (three, three + HOUR, three)
    assert shown(bookable_slots(plan, HOUR, 0 * HOUR, [], *question)) == ["03 15:00"]
    for other in (MIDNIGHT, MIDNIGHT + 23 * HOUR):
        assert bookable_slots(plan, HOUR, 0 * HOUR, [claim("a", other)], *question) == []


def test_buffers_reach_beyond_the_days_asked_for() -> None:
    always = {day: [{"start": "00:00", "end": "24:00"}] for day in DAYS}
    plan = office(weekly=always, buffer_before_minutes=30)
    around = [claim("eve", MIDNIGHT - 70 * MINUTE), claim("next", MIDNIGHT + DAY + 20 * MINUTE)]
    question = (MIDNIGHT, MIDNIGHT + DAY - MINUTE, MIDNIGHT)
    assert shown(bookable_slots(plan, HOUR, 20 * MINUTE, [], *question)) == hours(3, 0, 23)
    assert shown(bookable_slots(plan, HOUR, 20 * MINUTE, around, *question)) == hours(3, 1, 23)
    assert shown(bookable_slots(plan, HOUR, 21 * MINUTE, around, *question)) == hours(3, 1, 22)


def _two_days(most: int | None, taken: list[Claim]) -> list[Span]:
    plan = office(max_bookings_per_day=most)
    return bookable_slots(plan, HOUR, 0 * HOUR, taken, MIDNIGHT, MIDNIGHT + 2 * DAY, MIDNIGHT)


def test_windows_that_touch_at_midnight_are_one() -> None:
    weekly = {"monday": [{"start": "20:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "02:00"}]}
    wednesday = {"date": date(2026, 6, 17), "windows": [{"start": "23:00", "end": "24:00"}]}
    thursday = {"date": date(2026, 6, 18), "windows": [{"start": "00:00", "end": "00:30"}]}
    plan = office(weekly=weekly, exceptions=[wednesday, thursday], slot_interval_minutes=60)
    monday = date(2026, 6, 15)

    def at(day: int, clock: str) -> datetime:
        return instant(monday + day * DAY, clock, AUCKLAND)

    found = [slot.starts_at for slot in planned_slots(plan, 3 * HOUR, monday, monday + 3 * DAY)]
    assert found == [at(0, clock) for clock in ("20:00", "21:00", "22:00", "23:00")]
    assert offers(plan, 3 * HOUR, at(0, "23:00"))
    assert not offers(plan, 4 * HOUR, at(0, "23:00"))
    shorter = [slot.starts_at for slot in planned_slots(plan, 1.5 * HOUR, monday + 2 * DAY, monday + 2 * DAY)]
    assert shorter == [at(2, "23:00")]
    late = claim("a", at(1, "01:00"))
    night = (at(0, "20:00"), at(0, "24:00"), at(0, "12:00"))
    left = bookable_slots(plan, 3 * HOUR, 0 * HOUR, [late], *night)
    assert [slot.starts_at for slot in left] == [at(0, "20:00"), at(0, "21:00"), at(0, "22:00")]


def test_claims_beyond_the_days_asked_for_cost_two_comparisons_each() -> None:
    """By construction: there is nothing else to them here that could be looked at, sorted or walked through."""
    bare: list[dict[str, Any]] = [
        {"starts_at": MIDNIGHT + (side * day - 1) * DAY, "ends_at": MIDNIGHT + side * day * DAY}
        for day in range(4, 400)
        for side in (-1, 1)
    ]
    beyond = [Claim.model_construct(**times) for times in bare]
    inside = [claim("a", MIDNIGHT + 9 * HOUR)]
    assert _two_days(3, [*beyond, *inside, *beyond]) == _two_days(3, inside)


def test_every_exception_is_found_and_other_days_are_of_the_week() -> None:
    first = date(2028, 1, 1)
    windows = [(Window(start="06:00", end=f"{7 + n % 12:02}:{n % 60:02}"),) if n % 3 else () for n in range(366)]
    exceptions = [DateException(date=first + n * DAY, windows=windows[n]) for n in range(366)]
    plan = office(exceptions=exceptions[::-1])
    assert [plan.on(first + n * DAY) for n in range(366)] == windows
    assert plan.on(first - DAY) == plan.weekly.friday
    assert plan.on(first + 366 * DAY) == plan.weekly.monday
    assert plan == Plan.model_validate_json(plan.model_dump_json())


spans = st.tuples(st.integers(-24 * 60, 5 * 24 * 60), st.integers(1, 600))


@settings(deadline=None)
@given(
    taken=st.lists(spans, max_size=10),
    windows=st.lists(st.integers(0, 23), min_size=2, max_size=6, unique=True).map(sorted),
    duration=st.integers(5, 300),
    step=st.integers(5, 240),
    before=st.integers(0, 240),
    after=st.integers(0, 240),
)
def test_a_slot_lies_in_a_window_and_its_buffers_touch_no_claim(
    taken: list[tuple[int, int]], windows: list[int], duration: int, step: int, before: int, after: int
) -> None:
    every = [{"start": f"{a:02}:00", "end": f"{b:02}:30"} for a, b in zip(windows[::2], windows[1::2], strict=False)]
    weekly = WeeklyPlan.model_validate(dict.fromkeys(DAYS, every))
    plan = office(weekly=weekly, slot_interval_minutes=step, buffer_before_minutes=before)
    claims = [
        claim(str(n), MIDNIGHT + start * MINUTE, length * MINUTE, 5 * MINUTE) for n, (start, length) in enumerate(taken)
    ]
    slots = bookable_slots(plan, duration * MINUTE, after * MINUTE, claims, MIDNIGHT, MIDNIGHT + 4 * DAY, MIDNIGHT)
    assert slots == sorted(slots, key=lambda slot: slot.starts_at)
    assert len(slots) == len({slot.starts_at for slot in slots})
    for slot in slots:
        low, high = slot.starts_at - before * MINUTE, slot.ends_at + after * MINUTE
        assert all(high <= other.starts_at or other.ends_at <= low for other in claims)
        starts, ends = slot.starts_at.astimezone(AUCKLAND), slot.ends_at.astimezone(AUCKLAND)
        assert any(w["start"] <= f"{starts:%H:%M}" and f"{ends:%H:%M}" <= w["end"] for w in every)
        assert starts.date() == ends.date()
        assert slot.ends_at - slot.starts_at == duration * MINUTE
        assert offers(plan, duration * MINUTE, slot.starts_at)


@pytest.mark.parametrize(
    "broken",
    [
        {"timezone": "Auckland"},
        {"timezone": "../etc/passwd"},
        {"weekly": {"monday": [{"start": "10:00", "end": "09:00"}]}},
        {"weekly": {"monday": [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]}},
        {"weekly": {"funday": []}},
        {"weekly": {"monday": [{"start": "25:00", "end": "26:00"}]}},
        {"weekly": {"monday": [{"start": "0٩:00", "end": "1٧:00"}]}},
        {"timezone": "localtime"},
        {"timezone": "Factory"},
        {"slot_interval_minutes": 0},
        {"max_bookings_per_day": 0},
        {"max_bookings_per_day": 101},
        {"exceptions": [{"date": "2026-03-03"}, {"date": "2026-03-03"}]},
        {"surprise": 1},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(default_plan("Pacific/Auckland").model_dump() | broken)


@pytest.mark.parametrize(
    ("lat", "lng", "zone"),
    [
        (-36.85, 174.76, "Pacific/Auckland"),
        (-43.95, -176.55, "Pacific/Chatham"),
        (-33.87, 151.21, "Australia/Sydney"),
        (-27.47, 153.03, "Australia/Brisbane"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (-31.95, 115.86, "Australia/Perth"),
    ],
)
def test_the_zone_of_a_place(lat: float, lng: float, zone: str) -> None:
    assert timezone_at(lat, lng) == zone
