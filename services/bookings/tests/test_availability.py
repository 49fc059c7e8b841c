"""Bookable times against a slow and obvious oracle, across every kind of clock change."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gigsta_bookings.availability import (
    DAYS,
    Plan,
    Span,
    WeeklyPlan,
    Window,
    bookable_slots,
    default_plan,
    instant,
    planned_slots,
    timezone_at,
)

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

# Local dates around both clock changes of 2026 in each zone.
CHANGES = {
    "Pacific/Auckland": [date(2026, 4, 5), date(2026, 9, 27)],
    "Pacific/Chatham": [date(2026, 4, 5), date(2026, 9, 27)],
    "Australia/Sydney": [date(2026, 4, 5), date(2026, 10, 4)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Australia/Brisbane": [date(2026, 4, 5), date(2026, 10, 4)],
}


@cache
def wall_clock(day: date, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """Every quarter of an hour around a day (all the changes happen on one) with what the wall clock shows then."""
    start = datetime.combine(day, datetime.min.time(), UTC) - 15 * HOUR
    moments = [start + 15 * n * MINUTE for n in range(4 * 48)]
    return [(moment, moment.astimezone(zone).replace(tzinfo=None)) for moment in moments]


def oracle_instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """Walk through the day until the wall clock shows the time, or has jumped over it."""
    wanted = datetime.combine(day, datetime.min.time()) + timedelta(hours=int(clock[:2]), minutes=int(clock[3:]))
    return next(moment for moment, shown in wall_clock(day, zone) if shown >= wanted)


@pytest.mark.parametrize("zone_name", list(CHANGES))
def test_wall_clock_times_on_the_days_of_clock_changes(zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    for change in CHANGES[zone_name]:
        for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
            for hour in range(24):
                for minute in (0, 15, 30, 45):
                    clock = f"{hour:02}:{minute:02}"
                    assert instant(day, clock, zone) == oracle_instant(day, clock, zone), (day, clock)
            assert instant(day, "24:00", zone) == oracle_instant(day + timedelta(days=1), "00:00", zone)


def test_a_nine_o_clock_slot_is_at_nine_on_both_sides_of_a_clock_change() -> None:
    plan = default_plan("Pacific/Auckland")
    slots = planned_slots(plan, HOUR, date(2026, 4, 3), date(2026, 4, 6))
    zone = ZoneInfo("Pacific/Auckland")
    first = {slot.starts_at.astimezone(zone).date(): slot.starts_at for slot in reversed(slots)}
    assert {day: moment.isoformat() for day, moment in sorted(first.items())} == {
        date(2026, 4, 3): "2026-04-02T20:00:00+00:00",
        date(2026, 4, 6): "2026-04-05T21:00:00+00:00",
    }


windows = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda w: w[0] < w[1])
spans = st.tuples(st.integers(0, 4 * 96), st.integers(1, 40))


def clock(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@given(
    zone_name=st.sampled_from(list(CHANGES)),
    which=st.integers(0, 1),
    window=windows,
    duration=st.sampled_from([15, 45, 60, 150]),
    step=st.sampled_from([15, 30, 60]),
    before=st.sampled_from([0, 15, 30]),
    after=st.sampled_from([0, 10, 45]),
    taken=st.lists(spans, max_size=6),
    notice=st.integers(0, 600),
)
def test_slots_are_what_a_quarter_by_quarter_search_finds(
    zone_name: str, which: int, window: tuple[int, int], duration: int, step: int, before: int, after: int,
    taken: list[tuple[int, int]], notice: int,
) -> None:  # fmt: skip
    zone = ZoneInfo(zone_name)
    change = CHANGES[zone_name][which]
    every = Window(start=clock(window[0]), end=clock(window[1]))
    plan = Plan(
        timezone=zone_name,
        weekly=WeeklyPlan.model_validate(dict.fromkeys(DAYS, (every,))),
        buffer_before_minutes=before,
        minimum_notice_minutes=notice,
        slot_interval_minutes=step,
    )
    start = instant(change - timedelta(days=1), "00:00", zone)
    end = instant(change + timedelta(days=2), "00:00", zone)
    busy = [Span(starts_at=start + 15 * a * MINUTE, ends_at=start + 15 * (a + length) * MINUTE) for a, length in taken]
    found = bookable_slots(plan, duration * MINUTE, after * MINUTE, busy, start, end, start)

    expected = []
    for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
        opens, closes = (
            oracle_instant(day, every.start, zone),
            oracle_instant(day, every.end, zone)
            if every.end != "24:00"
            else oracle_instant(day + timedelta(days=1), "00:00", zone),
        )
        for nth in range(24 * 60 * 2 // step):
            at = opens + nth * step * MINUTE
            if at + duration * MINUTE > closes or at < start + notice * MINUTE:
                continue
            low, high = at - before * MINUTE, at + (duration + after) * MINUTE
            if all(high <= span.starts_at or span.ends_at <= low for span in busy):
                expected.append(at)
    assert [slot.starts_at for slot in found] == expected
    assert all(slot.ends_at - slot.starts_at == duration * MINUTE for slot in found)


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
    now = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)  # midnight of the 3rd in Auckland
    slots = bookable_slots(plan, HOUR, 0 * HOUR, [], now, now + 30 * 24 * HOUR, now)
    zone = ZoneInfo("Pacific/Auckland")
    assert {slot.starts_at.astimezone(zone).strftime("%d %H:%M") for slot in slots} == {"03 20:00"} | {
        f"05 {hour:02}:{minute:02}" for hour in range(9, 16) for minute in (0, 30)
    } | {"05 16:00"}


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
