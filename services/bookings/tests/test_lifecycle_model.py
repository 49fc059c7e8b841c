"""The booking engine against a second writing of its lifecycle: any steps, by anybody, at any time, also at once.

`GIGSTA_MODEL_RUNS=20000 pytest services/bookings/tests/test_lifecycle_model.py` looks longer. A failure prints its
steps, what each was answered, and a line with which it can be run again.
"""

import asyncio
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

import uvloop
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from .lifecycle_model import CREATED, TABLE
from .lifecycle_run import Run, Stage
from .lifecycle_steps import (
    ASKS,
    BY,
    CHANGED,
    CLOCKS,
    CROWDS,
    FIRST_ASKS,
    FIRST_HOLDS,
    GAPS,
    GOOD,
    HAGGLES,
    HOLDS,
    OTHER,
    RACER,
    SERVICE,
    STARTS,
    TAKES,
    TRIES,
    TRIFLES,
    WAITS,
    Asks,
    Change,
    Clocks,
    Crowds,
    Holds,
    Publishes,
    Repeats,
    Slot,
    Step,
    Takes,
    Tries,
)
from .lifecycle_world import World

RUNS = int(os.environ.get("GIGSTA_MODEL_RUNS", "1000"))
STEPS = 12
REFUSALS = {
    "action_not_available",
    "booking_not_found",
    "own_service",
    "service_not_bookable",
    "slot_unavailable",
    "too_many_holds",
    "validation_failed",
    "version_conflict",
}


class Lifecycle(RuleBasedStateMachine):
    """No rule has a precondition: what a race has made of the market may differ when the same steps are run again, and
    then the same rules must be there. A step that fits nothing does nothing."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.run = Run(self.stage)

    @initialize(
        start=st.sampled_from(STARTS),
        first=FIRST_ASKS,
        far=st.sampled_from((0, 1, 1, 2, 3)),
        second=st.none() | FIRST_HOLDS,
    )
    def open(self, start: datetime, first: Asks, far: int, second: Holds | None) -> None:
        """One booking that has come so far, and maybe one that waits for a guest."""
        self.run.begin(start)
        self.run.do(first)
        for _ in range(far):
            self.run.go_on(0, 0)
        if second is not None:
            self.run.do(second)

    @rule(step=ASKS)
    def book(self, step: Asks) -> None:
        self.run.do(step)

    @rule(step=HOLDS)
    def hold(self, step: Holds) -> None:
        self.run.do(step)

    @rule(step=TAKES)
    def take(self, step: Takes) -> None:
        self.run.do(step)

    @rule(step=TAKES)
    def take_2(self, step: Takes) -> None:
        self.run.do(step)

    @rule(step=HAGGLES)
    def haggle(self, step: Takes) -> None:
        self.run.do(step)

    @rule(step=HAGGLES)
    def haggle_2(self, step: Takes) -> None:
        self.run.do(step)

    @rule(booking=st.integers(0, 2), way=st.integers(0, 3))
    def go_on(self, booking: int, way: int) -> None:
        self.run.go_on(booking, way)

    @rule(booking=st.integers(0, 2), way=st.integers(0, 3))
    def go_on_2(self, booking: int, way: int) -> None:
        self.run.go_on(booking, way)

    @rule(step=TRIES)
    def attempt(self, step: Tries) -> None:
        self.run.do(step)

    @rule(booking=st.integers(0, 3), by=st.sampled_from(BY), first=st.integers(0, len(TABLE) - 1))
    def poke(self, booking: int, by: str, first: int) -> None:
        self.run.poke(booking, by, first, most=3)

    @rule(step=TRIFLES | CROWDS)
    def trifle(self, step: Repeats | Publishes | Crowds) -> None:
        if isinstance(step, Crowds):
            self.run.crowd(step)
        else:
            self.run.do(step)

    @rule(by=WAITS)
    def wait(self, by: timedelta) -> None:
        self.run.pass_time(by)

    @rule(pick=st.integers(0, 12), off=st.sampled_from((-1, 0, 0, 1, 1)), then=st.none() | CLOCKS)
    def wait_until(self, pick: int, off: int, then: Clocks | None) -> None:
        """To the millisecond at which something opens, closes or is to be told, or beside it."""
        self.run.wait_until(pick, off)
        if then is not None:
            self.run.do(then)

    @rule(booking=st.integers(0, 2), off=st.sampled_from((-1, 0, 0, 1)), step=CLOCKS)
    def fall_due(self, booking: int, off: int, step: Clocks) -> None:
        self.run.fall_due(booking, off, step)

    @rule(booking=st.integers(0, 2), by=st.sampled_from(BY[:2]), slot=GOOD, way=st.none() | st.integers(0, 2))
    def propose_in_vain(self, booking: int, by: str, slot: Slot, way: int | None) -> None:
        """Nobody answers: it lapses, or the clock is late and things go on."""
        self.run.propose(booking, by, slot)
        if way is None:
            self.run.fall_due(booking, 0, Clocks(1))
        else:
            self.run.go_on(booking, way)

    @rule(booking=st.integers(0, 2), off=st.sampled_from((-1, 0, 0)), one=RACER)
    def race_the_clock(self, booking: int, off: int, one: Step) -> None:
        self.run.fall_due(booking, off, Clocks(1), one)

    @rule(step=CLOCKS)
    def clock(self, step: Clocks) -> None:
        self.run.do(step)

    @rule(one=RACER, other=OTHER)
    def race(self, one: Step, other: Step) -> None:
        self.run.race(one, other)

    @rule(one=SERVICE, other=SERVICE, slot=GOOD, gap=GAPS)
    def race_for_a_time(self, one: str, other: str, slot: Slot, gap: int) -> None:
        later = replace(slot, quarters=slot.quarters + gap)
        self.run.race(Asks("cat", one, slot), Asks("cal", other, later))

    @rule(change=CHANGED)
    def change(self, change: Change) -> None:
        self.run.change(change)

    def teardown(self) -> None:
        self.run.end()


def test_the_engine_does_what_the_design_says_whatever_happens(mongod_url: str) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stage = Lifecycle.stage = Stage(runner, runner.run(World.open(mongod_url)))
        try:
            run_state_machine_as_test(Lifecycle, settings=SETTINGS)
        finally:
            runner.run(stage.world.close())
    if RUNS >= 5000:  # in fewer runs the rarest may well be missing
        assert stage.met.keys() >= TABLE.keys() | CREATED.keys() | REFUSALS, "some of it never happened"


SETTINGS = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    print_blob=True,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
)
