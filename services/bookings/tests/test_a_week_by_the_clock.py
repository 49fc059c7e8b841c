"""A week of bookings by a clock that moves unevenly, and a week asleep: whatever falls due happens once, and in time.

Three instances of the service share the database; each time their clocks run, they run at once.
"""

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

import pytest

from gigsta_common.testing.plugin import START

from .lifecycle_facts import DAY, HOUR, MINUTE, Caller, Offer, Plan
from .lifecycle_market import Act, Book, Command
from .lifecycle_model import halfway
from .lifecycle_world import INSTANCES, World

BOOKINGS = 200
PROVIDERS = 10
QUARTER = timedelta(minutes=15)
PLAN = Plan("Pacific/Auckland", after=15)


@dataclass
class Plot:
    """What people do with one booking, and what the clock must do, from when on."""

    id: str
    provider: str
    made: datetime
    starts: datetime
    guest: bool = False
    deeds: list[tuple[datetime, Command]] = field(default_factory=list)
    due: list[tuple[datetime, str]] = field(default_factory=list)

    def customer(self, at: datetime, action: str, starts: datetime | None = None, proposal: int | None = None) -> None:
        who = Caller("gus", guest_of=self.id) if self.guest else Caller(f"customer-{self.id}")
        self.deeds.append((at, Act(who, self.id, action, None, "because", starts, proposal)))

    def does(self, at: datetime, action: str, starts: datetime | None = None) -> None:
        """The provider does."""
        self.deeds.append((at, Act(Caller(self.provider), self.id, action, reason="because", starts=starts)))

    def resolved(self, at: datetime, action: str) -> None:
        self.deeds.append((at, Act(Caller("ada", admin=True), self.id, action, reason="because")))

    def clock(self, at: datetime, *events: str) -> None:
        self.due += [(at, event) for event in events]

    def reminded_before_start(self) -> None:
        self.clock(self.starts - DAY, "reminder.day_before")
        self.clock(self.starts - 2 * HOUR, "reminder.two_hours_before")

    def left_alone(self) -> None:
        self.clock(self.starts + 49 * HOUR, "booking.completed")


def request_ignored(plot: Plot) -> None:
    plot.clock(plot.made + 12 * HOUR, "reminder.answer_request")
    plot.clock(plot.made + DAY, "booking.expired")


def short_notice_ignored(plot: Plot) -> None:
    plot.clock(halfway(plot.made, plot.starts - HOUR), "reminder.answer_request")
    plot.clock(plot.starts - HOUR, "booking.expired")


def withdrawn(plot: Plot) -> None:
    plot.clock(plot.made + 12 * HOUR, "reminder.answer_request")
    plot.customer(plot.made + 20 * HOUR, "withdraw")


def forgotten(plot: Plot) -> None:
    plot.does(plot.made + 3 * HOUR, "accept")
    plot.reminded_before_start()
    plot.left_alone()


def cancelled(plot: Plot) -> None:
    plot.clock(plot.starts - DAY, "reminder.day_before")
    plot.customer(plot.starts - 5 * HOUR, "cancel")


def all_well(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.does(plot.starts - 15 * MINUTE, "start")
    plot.does(plot.starts + HOUR, "complete")
    plot.customer(plot.starts + 2 * HOUR, "confirm_completion")


def not_confirmed(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.does(plot.starts, "start")
    plot.does(plot.starts + HOUR, "complete")
    plot.clock(plot.starts + 37 * HOUR, "reminder.confirm_completion")
    plot.clock(plot.starts + 73 * HOUR, "booking.completed")


def never_completed(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.does(plot.starts, "start")
    plot.left_alone()


def proposal_ignored(plot: Plot) -> None:
    plot.does(plot.made + HOUR, "accept")
    plot.customer(plot.made + 2 * HOUR, "propose_reschedule", plot.starts + DAY)
    plot.clock(plot.made + 14 * HOUR, "reminder.answer_proposal")
    plot.clock(plot.made + 26 * HOUR, "booking.reschedule_expired")
    plot.reminded_before_start()
    plot.left_alone()


def late_proposal_ignored(plot: Plot) -> None:
    proposed = plot.starts - 20 * HOUR + timedelta(milliseconds=1)
    plot.does(proposed, "propose_reschedule", plot.starts + DAY)
    plot.clock(plot.starts - DAY, "reminder.day_before")
    plot.clock(halfway(proposed, plot.starts - 2 * HOUR), "reminder.answer_proposal")
    plot.clock(plot.starts - 2 * HOUR, "booking.reschedule_expired", "reminder.two_hours_before")
    plot.left_alone()


def proposal_for_sooner_ignored(plot: Plot) -> None:
    proposed, sooner = plot.starts - 70 * HOUR, plot.starts - 60 * HOUR
    plot.does(proposed, "propose_reschedule", sooner)
    plot.clock(halfway(proposed, sooner), "reminder.answer_proposal")
    plot.clock(sooner, "booking.reschedule_expired")
    plot.reminded_before_start()
    plot.left_alone()


def proposal_accepted(plot: Plot) -> None:
    plot.does(plot.made + HOUR, "accept")
    plot.does(plot.made + 2 * HOUR, "propose_reschedule", plot.starts + DAY)
    plot.customer(plot.made + 5 * HOUR, "accept_reschedule", proposal=3)
    plot.starts += DAY
    plot.reminded_before_start()
    plot.left_alone()


def absent(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.customer(plot.starts + HOUR / 2, "report_no_show")
    plot.clock(plot.starts + 24.5 * HOUR, "reminder.contest_no_show")
    plot.clock(plot.starts + 48.5 * HOUR, "booking.no_show")


def absent_but_contested(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.does(plot.starts + HOUR / 2, "report_no_show")
    plot.clock(plot.starts + 24.5 * HOUR, "reminder.contest_no_show")
    plot.customer(plot.starts + 40 * HOUR, "contest_no_show")
    plot.resolved(plot.starts + 60 * HOUR, "resolve_failed")


def absent_but_retracted(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.customer(plot.starts + HOUR / 2, "report_no_show")
    plot.customer(plot.starts + HOUR, "retract_no_show")
    plot.left_alone()


def disputed_for_a_while(plot: Plot) -> None:
    plot.reminded_before_start()
    plot.does(plot.starts, "start")
    plot.does(plot.starts + HOUR, "complete")
    plot.customer(plot.starts + 5 * HOUR, "open_dispute")
    plot.customer(plot.starts + 50 * HOUR, "withdraw_dispute")
    plot.clock(plot.starts + 50 * HOUR, "reminder.confirm_completion")
    plot.clock(plot.starts + 73 * HOUR, "booking.completed")


def guest_gone(plot: Plot) -> None:
    plot.clock(plot.made + 30 * MINUTE, "booking.expired")


def guest_ignored(plot: Plot) -> None:
    asked = plot.made + 10 * MINUTE
    plot.customer(asked, "verify_guest")
    plot.clock(asked + 12 * HOUR, "reminder.answer_request")
    plot.clock(asked + DAY, "booking.expired")


Story = Callable[[Plot], None]
WEEK: tuple[tuple[Story, int, str], ...] = (
    (request_ignored, 72, "request"),
    (short_notice_ignored, 5, "request"),
    (withdrawn, 72, "request"),
    (forgotten, 40, "request"),
    (cancelled, 30, "instant"),
    (all_well, 30, "instant"),
    (not_confirmed, 30, "instant"),
    (never_completed, 30, "instant"),
    (proposal_ignored, 96, "request"),
    (late_proposal_ignored, 30, "instant"),
    (proposal_for_sooner_ignored, 90, "instant"),
    (proposal_accepted, 40, "request"),
    (absent, 30, "instant"),
    (absent_but_contested, 30, "instant"),
    (absent_but_retracted, 30, "instant"),
    (disputed_for_a_while, 30, "instant"),
    (guest_gone, 20, "guest"),
    (guest_ignored, 72, "guest"),
)
"""Each with how many hours ahead the time is booked, and how."""


# -- after a week asleep: the reminders whose deadline is over are of no use any more

SLEPT = 8 * DAY


def only(*events: str, deeds: Callable[[Plot], None] = lambda _: None) -> Story:
    def story(plot: Plot) -> None:
        deeds(plot)
        plot.clock(START + DAY, *events)

    return story


def proposes(plot: Plot) -> None:
    plot.customer(plot.made + HOUR / 2, "propose_reschedule", plot.starts + DAY)


def begins(plot: Plot) -> None:
    plot.does(plot.starts, "start")


def completes(plot: Plot) -> None:
    begins(plot)
    plot.does(plot.starts + HOUR, "complete")


def reports(plot: Plot) -> None:
    plot.customer(plot.starts + HOUR / 2, "report_no_show")


def disputes(plot: Plot) -> None:
    completes(plot)
    plot.customer(plot.starts + 2 * HOUR, "open_dispute")


ASLEEP: tuple[tuple[Story, int, str], ...] = (
    (only("booking.expired"), 72, "request"),
    (only("booking.expired"), 500, "request"),
    (only("booking.completed"), 72, "instant"),
    (only(), 500, "instant"),
    (only("reminder.day_before"), 195, "instant"),
    (only("booking.reschedule_expired", deeds=proposes), 500, "instant"),
    (only("booking.reschedule_expired", "booking.completed", deeds=proposes), 72, "instant"),
    (only("booking.completed", deeds=begins), 1, "instant"),
    (only("booking.completed", deeds=completes), 1, "instant"),
    (only("booking.no_show", deeds=reports), 1, "instant"),
    (only(deeds=disputes), 1, "instant"),
    (only("booking.expired"), 72, "guest"),
)


# -- playing them


MAY_MOVE = (timedelta(), DAY, -60 * HOUR)
"""How far from its first time a booking may come to hold another."""


def free_time(wanted: datetime, busy: list[datetime]) -> datetime:
    """The first time from there on that the plan offers and nobody has or may move to; it is taken."""
    first = START + -(-(wanted - START) // QUARTER) * QUARTER
    for at in (first + n * QUARTER for n in count()):
        held = [at + by for by in MAY_MOVE]
        apart = all(abs(one - other) >= (60 + PLAN.after) * MINUTE for one in held for other in busy)
        if apart and all(PLAN.offers(one, 60) for one in held):
            busy += held
            return at
    raise AssertionError("time is endless")


def cast(stories: tuple[tuple[Story, int, str], ...], over: timedelta) -> list[Plot]:
    """Bookings made over a while, at times that do not disturb one another."""
    plots: list[Plot] = []
    busy: dict[str, list[datetime]] = {}
    for n in range(BOOKINGS):
        story, ahead, how = stories[n % len(stories)]
        provider = f"week-p{n % PROVIDERS}"
        made = START + timedelta(milliseconds=n * (over // BOOKINGS // timedelta(milliseconds=1)) + n)
        starts = free_time(made + ahead * HOUR, busy.setdefault(provider, []))
        plot = Plot(f"week-{n:03}", provider, made, starts, guest=how == "guest")
        service = f"{provider}-{'instant' if how == 'instant' else 'request'}"
        who = Caller("gus" if plot.guest else f"customer-{plot.id}")
        mailbox = f"gus-{n}@example.com" if plot.guest else None
        plot.deeds.append((made, Book(plot.id, who, service, starts, mailbox)))
        story(plot)
        plots.append(plot)
    return plots


async def play(world: World, plots: list[Plot], ticks: list[datetime]) -> None:
    """Whatever people do is done at its time; the clocks run at the ticks, and only then."""
    agenda: list[tuple[datetime, Command | None]] = [(at, None) for at in ticks]
    agenda += [deed for plot in plots for deed in plot.deeds]
    for at, command in sorted(agenda, key=lambda row: row[0]):
        world.clock.set(at)
        if command is None:
            await world.tick(INSTANCES, limit=50)
            continue
        answer = await world.run(command)
        assert " v" in answer, f"{command} at {at}: {answer}"
        if isinstance(command, Book) and command.mailbox:
            await world.publish()
    await world.publish()


def by_itself(world: World, plot: Plot) -> list[tuple[str, datetime]]:
    """What the clock has told of a booking, and when."""
    told = [(event["type"].removeprefix("nz.gigsta.").removesuffix(".v1"), event) for event in world.published[plot.id]]
    return [
        (name, datetime.fromisoformat(event["data"]["at"]))
        for name, event in told
        if name.startswith("reminder.") or event["data"]["actor"] == "system"
    ]


def check(world: World, plots: list[Plot], ticks: list[datetime]) -> None:
    for plot in plots:
        must = [(event, ticks[bisect_left(ticks, at)]) for at, event in sorted(plot.due, key=lambda row: row[0])]
        assert by_itself(world, plot) == must, f"{plot.id}, made {plot.made} for {plot.starts}"


@pytest.fixture
async def world(mongod_url: str) -> AsyncIterator[World]:
    world = await World.open(mongod_url)
    names = [f"week-p{n}" for n in range(PROVIDERS)]
    offers = [
        Offer(f"{name}-{how}", name, "Work", 9_000, 60, instant=how == "instant")
        for name in names
        for how in ("request", "instant")
    ]
    await world.stock(dict.fromkeys(names, PLAN), {offer.id: offer for offer in offers})
    yield world
    await world.close()


async def test_a_week_in_which_everything_happens_in_time(world: World) -> None:
    plots = cast(WEEK, 7 * DAY)
    rng, ticks, at = Random(7), [], START
    while at < START + 15 * DAY:  # the shortest time between a reminder and its deadline is two hours
        at += timedelta(milliseconds=rng.randrange(1_000, rng.choice((60_000, 3_600_000, 7_000_000))))
        ticks.append(at)
    await play(world, plots, ticks)
    check(world, plots, ticks)
    assert await world.db["bookings"].count_documents({"wake_at": {"$ne": None}}) == 0
    assert await world.db["calendar_days"].count_documents({"claims.0": {"$exists": True}}) == 0


async def test_after_a_week_asleep_each_timer_acts_once(world: World) -> None:
    plots = cast(ASLEEP, 12 * HOUR)
    wakes = [START + SLEPT, START + SLEPT + timedelta(seconds=1)]
    await play(world, plots, wakes)
    check(world, plots, wakes)
    assert await world.db["bookings"].count_documents({"wake_at": {"$lte": wakes[-1]}}) == 0
