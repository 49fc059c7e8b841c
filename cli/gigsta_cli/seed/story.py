"""What happened in the demo marketplace: each booking a short script, all of them played in the order of time."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gigsta_cli.seed.data import COMMENTS
from gigsta_cli.seed.market import Market, Person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Step = tuple[timedelta, str, str, dict[str, Any]]
"""When, after the start of the work (or before it); who; which action; what goes with it."""

_ACCEPT: Step = (-2 * DAY, "provider", "accept", {})
_START: Step = (timedelta(), "provider", "start", {})
_COMPLETE: Step = (HOUR, "provider", "complete", {})
_CONFIRM: Step = (4 * HOUR, "customer", "confirm_completion", {})


def _rate(stars: int, back: int | None, which: int) -> list[Step]:
    comments = COMMENTS[stars]
    steps: list[Step] = [(DAY, "customer", "rate", {"stars": stars, "comment": comments[which % len(comments)]})]
    if back is not None:
        steps.append((30 * HOUR, "provider", "rate", {"stars": back, "comment": "A pleasure to work for."}))
    return steps


SCRIPTS: dict[str, list[Step]] = {
    "completed": [_ACCEPT, _START, _COMPLETE, _CONFIRM],
    "auto_completed": [_ACCEPT],
    "auto_confirmed": [_ACCEPT, _START, _COMPLETE],
    "declined": [(-2 * DAY, "provider", "decline", {"reason": "Fully booked that week, sorry."})],
    "withdrawn": [(-2 * DAY, "customer", "withdraw", {"reason": "Found another time."})],
    "cancelled": [_ACCEPT, (-30 * HOUR, "customer", "cancel", {"reason": "We are away after all."})],
    "cancelled_by_provider": [_ACCEPT, (-20 * HOUR, "provider", "cancel", {"reason": "The van broke down."})],
    "expired": [],
    "failed": [_ACCEPT, _START, (HOUR / 2, "provider", "unable_to_complete", {"reason": "No access to the house."})],
    "no_show": [_ACCEPT, (HOUR / 2, "provider", "report_no_show", {"reason": "Nobody at home."})],
    "no_show_reported": [_ACCEPT, (HOUR / 2, "customer", "report_no_show", {"reason": "Nobody came."})],
    "disputed": [_ACCEPT, _START, _COMPLETE, (3 * HOUR, "customer", "open_dispute", {"reason": "Half is undone."})],
    "awaiting_confirmation": [_ACCEPT, _START, _COMPLETE],
    "in_progress": [_ACCEPT, _START],
    "confirmed": [_ACCEPT],
    "pending": [],
}  # fmt: skip


GUEST = {"email": "gus.guest@example.com", "full_name": "Gus Guest", "phone_number": "+64 21 555 0199"}


@dataclass(frozen=True)
class Listing:
    """A published service and whose it is."""

    service_id: str
    owner: Person
    timezone: str
    minutes: int
    instant: bool
    where: dict[str, float]
    """Within its area."""
    address: str
    """A customer's, there."""
    used: set[datetime] = field(default_factory=set)

    def slot(self, today: datetime, days: int, hour: int) -> datetime:
        """The start of a free hour on a local day, so many days from today."""
        day = (today.astimezone(ZoneInfo(self.timezone)) + days * DAY).date()
        last = 20 - self.minutes // 60  # the working day ends at 21:00
        for candidate in (*range(hour, last + 1), *range(8, min(hour, last + 1))):
            start = datetime(day.year, day.month, day.day, candidate, tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)
            if all(abs(start - other) > timedelta(hours=6) for other in self.used):
                self.used.add(start)
                return start
        return self.slot(today, days + (1 if days > 0 else -1), hour)


@dataclass(frozen=True)
class Plot:
    """One booking to be."""

    listing: Listing
    customer: Person | None
    """None for a guest, who books without an account."""
    starts_at: datetime
    steps: list[Step]
    booked: timedelta = -60 * HOUR


class Story:
    """Plays plots against the market, minute by minute of the past month, up to now."""

    def __init__(self, market: Market, until: datetime) -> None:
        self._market = market
        self._until = until
        self._queue: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self._order = itertools.count()
        self.bookings = 0

    def add(self, plot: Plot) -> None:
        at = plot.starts_at + plot.booked

        async def book() -> None:
            listing, starts_at = plot.listing, plot.starts_at.isoformat()
            place = {"location": listing.where, "address": listing.address}
            body = {"service_id": listing.service_id, "starts_at": starts_at, **place}
            self.bookings += 1
            if plot.customer is None:
                await self._market.call(None, "POST", "/bookings/guest", body | GUEST)
                return
            booking = await self._market.call(plot.customer, "POST", "/bookings", body)
            self._watch(booking)
            for step in plot.steps:
                if not (step[2] == "accept" and booking["status"] == "confirmed"):
                    self._plan(max(plot.starts_at + step[0], at + HOUR / 12), self._step(plot, booking["id"], step))

        self._plan(at, book)

    def look_at_inboxes(self, people: Iterable[Person], at: datetime) -> None:
        """Everybody reads what they have been told until then: only what came since is new to them."""

        async def read() -> None:
            await self._settle()
            await asyncio.gather(*(self._market.call(one, "POST", "/notifications/read-all") for one in people))

        self._plan(at, read)

    async def play(self) -> None:
        while self._queue:
            at, _, act = heapq.heappop(self._queue)
            if at > self._until:
                break
            if at > self._market.clock.now():
                self._market.clock.set(at)
            await act()
        self._market.clock.set(self._until)
        await self._settle()

    async def _settle(self) -> None:
        """Until everybody has heard of everything, also of the ratings that are due to be shown."""
        await self._market.settle()
        while await self._market.apps["ratings"].state.use_cases.publishing.close_due():
            await self._market.settle()

    def _plan(self, at: datetime, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._queue, (at, next(self._order), act))

    def _step(self, plot: Plot, booking_id: str, step: Step) -> Callable[[], Awaitable[None]]:
        _, who, action, body = step
        person = plot.customer if who == "customer" else plot.listing.owner

        async def act() -> None:
            if action == "rate":
                await self._market.settle()
                await self._market.call(person, "POST", "/ratings", {"booking_id": booking_id, **body})
                return
            path = f"/bookings/{booking_id}/actions/{action}"
            self._watch(await self._market.call(person, "POST", path, body))

        return act

    def _watch(self, booking: dict[str, Any]) -> None:
        """What the clock will do by itself is planned like everything else."""
        upcoming = booking["next_automatic"]
        if upcoming is not None:

            async def tick() -> None:
                await self._market.apps["bookings"].state.use_cases.timekeeper.run_due()

            self._plan(datetime.fromisoformat(upcoming["at"]), tick)


def plots(listings: list[Listing], customers: list[Person], now: datetime) -> Iterator[Plot]:
    """A month of bookings. The first listing is the demo provider's, the first customer the demo customer."""
    for number, listing in enumerate(listings):
        for nth in range(2 if number else 8):
            customer = customers[0 if number == 0 and nth < 3 else (number * 3 + nth) % len(customers)]
            stars = (5, 5, 4, 5, 4, 3, 5)[(number + nth) % 7]
            back = None if (number + nth) % 6 == 5 else 5
            days = -25 + (number * 5 + nth * 4) % 22
            script = SCRIPTS["completed"] + _rate(stars, back, number + nth)
            yield Plot(listing, customer, listing.slot(now, days, 9 + (number + nth) % 8), script)
    yield from _one_of_each(listings, customers, now)


def _one_of_each(listings: list[Listing], customers: list[Person], now: datetime) -> Iterator[Plot]:
    """Every state that lasts, for the demo customer and the demo provider both."""
    asking = [listing for listing in listings if not listing.instant]
    past = {
        "auto_completed": -9, "auto_confirmed": -10, "declined": -6, "withdrawn": -7, "cancelled": -8,
        "cancelled_by_provider": -11, "expired": -5, "failed": -12, "no_show": -13, "disputed": -2,
        "awaiting_confirmation": -1,
    }  # fmt: skip
    demo_provider, demo_customer = asking[0], customers[0]
    for number, (name, days) in enumerate(past.items()):
        for listing, customer in (
            (asking[2 + number % (len(asking) - 2)], demo_customer),
            (demo_provider, customers[1 + number % (len(customers) - 1)]),
        ):
            yield Plot(listing, customer, listing.slot(now, days, 9 + number % 6), SCRIPTS[name])
    for number in range(4):
        listing = (demo_provider, asking[2 + number])[number % 2]
        customer = (customers[1 + number], demo_customer)[number % 2]
        starts_at = listing.slot(now, 2 + number, 10)
        yield Plot(listing, customer, starts_at, [], booked=now - HOUR - starts_at)
        starts_at = listing.slot(now, 4 + number, 14)
        accept: Step = (now - HOUR - starts_at, "provider", "accept", {})
        yield Plot(listing, customer, starts_at, [accept], booked=now - 5 * HOUR - starts_at)
    for guests_listing in (demo_provider, asking[2]):
        starts_at = guests_listing.slot(now, 6, 15)
        yield Plot(guests_listing, None, starts_at, [], booked=now - HOUR / 30 - starts_at)
    starts_at = listing.slot(now, 9, 11)
    new_time = listing.slot(now, 10, 11)
    propose: Step = (now - HOUR - starts_at, "provider", "propose_reschedule", {"starts_at": new_time.isoformat()})
    accept = (now - 2 * HOUR - starts_at, "provider", "accept", {})
    yield Plot(listing, demo_customer, starts_at, [accept, propose], booked=now - 5 * HOUR - starts_at)


def around_now(listing: Listing, customer: Person, now: datetime) -> Iterator[Plot]:
    """Work under way this minute, and a no-show just reported, with a provider who works around the clock."""
    half_hour = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    yield Plot(listing, customer, half_hour, SCRIPTS["in_progress"])
    yield Plot(listing, customer, half_hour - 5 * HOUR, SCRIPTS["no_show_reported"])
