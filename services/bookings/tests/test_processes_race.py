"""F8 and F9: several processes over one database, and hundreds of clients who want the same thing at once.

GIGSTA_RACES=100 runs each race that often.
"""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from gigsta_bookings.crud.claims import Claims
from gigsta_bookings.crud.offerings import Offerings
from gigsta_bookings.crud.schedules import Schedules
from gigsta_common import migrations, mongo
from gigsta_common.clock import SystemClock
from gigsta_common.events import envelope
from gigsta_common.ids import new_id
from gigsta_common.security import SigningKey
from gigsta_common.testing.databases import url_of
from gigsta_common.testing.keys import serving_keys

from .conftest import EVERY_DAY, MIGRATIONS, offered
from .fleet import ANYBODY, Caller, Fleet
from .soundness import Held, held_by, sound

RACES = int(os.environ.get("GIGSTA_RACES", "0"))
PROCESSES = 3
CLIENTS = 200
WITHIN = 300
BUFFERS = {"buffer_before_minutes": 15, "buffer_after_minutes": 30}
ZONE = ZoneInfo(EVERY_DAY["timezone"])
TODAY = SystemClock().now().astimezone(ZONE).date()
REFUSALS = {
    "action_not_available",
    "slot_unavailable",
    "too_many_guests",
    "too_many_holds",
    "too_many_requests_open",
    "too_many_requests_today",
    "version_conflict",
}

Answers = list[httpx2.Response]


def races(usually: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("race", range(RACES or usually))


@pytest.fixture(scope="module")
async def db(mongod_url: str) -> AsyncIterator[mongo.Database]:
    client = mongo.connect(mongod_url, app_name="races")
    db = mongo.database(client, f"races_{new_id()}")
    await migrations.up(db, MIGRATIONS)
    yield db
    await client.drop_database(db.name)
    await client.close()


@pytest.fixture(scope="module")
async def fleet(
    mongod_url: str, db: mongo.Database, signing_key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Fleet]:
    async with serving_keys(signing_key) as jwks_url:
        fleet = Fleet(url_of(mongod_url, db), signing_key, jwks_url, tmp_path_factory.mktemp("fleet"))
        try:
            await fleet.start(PROCESSES)
            yield fleet
        finally:
            await fleet.stop()


@dataclass
class Stage:
    """A provider with three services: one on request, one on request that takes longer, and one booked at once."""

    fleet: Fleet
    db: mongo.Database
    provider: str

    async def post(self, turn: int, caller: Caller, path: str, body: Any, key: str | None = None) -> httpx2.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.fleet.send(turn, caller, "POST", path, json=body, headers=headers)

    async def book(self, n: int, start: datetime, service: str = "asked") -> httpx2.Response:
        return await self.post(n, customer(n), "/bookings", self.wish(start, service))

    async def hold(self, n: int, start: datetime, name: str = "gus{n}") -> httpx2.Response:
        return await self.post(n, ANYBODY, "/bookings/guest", self.guests_wish(start, name.format(n=n)))

    def wish(self, start: datetime, service: str = "asked") -> dict[str, str]:
        return {"service_id": f"{self.provider}-{service}", "starts_at": start.isoformat()}

    def guests_wish(self, start: datetime, name: str) -> dict[str, str]:
        facts = {
            "email": f"{self.provider}-{name}@example.com",
            "full_name": "Gus Guest",
            "phone_number": "021 555 000",
        }
        return self.wish(start) | facts

    async def act(self, turn: int, caller: Caller, booking: str, action: str, **body: Any) -> httpx2.Response:
        return await self.post(turn, caller, f"/bookings/{booking}/actions/{action}", body)

    @property
    def owner(self) -> Caller:
        return Caller(self.provider, ("user", "provider"))

    async def made(self, starts: Iterable[datetime], service: str = "asked") -> list[str]:
        """The ids of bookings at these times, made by customer 0, 1, ..."""
        answers = await asyncio.gather(*(self.book(n, start, service) for n, start in enumerate(starts)))
        assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
        return [answer.json()["id"] for answer in answers]

    async def sound(self) -> list[dict[str, Any]]:
        return await sound(self.db, self.provider)


SetStage = Callable[..., Awaitable[Stage]]


@pytest.fixture
async def set_stage(fleet: Fleet, db: mongo.Database) -> SetStage:
    """Makes a provider of its own, whose plan has `changes`."""
    schedules = Schedules(db, SystemClock(), Offerings(db), Claims(db))

    async def make(**changes: Any) -> Stage:
        await fleet.replace_dead()
        stage = Stage(fleet, db, f"provider-{new_id()}")
        services: dict[str, dict[str, Any]] = {"asked": {}, "long": {"duration_minutes": 90}}
        services["instant"] = {"instant_book": True}

        async def write(session: mongo.Session) -> None:
            await schedules.ensure(stage.provider, session)
            for name, facts in services.items():
                event = offered(service_id=f"{stage.provider}-{name}", provider_id=stage.provider, **facts)
                now = SystemClock().now()
                told = envelope("service.published", event, publisher="catalog", subject=name, sequence=1, time=now)
                await Offerings(db).apply(event, told, session)

        await mongo.in_transaction(db, write)
        plan = EVERY_DAY | BUFFERS | changes
        answer = await fleet.send(0, stage.owner, "PUT", "/bookings/schedule", json=plan)
        assert answer.status_code == 200, answer.text
        return stage

    return make


def customer(n: int) -> Caller:
    return Caller(f"customer-{n}")


def admin() -> Caller:
    return Caller("admin-1", ("user", "admin"))


def local(days: int, hour: int = 0, minute: int = 0) -> datetime:
    """A time by the provider's clock, some days from now."""
    return datetime.combine(TODAY + timedelta(days=days), time(hour, minute), ZONE)


def afternoon(days: int) -> list[datetime]:
    """Starting times a quarter of an hour apart. Midnight in UTC is among them, in summer and in winter."""
    return [local(days, 11) + timedelta(minutes=15 * n) for n in range(28)]


def won(fleet: Fleet, answers: Answers) -> Answers:
    """The answers that tell of success; all others must be refusals that a client can understand."""
    failed = [answer.text for answer in answers if answer.status_code not in (200, 201, 409)]
    assert not failed, f"{failed[:3]}\n{fleet.logs()}"
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= REFUSALS
    return [answer for answer in answers if answer.status_code != 409]


async def all_at_once(calls: list[Awaitable[httpx2.Response]]) -> Answers:
    async with asyncio.timeout(WITHIN):
        return list(await asyncio.gather(*calls))


# -- one time


async def rivals(stage: Stage, random: Random, starts: list[datetime]) -> list[Awaitable[httpx2.Response]]:
    """Clients who want one of these times: as customers, as guests, by moving a request or by proposing a new time."""
    moving = await stage.made(local(20 + n, 12) for n in range(10))
    confirmed = await stage.made((local(30 + n, 12) for n in range(10)), "instant")
    calls: list[Awaitable[httpx2.Response]] = []
    times = cycle(random.sample(starts, len(starts)))
    for n, (booking, start) in enumerate(zip(moving, times, strict=False)):
        calls.append(stage.act(n, customer(n), booking, "change_time", starts_at=start.isoformat()))
    for n, (booking, start) in enumerate(zip(confirmed, times, strict=False)):
        who = random.choice((customer(n), stage.owner))
        calls.append(stage.act(n, who, booking, "propose_reschedule", starts_at=start.isoformat()))
    calls += [stage.hold(n, start) for n, start in enumerate(islice(times, 30))]
    kinds = cycle(("asked", "instant", "long"))
    left = CLIENTS - len(calls)
    calls += [stage.book(n, start, kind) for n, start, kind in zip(range(left), times, kinds, strict=False)]
    random.shuffle(calls)
    return calls


def at(bookings: list[dict[str, Any]], day: datetime) -> list[Held]:
    """What is held on that day of the provider's."""
    return [
        held
        for booking in bookings
        for held in held_by(booking)
        if held.work_starts_at.astimezone(ZONE).date() == day.date()
    ]


@races(2)
async def test_of_all_who_want_one_time_exactly_one_gets_it(set_stage: SetStage, race: int) -> None:
    stage = await set_stage()
    # Every second race is for a time whose claim lies on two dates in UTC.
    start = datetime.combine(local(5).date(), time(), UTC) if race % 2 else local(5, 15)
    winners = won(stage.fleet, await all_at_once(await rivals(stage, Random(race), [start])))
    assert len(winners) == 1
    bookings = await stage.sound()
    assert len(at(bookings, start.astimezone(ZONE))) == 1


@races(2)
async def test_of_all_who_want_one_afternoon_none_overlap_and_no_free_time_is_refused(
    set_stage: SetStage, race: int
) -> None:
    stage = await set_stage()
    calls = await rivals(stage, Random(race), afternoon(5))
    winners = won(stage.fleet, await all_at_once(calls))
    taken = at(await stage.sound(), local(5))
    assert len(winners) == len(taken)
    assert len({held.booking_id for held in taken}) == len(taken)
    # Nobody gave anything up, and each of these times was asked for.
    for start in afternoon(5):
        wish = Held("", "", start - timedelta(minutes=15), start + timedelta(minutes=90), start)
        assert any(wish.meets(held) for held in taken), f"{start} was refused and is free"


@races(1)
async def test_times_that_are_given_up_in_the_middle_of_a_race_are_sold_once_more(
    set_stage: SetStage, race: int
) -> None:
    """Those who have a time give it up at once, and others are there to take it."""
    stage = await set_stage()
    random = Random(race)

    async def come_and_go(n: int, start: datetime, kind: str) -> httpx2.Response:
        answer = await stage.book(n, start, kind)
        if answer.status_code == 201 and n % 4:
            end = "cancel" if kind == "instant" else "withdraw"
            return await stage.act(n + 1, customer(n), answer.json()["id"], end)
        return answer

    starts = [random.choice(afternoon(5)) for _ in range(CLIENTS)]
    kinds = cycle(("asked", "instant", "long"))
    calls = [come_and_go(n, start, kind) for n, (start, kind) in enumerate(zip(starts, kinds, strict=False))]
    winners = won(stage.fleet, await all_at_once(list(calls)))
    bookings = await stage.sound()
    assert len(bookings) == len(winners)
    statuses = Counter(booking["status"] for booking in bookings)
    assert len(at(bookings, local(5))) == statuses["pending"] + statuses["confirmed"]
    assert statuses["cancelled"] == sum(answer.status_code == 200 for answer in winners)


# -- one booking


@races(3)
async def test_of_all_who_answer_one_request_exactly_one_does(set_stage: SetStage, race: int) -> None:
    stage = await set_stage()
    [booking] = await stage.made([local(5, 15)])
    choices: list[tuple[Caller, str, dict[str, Any]]] = [
        (stage.owner, "accept", {}),
        (stage.owner, "decline", {"reason": "Fully booked"}),
        (customer(0), "withdraw", {}),
        (admin(), "accept", {}),
        (customer(0), "withdraw", {"version": 1}),
        (stage.owner, "accept", {"version": 1}),
    ]
    wanted = list(islice(cycle(choices), CLIENTS))
    Random(race).shuffle(wanted)
    answers = await all_at_once([stage.act(n, who, booking, do, **body) for n, (who, do, body) in enumerate(wanted)])
    [winner] = won(stage.fleet, answers)
    [document] = await stage.sound()
    assert (document["version"], len(document["history"]), len(document["outbox"])) == (2, 2, 2)
    assert document["status"] == winner.json()["status"]
    assert document["history"][-1]["action"] == wanted[answers.index(winner)][1]


@races(2)
async def test_the_answers_to_a_proposal_and_a_cancellation_exclude_each_other(set_stage: SetStage, race: int) -> None:
    """On 24 bookings at once. Half are cancelled as well, by several people: one of them does, and it is the end."""
    stage = await set_stage()
    bookings = await stage.made([local(10 + n // 6, 4 * (n % 6)) for n in range(24)], "instant")
    proposals = [local(20 + n // 6, 4 * (n % 6)).isoformat() for n in range(24)]
    proposed = [stage.act(n, customer(n), bookings[n], "propose_reschedule", starts_at=proposals[n]) for n in range(24)]
    assert {answer.status_code for answer in await all_at_once(list(proposed))} == {200}
    wanted: list[tuple[int, Caller, str, dict[str, Any]]] = []
    for n in range(24):
        wanted += [
            (n, stage.owner, "accept_reschedule", {"proposal_version": 2}),
            (n, stage.owner, "decline_reschedule", {}),
        ] * 2
        wanted += [(n, customer(n), "withdraw_reschedule", {})] * 2
        if n % 2:
            wanted += [
                (n, customer(n), "cancel", {}),
                (n, stage.owner, "cancel", {"reason": "Ill"}),
                (n, admin(), "cancel", {"reason": "Fraud"}),
            ]
    Random(race).shuffle(wanted)
    calls = [stage.act(turn, who, bookings[n], do, **body) for turn, (n, who, do, body) in enumerate(wanted)]
    answers = await all_at_once(list(calls))
    won(stage.fleet, answers)
    taken: dict[int, Counter[str]] = {n: Counter() for n in range(24)}
    for (n, _, action, _), answer in zip(wanted, answers, strict=True):
        taken[n][action] += answer.status_code == 200
    documents = {document["_id"]: document for document in await stage.sound()}
    for n in range(24):
        check_answered(documents[bookings[n]], taken[n], proposals[n], cancelled=n % 2 == 1)


def check_answered(document: dict[str, Any], taken: Counter[str], proposed: str, *, cancelled: bool) -> None:
    """It has one answer, or was cancelled before there was any, or after."""
    assert taken["cancel"] == cancelled
    answers = [action for action in taken.elements() if action != "cancel"]
    assert len(answers) <= 1 if cancelled else len(answers) == 1
    history = [entry["action"] for entry in document["history"]]
    assert history == ["create_instant", "propose_reschedule", *answers, *(["cancel"] if cancelled else [])]
    assert document["proposal"] is None
    moved = document["starts_at"] == datetime.fromisoformat(proposed)
    assert moved == (answers == ["accept_reschedule"])


# -- a full day


@races(1)
@pytest.mark.parametrize("most", [1, 5])
async def test_a_day_takes_as_many_bookings_as_its_provider_wants(set_stage: SetStage, most: int, race: int) -> None:
    """By the provider's clock: the day lies on two dates in UTC. 100 clients, of whom some only move a booking."""
    stage = await set_stage(max_bookings_per_day=most, buffer_before_minutes=0, buffer_after_minutes=0)
    random = Random(race)
    elsewhere = await stage.made([local(30 + n, 12) for n in range(8)], "instant")
    starts = [local(5, hour) for hour in range(23)] * 4
    random.shuffle(starts)
    moves = list(enumerate(zip(elsewhere, starts, strict=False)))
    calls = [
        stage.act(n, customer(n), booking, "propose_reschedule", starts_at=start.isoformat())
        for n, (booking, start) in moves
    ]
    calls += [stage.book(n, start, random.choice(("asked", "instant"))) for n, start in enumerate(starts)]
    random.shuffle(calls)
    winners = won(stage.fleet, await all_at_once(list(calls)))
    held = at(await stage.sound(), local(5))
    assert (len(calls), len(winners), len(held)) == (100, most, most)
    around = [await stage.book(0, local(day, 23)) for day in (4, 5, 6)]
    assert [answer.status_code for answer in around] == [201, 409, 201]


@races(1)
@pytest.mark.parametrize(
    ("name", "days", "most"),
    [("gus{n}", 1, 3), ("gus{n}", 12, 6), ("gus", 12, 2), ("gus+{n}", 12, 2)],
    ids=["of a day", "of a provider", "for an address", "for a mailbox"],
)
async def test_guests_who_are_not_known_yet_hold_a_few_times_only(
    set_stage: SetStage, name: str, days: int, most: int, race: int
) -> None:
    stage = await set_stage(buffer_before_minutes=0, buffer_after_minutes=0)
    times = [local(5 + day, hour) for hour in range(14, 23) for day in range(days)]  # of one date in UTC, too
    answers = await all_at_once([stage.hold(n, start, name) for n, start in zip(range(40), cycle(times), strict=False)])
    assert len(won(stage.fleet, answers)) == len(await stage.sound()) == most


@races(1)
async def test_a_customer_has_ten_requests_that_wait_for_an_answer(set_stage: SetStage, race: int) -> None:
    stage = await set_stage()
    wishes = [stage.wish(local(5 + n, 12)) for n in range(24)]
    answers = await all_at_once([stage.post(n, customer(0), "/bookings", wish) for n, wish in enumerate(wishes)])
    assert len(won(stage.fleet, answers)) == len(await stage.sound()) == 10


# -- one key
