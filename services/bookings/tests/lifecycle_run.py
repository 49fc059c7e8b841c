"""One run of the model test: each step is asked of the engine and of the model, and both must answer alike."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import note

from gigsta_bookings.models import Booking

from .lifecycle_checks import check_actions, check_calendar, check_document, differences
from .lifecycle_facts import Kept
from .lifecycle_market import Act, Command, Tick
from .lifecycle_model import FINAL, OPENS, TABLE, TIMED, enabled, next_automatic
from .lifecycle_reading import Reader
from .lifecycle_steps import (
    BY,
    PROVIDERS,
    SERVICES,
    Agrees,
    Change,
    Clocks,
    Crowds,
    Edits,
    Holds,
    Plans,
    Slot,
    Step,
    own,
)
from .lifecycle_world import Document, World

STOCKED = 100
"""For so many runs providers are made at once."""
GOES_ON = {
    "awaiting_verification": (("customer", "verify_guest"),),
    "pending": (("provider", "accept"), ("provider", "accept"), ("admin", "accept"), ("provider", "decline")),
    "confirmed": (("provider", "start"), ("customer", "report_no_show"), ("provider", "report_no_show")),
    "in_progress": (("provider", "complete"), ("provider", "unable_to_complete"), ("customer", "open_dispute")),
    "awaiting_confirmation": (("customer", "confirm_completion"), ("provider", "open_dispute")),
    "completed": (("customer", "open_dispute"), ("provider", "open_dispute")),
    "no_show_reported": tuple((by, do) for by in BY[:2] for do in ("contest_no_show", "retract_no_show")),
    "disputed": (("customer", "withdraw_dispute"), ("provider", "withdraw_dispute"), ("admin", "resolve_completed")),
}
T = TypeVar("T")


@dataclass
class Stage:
    """What all runs share: one loop, one world, and how often each action was taken and each answer given."""

    runner: asyncio.Runner
    world: World
    runs: int = 0
    met: Counter[str] = field(default_factory=Counter)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.get_loop().run_until_complete(work)

    def next_run(self) -> str:
        if self.runs % STOCKED == 0:
            coming = [f"r{run:06}" for run in range(self.runs, self.runs + STOCKED)]
            offers = {f"{prefix}-{name}": own(prefix, offer) for prefix in coming for name, offer in SERVICES.items()}
            plans = {f"{prefix}-{who}": plan for prefix in coming for who, plan in PROVIDERS.items()}
            self.wait(self.world.stock(plans, offers))
        self.runs += 1
        return f"r{self.runs - 1:06}"


class Run(Reader):
    """What is done is done twice: by the engine, and by the market of the model."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.next_run())
        self.stage = stage
        self.world = stage.world
        self.sound = True
        self._stored: dict[str, tuple[Document, Booking]] = {}

    # -- what can be done

    def begin(self, at: datetime) -> None:
        self.market.now = at
        self.world.clock.set(at)

    def do(self, step: Step) -> None:
        command = self.command(step)
        if command is not None:
            self.stage.wait(self._do(command))

    def race(self, one: Step, other: Step) -> None:
        """Two things at the same moment, by two instances: as if one had come before the other."""
        first, second = self.command(one), self.command(other)
        if first is not None and second is not None:
            self.stage.wait(self._race(first, second))

    def change(self, change: Change) -> None:
        market, world = self.market, self.world
        match change:
            case Plans():
                who = f"{self.prefix}-{change.who}"
                market.plans = market.plans | {who: change.plan}
                self.stage.wait(world.set_plan(who, change.plan))
            case Agrees():
                who = f"{self.prefix}-{change.who}"
                known = market.terms[who]
                same = replace(change.terms, version=known.version) == known
                terms = replace(change.terms, version=known.version + (not same))
                market.terms = market.terms | {who: terms}
                self.stage.wait(world.set_terms(who, terms))
            case Edits():
                offer = replace(market.offers[f"{self.prefix}-{change.service}"], **change.changes)
                market.offers = market.offers | {offer.id: offer}
                self.stage.wait(world.set_offer(offer))

    def pass_time(self, by: timedelta) -> None:
        self.market.now = self.world.clock.advance(by)
        note(f"    it is {self.market.now:%d %b %H:%M:%S.%f}")
        for booking_id, (_, booking) in self._stored.items():
            if self.market.bookings[booking_id].status not in FINAL:
                self._check_actions(self.market.bookings[booking_id], booking)

    def wait_until(self, pick: int, off: int) -> None:
        moments = self.moments()
        if moments:
            self.wait_for(moments[pick % len(moments)], off)

    def wait_for(self, moment: datetime, off: int = 0) -> None:
        self.pass_time(moment - self.market.now + timedelta(milliseconds=off))

    def go_on(self, booking: int, way: int) -> None:
        """One of the things that come next, when it is time."""
        kept = self.booking(booking)
        if kept is None or kept.status not in GOES_ON:
            return
        ways = GOES_ON[kept.status]
        by, action = ways[way % len(ways)]
        opens = OPENS[action](kept) if action in OPENS else None
        if opens is not None and opens > self.market.now:
            self.wait_for(opens)
        self.stage.wait(self._do(Act(self.caller(kept, by), kept.id, action, kept.version, "because")))

    def propose(self, booking: int, by: str, slot: Slot) -> None:
        kept = self.booking(booking)
        if kept is not None and kept.status == "confirmed":
            at = self._time(slot, kept.service)
            self.stage.wait(self._do(Act(self.caller(kept, by), kept.id, "propose_reschedule", starts=at)))

    def crowd(self, step: Crowds) -> None:
        for n in range(4):
            self.do(Holds(10 + n, step.service, replace(step.slot, quarters=step.slot.quarters + 8 * n)))

    def fall_due(self, booking: int, off: int, step: Clocks, amid: Step | None = None) -> None:
        """What happens to a booking by itself, at its very time or beside it, maybe with something else at once."""
        kept = self.booking(booking)
        upcoming = next_automatic(kept) if kept else None
        if upcoming is not None:
            if upcoming[1] > self.market.now:
                self.wait_for(upcoming[1], off)
            self.race(amid, step) if amid else self.do(step)

    def poke(self, booking: int, by: str, first: int, most: int) -> None:
        """What is not on somebody's list, or disabled there, is refused whatever they say."""
        kept = self.booking(booking)
        if kept is None:
            return
        who = self.caller(kept, by)
        roles = who.roles(kept)
        closed = [a for a in TABLE if not any(enabled(kept, a, role, self.market.now) for role in roles)]
        for action in (closed + closed)[first % len(closed) :][:most]:
            starts = self.market.now + timedelta(days=1) if action in TIMED else None
            command = Act(who, kept.id, action, None, "because", starts)
            answer = self.stage.wait(self.world.run(command))
            assert answer == ("action_not_available" if roles else "booking_not_found"), f"{command} -> {answer}"

    def end(self) -> None:
        """Everything is published, and as it must be; then it goes, or the clock would move it in the runs to come."""

        async def end() -> None:
            try:
                if self.sound:
                    await self.world.publish()
                    await self._check(self.market.bookings)
            finally:
                await self.world.forget(self.prefix)

        self.stage.wait(end())

    # -- doing it

    async def _do(self, command: Command) -> None:
        self.sound, before = False, self.market.bookings.copy()
        must = self.market.run(command)
        has = await self.world.run(command)
        self._tell(command, has)
        assert has == must, f"{command} was answered {has}, not {must}"
        touched = self._touched(before)
        if touched:  # what writes although it is refused shows at the next look, at the latest when the run ends
            await self._check(touched)
        self.sound = True

    async def _race(self, one: Command, other: Command) -> None:
        self.sound, before = False, self.market.bookings
        possible = list(self.market.outcomes(one, other))
        has = await asyncio.gather(self.world.run(one, by=0), self.world.run(other, by=1))
        if isinstance(other, Tick):
            await self.world.tick()  # what came up while the first one looked is for the next
        self._tell(one, has[0])
        self._tell(other, has[1])
        seen = await self.world.look(self.prefix)
        tried = []
        for answers, market in possible:
            unlike = [] if _alike(answers, has) else [f"answers {answers}, not {has}"]
            unlike += differences(market, seen)
            if not unlike:
                self.market = market
                await self._check(self._touched(before))
                self.sound = True
                return
            tried.append("\n  ".join(unlike))
        raise AssertionError("no order of the two leads here:\n" + "\nor\n".join(tried))

    async def _check(self, touched: dict[str, Kept]) -> None:
        """Everything is as it must be; of the bookings that were touched in every respect."""
        seen = await self.world.look(self.prefix)
        unlike = differences(self.market, seen)
        assert not unlike, "\n".join(unlike)
        check_calendar(self.market, seen)
        for booking_id, kept in touched.items():
            document, booking = seen.bookings[booking_id], Booking.model_validate(seen.bookings[booking_id])
            before = self._stored[booking_id][0]["history"] if booking_id in self._stored else []
            check_document(document, seen.events[booking_id], kept, before)
            self.stage.met.update(entry["action"] for entry in document["history"][len(before) :])
            self._stored[booking_id] = document, booking
            self._check_actions(kept, booking)

    def _check_actions(self, kept: Kept, booking: Booking) -> None:
        for by in BY[:3]:
            who = self.caller(kept, by)
            check_actions(self.world.caller(who), who.roles(kept), kept, booking, self.market.now)

    def _touched(self, before: dict[str, Kept]) -> dict[str, Kept]:
        return {name: kept for name, kept in self.market.bookings.items() if before.get(name) is not kept}

    def _tell(self, command: Command, answer: str) -> None:
        self.stage.met[answer] += 1
        note(f"    {self.told(command)} -> {answer}")


def _alike(answers: tuple[str, str], others: tuple[str, str]) -> bool:
    """Whether a time is refused because it is taken or because of the holds may depend on who was amid what."""
    one, other = ([_plainly(answer) for answer in pair] for pair in (answers, others))
    return one == other


def _plainly(answer: str) -> str:
    return "slot_unavailable" if answer in ("too_many_holds", "too_many_guests") else answer
