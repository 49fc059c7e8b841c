"""What a whole market must answer to what is asked of it: the second writing of bookings, calendars and the clock."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from .lifecycle_facts import MINUTE, Caller, Claim, Entry, Kept, Offer, Plan, Terms
from .lifecycle_model import ABOUT_PROPOSAL, CREATED, TABLE, TIMED, enabled, moved_on, next_automatic, reminders_left

MOST_HOLDS_A_DAY = 3
MOST_HOLDS_A_MAILBOX = 2
MOST_HOLDS_A_PROVIDER = 6
MOST_MAILS_A_DAY = 10
MOST_REQUESTS_A_CUSTOMER = 10
MOST_REQUESTS_A_DAY = 30
MOST_BOOKINGS_A_CUSTOMER = 20
MOST_GUESTS_A_DOMAIN = 6
MOST_GUEST_REQUESTS_A_PROVIDER = 15


@dataclass(frozen=True)
class Book:
    """Somebody asks for a time; with a mailbox, as a guest."""

    booking: str
    who: Caller
    service: str
    starts: datetime
    mailbox: str | None = None


@dataclass(frozen=True)
class Act:
    """Somebody takes an action, with what they say of versions, reason and time."""

    who: Caller
    booking: str
    action: str
    version: int | None = None
    reason: str | None = None
    starts: datetime | None = None
    proposal: int | None = None


@dataclass(frozen=True)
class Tick:
    """So many instances of the clock run until nothing is due any more."""

    instances: int = 1


@dataclass(frozen=True)
class Publish:
    """The relay publishes what waits in the outboxes."""


Command = Book | Act | Tick | Publish


class Market:
    """All that there is at one moment. `run` answers a command with the new status and version, or a problem's code."""

    def __init__(
        self,
        now: datetime,
        plans: dict[str, Plan],
        terms: dict[str, Terms],
        offers: dict[str, Offer],
    ) -> None:
        self.now = now
        self.plans = plans
        self.terms = terms
        self.offers = offers
        self.bookings: dict[str, Kept] = {}
        self.mails: Counter[tuple[str, date]] = Counter()

    def copy(self) -> "Market":
        copy = Market(self.now, self.plans, self.terms, self.offers)
        copy.bookings, copy.mails = self.bookings.copy(), self.mails.copy()
        return copy

    def run(self, command: Command) -> str:
        match command:
            case Book():
                return self._book(command)
            case Act():
                return self._act(command)
            case Tick():
                self.tick()
        return "done"

    # -- creating

    def _book(self, ask: Book) -> str:
        known = self.bookings.get(ask.booking)
        if known is not None:  # the same request again
            return _answer(known)
        offer = self.offers[ask.service]
        plan, terms = self.plans[offer.provider], self.terms[offer.provider]
        if not offer.on_offer:
            return "service_not_bookable"
        if not self._planned(plan, ask.starts, offer.minutes, plan.notice):
            return "slot_unavailable"
        if offer.provider == ask.who.id:
            return "own_service"
        instant = offer.instant and terms.instant
        new = self._draft(ask, replace(offer, instant=instant), plan, replace(terms, notice=plan.notice))
        refused = self._room(new, []) or self._too_many_of_theirs(new)
        refused = refused or (self._too_much_for_guests(new, ask.mailbox) if ask.mailbox else None)
        return refused or self._keep(new)

    def _too_many_of_theirs(self, new: Kept) -> str | None:
        """Here: what one customer, or the mailboxes of one domain, may hold of one provider's time is limited."""
        held = [kept for kept in self._of(new.service.provider) if kept.claims()]
        theirs = [kept for kept in held if (kept.mailbox or kept.customer) == (new.mailbox or new.customer)]
        if len(theirs) >= MOST_BOOKINGS_A_CUSTOMER:
            return "too_many_bookings"
        if sum((kept.customer, kept.status) == (new.customer, "pending") for kept in held) >= MOST_REQUESTS_A_CUSTOMER:
            return "too_many_requests_open"
        since = self.now - timedelta(hours=24)
        asked = [kept for kept in self._of(new.service.provider) if kept.customer == new.customer]
        if sum(kept.created > since for kept in asked) >= MOST_REQUESTS_A_DAY:
            return "too_many_requests_today"
        domain = new.mailbox.partition("@")[2] if new.mailbox else None
        alike = [kept for kept in held if domain and kept.mailbox and kept.mailbox.endswith(f"@{domain}")]
        open_ones = [kept for kept in held if kept.mailbox and kept.status in ("awaiting_verification", "pending")]
        full = len(alike) >= MOST_GUESTS_A_DOMAIN or len(open_ones) >= MOST_GUEST_REQUESTS_A_PROVIDER
        return "too_many_guests" if domain and full else None

    def _too_much_for_guests(self, new: Kept, mailbox: str) -> str | None:
        """Here: what is held by who is not known yet is limited in several ways, and so are the mails to them."""
        today = (mailbox, self.now.date())
        held = [kept for kept in self.bookings.values() if kept.status == "awaiting_verification"]
        if sum(kept.mailbox == mailbox for kept in held) >= MOST_HOLDS_A_MAILBOX:
            return "too_many_holds"
        if sum(kept.service.provider == new.service.provider for kept in held) >= MOST_HOLDS_A_PROVIDER:
            return "too_many_holds"
        if self.mails[today] >= MOST_MAILS_A_DAY:
            return "too_many_mails"
        self.mails[today] += 1
        return None

    def _draft(self, ask: Book, offer: Offer, plan: Plan, terms: Terms) -> Kept:
        action = "create_guest" if ask.mailbox else "create_instant" if offer.instant else "create"
        status, actor, note, event = CREATED[action]
        customer = f"guest-{ask.booking}" if ask.mailbox else ask.who.id
        return Kept(
            id=ask.booking,
            status=status,
            customer=customer,
            mailbox=ask.mailbox,
            service=offer,
            terms=terms,
            before=plan.before,
            after=max(plan.after, offer.after),
            zone=plan.zone,
            starts=ask.starts,
            created=self.now,
            requested=self.now,
            asked=self.now,
            confirmed=self.now if status == "confirmed" else None,
            history=(Entry(action, actor, customer, self.now, note, None, None, status),),
            events=((f"booking.{event}", 1),),
        )

    # -- acting

    def _act(self, ask: Act) -> str:
        kept = self.bookings.get(ask.booking)
        if ask.reason is not None and not ask.reason.strip():
            return "validation_failed"
        # Here: what an action does not take is refused, not ignored.
        if (ask.starts and ask.action not in TIMED) or (ask.proposal and ask.action not in ABOUT_PROPOSAL):
            return "validation_failed"
        roles = ask.who.roles(kept) if kept else ""
        if kept is None or not roles:
            return "booking_not_found"
        if ask.version not in (None, kept.version):
            return "version_conflict"
        willing = [letter for letter in roles if enabled(kept, ask.action, letter, self.now)]
        if not willing:
            return "action_not_available"
        if ask.proposal is not None and (kept.proposal is None or kept.proposal.version != ask.proposal):
            return "version_conflict"
        if ask.action == "accept_reschedule" and ask.proposal is None:  # "the proposal's version"
            return "validation_failed"
        if willing[0] in TABLE[ask.action].reason and ask.reason is None:
            return "validation_failed"
        if ask.action in TIMED:
            return self._take_time(kept, ask, willing[0])
        return self._keep(self._moved(kept, ask, willing[0]))

    def _take_time(self, kept: Kept, ask: Act, letter: str) -> str:
        if ask.starts is None:
            return "validation_failed"
        plan = self.plans[kept.service.provider]
        planned = self._planned(plan, ask.starts, kept.service.minutes, kept.terms.notice)
        if ask.starts == kept.starts or not planned:
            return "slot_unavailable"
        after = self._moved(kept, ask, letter)
        return self._room(after, kept.claims()) or self._keep(after)

    def _moved(self, kept: Kept, ask: Act, letter: str) -> Kept:
        actor_id = kept.customer if ask.who.guest_of else ask.who.id
        return moved_on(kept, ask.action, letter, actor_id, self.now, reason=ask.reason, starts=ask.starts)

    def _keep(self, kept: Kept) -> str:
        self.bookings[kept.id] = kept
        return _answer(kept)

    # -- the calendar

    def _planned(self, plan: Plan, starts: datetime, minutes: int, notice: int) -> bool:
        ahead = starts - self.now
        in_time = notice * MINUTE <= ahead < timedelta(days=plan.horizon)
        return in_time and plan.offers(starts, minutes)

    def _room(self, new: Kept, had: list[Claim]) -> str | None:
        """Why the time that a booking wants besides what it had is not to be had."""
        plan, others = self.plans[new.service.provider], self._others(new)
        for claim in (claim for claim in new.claims() if claim not in had):
            if any(other.begins < claim.ends and claim.begins < other.ends for _, other in others):
                return "slot_unavailable"
            day = plan.day_of(claim.slot)
            booked = {booking for booking, other in others if plan.day_of(other.slot) == day}
            if plan.most is not None and len(booked) >= plan.most:
                return "slot_unavailable"
            if claim.kind == "hold" and any(self._held(others, day) >= MOST_HOLDS_A_DAY for day in claim.utc_days()):
                return "too_many_holds"
        return None

    def _others(self, new: Kept) -> list[tuple[str, Claim]]:
        """The claims of the provider's other bookings."""
        rest = [kept for kept in self._of(new.service.provider) if kept.id != new.id]
        return [(kept.id, claim) for kept in rest for claim in kept.claims()]

    def _of(self, provider: str) -> list[Kept]:
        return [kept for kept in self.bookings.values() if kept.service.provider == provider]

    def _held(self, others: list[tuple[str, Claim]], day: date) -> int:
        return sum(other.kind == "hold" and day in other.utc_days() for _, other in others)

    # -- the clock

    def tick(self) -> None:
        for booking_id in self.bookings:
            self.step(booking_id)

    def step(self, booking_id: str, most: int | None = None) -> int:
        """Take at most so many of the clock's steps that are due for a booking; return how many were taken."""
        steps = 0
        while most is None or steps < most:
            after = self._stepped(self.bookings[booking_id])
            if after is None:
                break
            self.bookings[booking_id] = after
            steps += 1
        return steps

    def _stepped(self, kept: Kept) -> Kept | None:
        upcoming = next_automatic(kept)
        if upcoming is not None and upcoming[1] <= self.now:
            return moved_on(kept, upcoming[0], "S", None, self.now, reason=None, starts=None)
        due = [row for row in reminders_left(kept) if row[1] <= self.now]
        if not due:
            return None
        sent = tuple((f"reminder.{name}", kept.version) for name, _, ends in due if self.now < ends)
        noted = kept.reminded | {name: at for name, at, _ in due}
        return replace(kept, reminded=noted, events=kept.events + sent)

    # -- what may have happened where two things were done at once

    def outcomes(self, one: Command, other: Command) -> Iterator[tuple[tuple[str, str], "Market"]]:
        """Every answer to two commands at once that some order of them would give, and what is then."""
        if isinstance(other, Tick):
            yield from self._amid_ticks(one)
            return
        for first, second in ((one, other), (other, one)):
            then = self.copy()
            answers = {id(command): then.run(command) for command in (first, second)}
            yield (answers[id(one)], answers[id(other)]), then

    def _amid_ticks(self, command: Command) -> Iterator[tuple[tuple[str, str], "Market"]]:
        """The command may come between any two of the clock's steps, and before or after those of other bookings."""
        own = command.booking if isinstance(command, Act) and command.booking in self.bookings else None
        steps = self.copy().step(own) if own else 0
        for before in range(steps + 1):
            for others in (False, True):
                then = self.copy()
                for booking_id in then.bookings:
                    if booking_id == own or others:
                        then.step(booking_id, before if booking_id == own else None)
                answer = then.run(command)
                then.tick()
                yield (answer, "done"), then


def _answer(kept: Kept) -> str:
    return f"{kept.status} v{kept.version}"
