"""On which days a service can still be booked: as the slots say, told whenever that changes, and only then."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gigsta_bookings.availability import Plan, Window, bookable_slots
from gigsta_bookings.crud.open_days import OpenDaysOfServices
from gigsta_bookings.main import SERVICE as BOOKINGS
from gigsta_bookings.main import create_app
from gigsta_bookings.models import Claim
from gigsta_bookings.opening import AHEAD, Changed, Earlier, Look, Need, open_days, runs
from gigsta_bookings.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, eventually

from .conftest import EVERY_DAY, MIGRATIONS, SERVICE, Market, offered

HOUR = timedelta(hours=1)
NOON = datetime(2026, 3, 2, 0, tzinfo=UTC)  # 13:00 in Auckland, where the clocks go back on 5 April
NEED = Need(HOUR, HOUR)
ZONES = ("Pacific/Auckland", "Pacific/Chatham", "Australia/Lord_Howe", "Australia/Perth")


def plan_of(dice: random.Random) -> Plan:
    days = {
        day: [Window(start=dice.choice(["00:00", "06:30", "09:00"]), end=dice.choice(["10:00", "17:00", "24:00"]))]
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        if dice.random() < 0.6
    }
    return Plan.model_validate(
        {
            "timezone": dice.choice(ZONES),
            "weekly": days,
            "buffer_before_minutes": dice.choice([0, 30]),
            "minimum_notice_minutes": dice.choice([0, 120, 3000]),
            "horizon_days": dice.choice([1, 7, 45]),
            "slot_interval_minutes": dice.choice([30, 240]),
            "max_bookings_per_day": dice.choice([None, 1]),
        }
    )


def claims_of(plan: Plan, dice: random.Random) -> list[Claim]:
    found = []
    for number in range(dice.choice([0, 5, 40])):
        at = NOON + timedelta(hours=dice.randrange(24 * (plan.horizon_days + 4)))
        until = at + dice.choice([1, 8, 24]) * HOUR
        found.append(Claim(booking_id=f"b{number}", kind="slot", starts_at=at, ends_at=until, slot_starts_at=at))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_a_day_is_open_if_a_slot_begins_on_it_and_stays_so_until_it_is_looked_at(seed: int) -> None:
    dice = random.Random(seed)
    plan = plan_of(dice)
    taken = claims_of(plan, dice)
    zone = ZoneInfo(plan.timezone)

    def by_slots(now: datetime) -> list[Any]:
        end = now + timedelta(days=plan.horizon_days) + AHEAD
        slots = bookable_slots(plan, HOUR, HOUR, taken, now, end, now)
        return list(dict.fromkeys(slot.starts_at.astimezone(zone).date() for slot in slots))

    now = NOON
    for _ in range(12):
        found = open_days(plan, NEED, taken, now)
        assert list(found.days) == by_slots(now)
        assert now < found.look_at <= now + timedelta(days=1)
        for part in (dice.random(), 1.0):
            between = now + (found.look_at - now - timedelta(milliseconds=1)) * part
            assert by_slots(between) == list(found.days), between
        now = found.look_at


@pytest.mark.parametrize("seed", range(60))
def test_looking_at_what_has_changed_finds_what_looking_at_everything_finds(seed: int) -> None:
    """Claims come and go, time passes, by hours or by weeks, and each look starts from the one before."""
    dice = random.Random(seed)
    plan = plan_of(dice)
    taken = claims_of(plan, dice)
    now, changed = NOON, list[Changed]()
    found = open_days(plan, NEED, taken, now)
    for _ in range(25):
        earlier = Earlier(found.days, now)
        now += dice.choice([0, 0, 1, 5, 30, 24 * 9]) * HOUR
        gone = [claim for claim in taken if dice.random() < 0.1]
        come = claims_of(plan.model_copy(update={"horizon_days": 60}), dice)[: dice.choice([0, 1, 4])]
        taken = [claim for claim in taken if claim not in gone] + come
        changed = [day for claim in gone + come for day in days_in_utc(claim)]
        found = open_days(plan, NEED, taken, now, earlier, changed)
        assert found == open_days(plan, NEED, taken, now)


def days_in_utc(claim: Claim) -> list[Changed]:
    """The documents of the calendar that a claim lies in, which it marks."""
    first = claim.starts_at.replace(hour=0, minute=0)
    count = (claim.ends_at - timedelta(milliseconds=1) - first).days + 1
    return [Changed(first + timedelta(days=n), first + timedelta(days=n + 1)) for n in range(count)]


def test_days_are_looked_at_in_stretches_of_four_weeks_at_most() -> None:
    first = NOON.date()
    days = [first + timedelta(days=n) for n in (*range(60), 70, 72, 73)]
    found = [((last - begun).days + 1, begun) for begun, last in runs(days)]
    assert [length for length, _ in found] == [28, 28, 4, 1, 2]
    assert sum(length for length, _ in found) == len(days)
    assert list(runs([])) == []


def days_of(market: Market) -> OpenDaysOfServices:
    days: OpenDaysOfServices = market.service.app.state.use_cases.open_days
    return days


async def told(market: Market) -> list[Any]:
    """What is told about the service when everybody who is marked or due has been looked at."""
    before = len(market.service.published)
    while await days_of(market).run_due():
        pass
    await market.service.settle()
    news = market.service.published[before:]
    assert {event.name for event in news} <= {"offering.days_changed"}
    return [event for event in news if event.subject == SERVICE]


ONE_HOUR_A_DAY = {
    **EVERY_DAY,
    "weekly": {day: [{"start": "10:00", "end": "11:00"}] for day in EVERY_DAY["weekly"]},
    "horizon_days": 5,
}


@pytest.fixture
async def rare(market: Market) -> Market:
    """Their one service can be booked once a day, five days ahead, and the others know that."""
    assert (await market.as_provider("PUT", "/bookings/schedule", json=ONE_HOUR_A_DAY)).status_code == 200
    (event,) = await told(market)
    assert event.data["days"] == ["2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07"]
    return market


async def book(market: Market, day: str) -> dict[str, Any]:
    body = {"service_id": SERVICE, "starts_at": f"{day}T10:00:00+13:00"}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert answer.status_code == 201, answer.text
    await market.service.settle()
    booking: dict[str, Any] = answer.json()
    return booking


async def test_a_day_that_fills_up_is_told_and_one_that_is_free_again_too(rare: Market) -> None:
    booking = await book(rare, "2026-03-04")
    (full,) = await told(rare)
    assert full.data["days"] == ["2026-03-03", "2026-03-05", "2026-03-06", "2026-03-07"]
    await rare.done(rare.as_customer, booking, "withdraw")
    await rare.service.settle()
    (free,) = await told(rare)
    assert "2026-03-04" in free.data["days"]
    assert free.sequence == full.sequence + 1


async def test_what_changes_nothing_is_not_told(rare: Market) -> None:
    assert await told(rare) == []
    booking = await book(rare, "2026-03-04")
    await rare.done(rare.as_customer, booking, "withdraw")
    await rare.service.settle()
    assert await told(rare) == []
    await rare.service.receive("service.updated", offered(title="Hedges"), subject=SERVICE, sequence=2)
    assert await told(rare) == []
    assert await rare.service.db["calendar_days"].count_documents({"stale": {"$exists": True}}) == 0


async def test_time_takes_days_away_and_brings_new_ones(rare: Market, clock: ManualClock) -> None:
    clock.set(datetime.fromisoformat("2026-03-03T10:00:00+13:00"))
    assert await told(rare) == []  # 10:00 today is still to be had, and in five days it is not yet
    clock.advance(timedelta(seconds=1))
    (event,) = await told(rare)
    assert (event.data["days"][0], event.data["days"][-1]) == ("2026-03-04", "2026-03-08")
    assert event.data["timezone"] == "Pacific/Auckland"


async def test_a_service_that_is_taken_off_has_no_days_and_gets_them_back(rare: Market) -> None:
    for sequence, status in ((2, "archived"), (3, "published")):
        await rare.service.receive("service.updated", offered(status=status), subject=SERVICE, sequence=sequence)
        (event,) = await told(rare)
        assert bool(event.data["days"]) == (status == "published")


async def test_a_service_that_replay_forgets_has_no_days(rare: Market) -> None:
    await rare.service.app.state.use_cases.offerings.forget(SERVICE, 1)
    (event,) = await told(rare)
    assert event.data["days"] == []


async def test_whoever_dies_before_the_marks_are_gone_leaves_them_to_the_next(
    rare: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book(rare, "2026-03-04")

    async def die(*_: Any) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(OpenDaysOfServices, "_keep", die)
        with pytest.raises(KeyboardInterrupt):
            await days_of(rare).run_due()
    (event,) = await told(rare)
    assert "2026-03-04" not in event.data["days"]


async def test_whoever_has_read_before_somebody_elses_look_does_not_write_after_it(
    rare: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = await book(rare, "2026-03-04")
    keep = OpenDaysOfServices._keep

    async def slow(self: OpenDaysOfServices, *seen: Any) -> bool:
        """While this one was reading, the booking was withdrawn and another instance has looked."""
        monkeypatch.setattr(OpenDaysOfServices, "_keep", keep)
        await rare.done(rare.as_customer, booking, "withdraw")
        await rare.service.settle()
        assert await told(rare) == []
        return await keep(self, *seen)

    monkeypatch.setattr(OpenDaysOfServices, "_keep", slow)
    await days_of(rare).run_due()
    assert await told(rare) == []
    row = await rare.service.db["open_days"].find_one({"_id": SERVICE}) or {}
    assert "2026-03-04" in row["days"]


async def test_several_at_once_tell_each_change_once(rare: Market, start_service: ServiceStarter) -> None:
    other = await start_service(create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600)
    theirs: OpenDaysOfServices = other.app.state.use_cases.open_days
    before = len(rare.service.published)
    for day in ("2026-03-04", "2026-03-05", "2026-03-06"):
        await book(rare, day)
        await asyncio.gather(*(looker.run_due() for looker in (days_of(rare), theirs) * 2))
    while await days_of(rare).run_due() + await theirs.run_due():
        pass
    await rare.service.settle()
    await other.settle()
    news = [event for event in rare.service.published[before:] if event.name == "offering.days_changed"]
    assert [event.sequence for event in news] == [news[0].sequence + n for n in range(len(news))]
    assert news[-1].data["days"] == ["2026-03-03", "2026-03-07"]


async def test_one_who_cannot_be_looked_at_does_not_hold_up_the_others(rare: Market) -> None:
    await rare.service.db["schedules"].insert_one({"_id": "broken", "plan": {}, "stale": "x"})
    await rare.service.db["offerings"].insert_one({"_id": "s9", "provider_id": "broken", "stale": "x"})
    await book(rare, "2026-03-04")
    assert len(await told(rare)) == 1


async def test_it_runs_by_itself(rare: Market, start_service: ServiceStarter) -> None:
    await start_service(create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=0.01)
    await book(rare, "2026-03-04")

    async def known() -> bool:
        row = await rare.service.db["open_days"].find_one({"_id": SERVICE}) or {}
        return "2026-03-04" not in row["days"]

    await eventually(known)


async def test_what_is_told_again_is_what_was_told_last(rare: Market) -> None:
    await book(rare, "2026-03-04")
    (event,) = await told(rare)
    source = BOOKINGS.sources["open_days"](rare.service.app.state.use_cases)
    (fact,) = await source.after("", 10)
    assert (fact.name, fact.subject, fact.sequence) == (event.name, event.subject, event.sequence)
    assert fact.data.model_dump(mode="json") == event.data


DENSE = {**EVERY_DAY, "horizon_days": 365, "slot_interval_minutes": 5}


async def test_a_year_of_many_services_leaves_others_their_turn(market: Market) -> None:
    """No stretch of work is longer than a few weeks of one need: what runs beside it runs once after each of them."""
    assert (await market.as_provider("PUT", "/bookings/schedule", json=DENSE)).status_code == 200
    for number in range(12):
        other = offered(service_id=f"s{number}", duration_minutes=30 + 5 * (number // 2))
        await market.service.receive("service.published", other, subject=f"s{number}")
    turns = 0

    async def beside() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(beside())
    while await days_of(market).run_due():
        pass
    others.cancel()
    assert turns >= 7 * 365 / 28, "seven needs, each in stretches of 28 days"
    rows = await market.service.db["open_days"].find({}).to_list()
    assert {len(row["days"]) for row in rows} == {366}


async def test_of_a_year_only_the_marked_day_is_looked_at_again(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await market.as_provider("PUT", "/bookings/schedule", json=DENSE)).status_code == 200
    await told(market)
    await book(market, "2026-09-04")
    seen: list[Any] = []
    take = Look.take

    def watched(self: Look, first: date, last: date, days: Any) -> None:
        seen.append((last - first).days + 1)
        take(self, first, last, days)

    monkeypatch.setattr(Look, "take", watched)
    assert await told(market) == []
    assert 1 <= sum(seen) <= 10, "that day and its neighbours, today, and where the year ends"


async def test_who_was_much_work_is_left_alone_for_a_while(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gigsta_bookings.crud.open_days._NO_REST_BELOW", 100)
    monkeypatch.setattr("gigsta_bookings.crud.open_days._DAYS_A_SECOND", 0.001)
    assert (await market.as_provider("PUT", "/bookings/schedule", json=DENSE)).status_code == 200
    assert len(await told(market)) == 1
    assert (await market.as_provider("PUT", "/bookings/schedule", json=ONE_HOUR_A_DAY)).status_code == 200
    assert await told(market) == []
    days_of(market)._resting.clear()
    (event,) = await told(market)
    assert len(event.data["days"]) == 5
