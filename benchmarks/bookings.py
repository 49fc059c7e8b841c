"""The booking engine: transitions, creations, availability and lists, next to what the driver itself can do."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise

import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.bookings_data import MIDNIGHT, Bench, bench, booking, insert, insert_many_alike, offer, pin
from benchmarks.bookings_slot_keys import SlotKeys
from gigsta_bookings.callers import Caller
from gigsta_bookings.crud.claims import SlotUnavailable
from gigsta_bookings.crud.lists import Wanted, key_of
from gigsta_bookings.crud.quotas import Quotas
from gigsta_bookings.crud.requests import Requests
from gigsta_bookings.crud.store import COLLECTION, Store
from gigsta_bookings.models import Actor
from gigsta_bookings.schemas import ActionRequest, BookingRequest
from gigsta_common.ids import new_id
from gigsta_common.localservers import Mongod
from gigsta_common.pagination import encode_cursor
from gigsta_common.security import Principal

CLIENTS = 32
PROVIDER = "provider-0"
AS_PROVIDER = Caller(Principal(PROVIDER, frozenset({"provider"}), session_id="bench"))


def main(*, quick: bool) -> None:
    console = Console()
    with Mongod() as mongod:
        pin({"us": 0, "mongod": 1})
        uvloop.run(_transitions(mongod.url, 400 if quick else 3000, 2 if quick else 5, console))
        uvloop.run(_creations(mongod.url, 400 if quick else 3000, 2 if quick else 3, console))
        uvloop.run(_availability(mongod.url, quick=quick, console=console))
        uvloop.run(_lists(mongod.url, 20_000 if quick else 201_000, console))


async def _timed(work: Callable[[int], Awaitable[object]], count: int) -> float:
    """How many a second, `CLIENTS` at once."""
    numbers = iter(range(count))

    async def client() -> None:
        for number in numbers:
            await work(number)

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return count / (time.perf_counter() - started)


# -- transitions


async def _transitions(url: str, count: int, runs: int, console: Console) -> None:
    """Accept and start, two transitions a booking, against the same write without anything around it."""
    ours, raw = [], []
    async with bench(url) as found:
        for _ in range(runs):
            raw.append(await _raw_updates(found, count))
            ours.append(await _our_transitions(found, count))
    table = Table("", "a second", "of raw", title=f"transitions on one core, {CLIENTS} at once, medians of {runs} runs")
    table.add_row("raw find_one_and_update", f"{statistics.median(raw):,.0f}", "1")
    ratio = statistics.median(one / other for one, other in zip(ours, raw, strict=True))
    table.add_row("Actions.act", f"{statistics.median(ours):,.0f}", f"{ratio:.2f}")
    console.print(table)


async def _our_transitions(found: Bench, count: int) -> float:
    soon = found.runtime.clock.now() + timedelta(minutes=20)
    made = [booking(n, PROVIDER, soon) for n in range(count // 2)]
    await insert(found.db, made)

    async def act(number: int) -> None:
        for action in ("accept", "start"):
            await found.use_cases.actions.act(AS_PROVIDER, made[number].id, action, ActionRequest())

    return 2 * await _timed(act, len(made))


async def _raw_updates(found: Bench, count: int) -> float:
    """What the two transitions write, as documents that are ready."""
    soon = found.runtime.clock.now() + timedelta(minutes=20)
    example = booking(0, PROVIDER, soon)
    await insert(found.db, [example])
    for action in ("accept", "start"):
        await found.use_cases.actions.act(AS_PROVIDER, example.id, action, ActionRequest())
    after = await found.db[COLLECTION].find_one({"_id": example.id})
    assert after is not None
    made = [booking(n, PROVIDER, soon) for n in range(count // 2)]
    await insert(found.db, made)

    async def update(number: int) -> None:
        for version in (1, 2):
            entry, event = after["history"][version], after["outbox"][version - 1]
            status = "confirmed" if version == 1 else "in_progress"
            changed = {name: after[name] for name in ("answer", "confirmed_at", "updated_at", "wake_at")}
            await found.db[COLLECTION].find_one_and_update(
                {"_id": made[number].id, "version": version},
                {
                    "$set": changed | {"status": status, "version": version + 1},
                    "$push": {"history": entry, "outbox": event},
                },
            )

    return 2 * await _timed(update, len(made))


# -- creations


async def _creations(url: str, count: int, runs: int, console: Console) -> None:
    table = Table(
        "", "spread, a second", "one day, attempts a second", "booked", "overlaps",
        title=f"creations, {CLIENTS} at once: over 1,000 providers, and racing for one day of one; medians of {runs}",
    )  # fmt: skip
    for name in ("a document per provider and day (ours)", "unique keys of five minutes"):
        found = [await _one_creation(url, count, slot_keys=name.startswith("unique")) for _ in range(runs)]
        spread, attempts = (statistics.median(run[place] for run in found) for place in (0, 1))
        booked, overlaps = (sum(run[place] for run in found) for place in (2, 3))
        table.add_row(name, f"{spread:,.0f}", f"{attempts:,.0f}", str(booked), str(overlaps))
    console.print(table)


async def _one_creation(url: str, count: int, *, slot_keys: bool) -> tuple[float, float, int, int]:
    async with bench(url) as found:
        requests = _with_slot_keys(found) if slot_keys else found.use_cases.requests
        for number in range(1000):
            await offer(found.db, f"provider-{number}")
        racer = "racer"
        await offer(found.db, racer)

        async def create(number: int) -> None:
            starts_at = MIDNIGHT + timedelta(days=1, hours=number // 1000)
            await _book(requests, f"provider-{number % 1000}", number, starts_at)

        async def race(number: int) -> None:
            starts_at = MIDNIGHT + timedelta(days=2, minutes=15 * (number * 37 % 92))
            await _book(requests, racer, number, starts_at)

        spread = await _timed(create, count)
        attempts = await _timed(race, count // 2)
        booked = await found.db[COLLECTION].find({"provider_id": racer}).sort("starts_at", 1).to_list()
        overlaps = sum(a["ends_at"] > b["starts_at"] for a, b in pairwise(booked))
        return spread, attempts, len(booked), overlaps


async def _book(requests: Requests, provider_id: str, number: int, starts_at: datetime) -> None:
    customer = Principal(f"customer-{number}", frozenset({"user"}), session_id="bench", name="Charlie Customer")
    wanted = BookingRequest(service_id=f"service-{provider_id}", starts_at=starts_at, note="By the gate")
    with contextlib.suppress(SlotUnavailable):
        await requests.create(customer, new_id(), wanted)


def _with_slot_keys(found: Bench) -> Requests:
    known = found.use_cases
    store = Store(found.runtime, SlotKeys(found.db), Quotas(found.db), known.offerings)
    return Requests(
        found.runtime, store, known.offerings, known.schedules, known.policies, known.departures, known.suspensions
    )


# -- availability


async def _availability(url: str, *, quick: bool, console: Console) -> None:
    """One after the other in every round, so that a machine that changes its pace does so for all."""
    table = Table("bookings in the past", "in the month", "ms", "slots", title="a month of availability, medians")
    async with contextlib.AsyncExitStack() as stack:
        calendars = {}
        for past in (10, 1_000) if quick else (10, 1_000, 100_000):
            calendars[past] = await stack.enter_async_context(bench(url))
            await offer(calendars[past].db, PROVIDER)
            await _fill_calendar(calendars[past], past)
        times: dict[int, list[float]] = {past: [] for past in calendars}
        slots: dict[int, int] = {}
        start, end = MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=32)
        for _ in range(40):
            for past, found in calendars.items():
                started = time.perf_counter()
                answer = await found.use_cases.schedules.availability(f"service-{PROVIDER}", start, end, None)
                times[past].append((time.perf_counter() - started) * 1000)
                slots[past] = len(answer.items)
    for past, taken in times.items():
        table.add_row(f"{past:,}", "372", f"{statistics.median(taken):.2f}", str(slots[past]))
    console.print(table)


async def _fill_calendar(found: Bench, past: int) -> None:
    """Claims of an hour each: so many before today, back to back, and every other hour of the coming month."""
    starts = [MIDNIGHT - timedelta(hours=n) for n in range(1, past + 1)]
    starts += [MIDNIGHT + timedelta(days=1, hours=2 * n) for n in range(372)]
    days: dict[str, list[dict[str, object]]] = {}
    for start in starts:
        claim = {"booking_id": new_id(), "kind": "slot", "starts_at": start, "slot_starts_at": start}
        claim["ends_at"] = start + timedelta(hours=1)
        days.setdefault(f"{PROVIDER}:{start.date()}", []).append(claim)
    await found.db["calendar_days"].insert_many(
        [{"_id": day_id, "provider_id": PROVIDER, "claims": claims} for day_id, claims in days.items()]
    )


# -- lists


async def _lists(url: str, count: int, console: Console) -> None:
    """One provider has them all; pages of 20."""
    last_page = min(count // 20 - 2, 10_000)
    table = Table("list", "page 1, ms", f"page {last_page:,}, ms", title=f"lists over {count:,} bookings, medians")
    async with bench(url) as found:
        console.print(f"making {count:,} bookings", style="dim")
        await insert_many_alike(found.db, PROVIDER, [MIDNIGHT - timedelta(minutes=30 * n) for n in range(count)])
        caller = Principal(PROVIDER, frozenset({"provider"}), session_id="bench")
        for name, wanted in (
            ("newest", Wanted(role=Actor.PROVIDER)),
            ("by start", Wanted(role=Actor.PROVIDER, order="starts_at")),
            ("text", Wanted(role=Actor.PROVIDER, text="hedge trim")),
        ):
            cursor = await _cursor(found, wanted, (last_page - 1) * 20)
            first, late = await _page(found, caller, wanted, None), await _page(found, caller, wanted, cursor)
            table.add_row(name, f"{first:.2f}", f"{late:.2f}")
    console.print(table)


async def _cursor(found: Bench, wanted: Wanted, skipped: int) -> str:
    field = wanted.sorted_by.removeprefix("-")
    direction = -1 if wanted.sorted_by.startswith("-") else 1
    order = [(field, direction), ("_id", direction)]
    row = await found.db[COLLECTION].find({}, {field: 1}).sort(order).skip(skipped - 1).limit(1).to_list()
    return encode_cursor((wanted.sorted_by, row[0][field], row[0]["_id"]))


async def _page(found: Bench, caller: Principal, wanted: Wanted, cursor: str | None) -> float:
    times = []
    for _ in range(30):
        started = time.perf_counter()
        rows = await found.use_cases.lists.page(caller, wanted, 20, cursor)
        times.append((time.perf_counter() - started) * 1000)
        assert len(rows) == 21
        assert key_of(rows[0], wanted.sorted_by)
    return statistics.median(times)
