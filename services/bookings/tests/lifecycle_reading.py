"""What a step of the model test means in the market as it is: who asks for what, or nothing where nothing fits."""

from datetime import datetime, timedelta

from gigsta_common.testing.plugin import START

from .lifecycle_facts import MINUTE, Caller, Kept, Offer, Terms
from .lifecycle_market import Act, Book, Command, Market, Publish, Tick
from .lifecycle_model import ABOUT_PROPOSAL, CLOSES, HERE, OPENS, TABLE, TIMED, enabled, reminders_left
from .lifecycle_steps import (
    BY,
    PROVIDERS,
    SERVICES,
    Asks,
    Clocks,
    Holds,
    Publishes,
    Repeats,
    Slot,
    Step,
    Takes,
    Tries,
    own,
)

QUARTER = timedelta(minutes=15)
TIMES = {name for name in TABLE if name.endswith("_reschedule") or name == "change_time"}
ENDING = {"cancel", "decline", "withdraw", "resolve_cancelled", "resolve_failed", "unable_to_complete"}


class Reader:
    """Reads steps in the market of one run, which `prefix` keeps apart from the others."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._made = 0
        self._asked: dict[str, Book] = {}
        self.market = Market(
            START,
            {f"{prefix}-{who}": plan for who, plan in PROVIDERS.items()},
            {f"{prefix}-{who}": Terms() for who in PROVIDERS},
            {f"{prefix}-{name}": own(prefix, offer) for name, offer in SERVICES.items()},
        )

    def command(self, step: Step) -> Command | None:
        command = self._resolved(step)
        if isinstance(command, Book):
            self._asked[command.booking] = command
        return command

    def _resolved(self, step: Step) -> Command | None:
        match step:
            case Asks():
                who = Caller(f"{self.prefix}-{step.who}", admin=step.who == "ada")
                return self._request(who, step.service, step.slot)
            case Holds():
                mailbox = f"gus{step.mailbox}@{self.prefix}.example.com"
                return self._request(Caller("guest"), step.service, step.slot, mailbox)
            case Repeats():
                known = list(self._asked.values())
                return known[step.booking % len(known)] if known else None
            case Takes():
                return self._possible(step)
            case Tries():
                return self._attempt(step)
            case Clocks():
                return Tick(step.instances)
            case Publishes():
                return Publish()

    def _request(self, who: Caller, service: str, slot: Slot, mailbox: str | None = None) -> Book:
        self._made += 1
        offer = self.market.offers[f"{self.prefix}-{service}"]
        return Book(f"{self.prefix}-{self._made:02}", who, offer.id, self._time(slot, offer), mailbox)

    def _possible(self, step: Takes) -> Act | None:
        possible = [
            (kept, who, role, action)
            for kept in self.market.bookings.values()
            for who in (self.caller(kept, by) for by in BY[:3])
            for role in who.roles(kept)
            for action in HERE.get(kept.status, ())
            if enabled(kept, action, role, self.market.now) and (not step.only_times or action in TIMES)
        ]
        possible += 2 * [row for row in possible if row[3] not in ENDING]  # so that bookings live longer
        if not possible:
            return None
        kept, who, role, action = possible[step.pick % len(possible)]
        reason = "because" if role in TABLE[action].reason else None
        starts = self._time(step.slot, kept.service) if action in TIMED else None
        proposal = kept.proposal.version - step.stale if action == "accept_reschedule" and kept.proposal else None
        return Act(who, kept.id, action, kept.version, reason, starts, proposal)

    def _attempt(self, step: Tries) -> Act | None:
        kept = self.booking(step.booking)
        if kept is None:
            return None
        version = None if step.version is None else max(kept.version + step.version, 1)
        open_one = kept.proposal.version if kept.proposal else kept.version
        answers = step.action in ABOUT_PROPOSAL or step.stray
        proposal = None if step.proposal is None or not answers else max(open_one + step.proposal, 1)
        timed = step.action in TIMED or step.stray
        starts = self._time(step.slot, kept.service) if step.slot and timed else None
        return Act(self.caller(kept, step.by), kept.id, step.action, version, step.reason, starts, proposal)

    def booking(self, number: int) -> Kept | None:
        known = list(self.market.bookings.values())
        return known[number % len(known)] if known else None

    def caller(self, kept: Kept, by: str) -> Caller:
        match by:
            case "customer":
                admin = kept.customer == f"{self.prefix}-ada"
                return Caller(kept.customer, admin, guest_of=None if kept.mailbox is None else kept.id)
            case "provider":
                return Caller(kept.service.provider)
            case "admin":
                return Caller(f"{self.prefix}-ada", admin=True)
            case "other provider":
                other = "ben" if kept.service.provider.endswith("ana") else "ana"
                return Caller(f"{self.prefix}-{other}")
            case "another guest":
                return Caller("guest", guest_of="another")
        return Caller("stranger")

    def _time(self, slot: Slot, offer: Offer) -> datetime:
        """The first of the next two days' times that the plan offers from there on."""
        beside = None if slot.beside is None else self.booking(slot.beside)
        day = self.market.now.replace(hour=0, minute=0, second=0, microsecond=0)
        at = beside.starts if beside else day + -(-(self.market.now - day) // QUARTER) * QUARTER
        at += slot.quarters * QUARTER
        plan, tries = self.market.plans[offer.provider], 192
        if slot.quarters >= 0 and not beside:
            at = max(at, at + (plan.notice * MINUTE // QUARTER - slot.quarters) * QUARTER)
        while tries and not plan.offers(at, offer.minutes):
            at, tries = at + QUARTER, tries - 1
        return at + timedelta(minutes=7 * slot.off)

    def moments(self) -> list[datetime]:
        """The times to come at which something opens, closes or is to be reminded of."""
        found: set[datetime] = set()
        for kept in self.market.bookings.values():
            found |= {at for _, at, _ in reminders_left(kept) if at > self.market.now}
            for table in (OPENS, CLOSES):
                here = [table[name](kept) for name in HERE.get(kept.status, ()) if name in table]
                found |= {at for at in here if at and at > self.market.now}
        return sorted(found)

    def told(self, command: Command) -> str:
        """A command, for whoever reads how a run failed."""
        match command:
            case Book():
                said = f"{command.who.id} asks for {command.service} at {command.starts:%d %b %H:%M}: {command.booking}"
                said += f" ({command.mailbox})" if command.mailbox else ""
            case Act():
                said = f"{command.who.id}: {command.action} {command.booking}"
                said += f" to {command.starts:%d %b %H:%M}" if command.starts else ""
                known = {"version": command.version, "reason": command.reason, "proposal": command.proposal}
                said += "".join(f", {name} {value!r}" for name, value in known.items() if value is not None)
            case _:
                said = str(command)
        return said.replace(f"{self.prefix}-", "")
