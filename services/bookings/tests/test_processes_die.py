"""Several processes of bookings over one database: keys that come twice, clocks that meet, and sudden deaths."""
# ruff: noqa: F811 -- the fixtures are those of the races

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import httpx2

from gigsta_common import mongo
from gigsta_common.clock import SystemClock
from gigsta_common.testing.service import eventually

from .fleet import ANYBODY, Caller, Fleet
from .test_processes_race import (  # noqa: F401
    PROCESSES,
    WITHIN,
    Answers,
    SetStage,
    admin,
    all_at_once,
    at,
    customer,
    db,
    fleet,
    local,
    races,
    set_stage,
    won,
)


def same(answers: Answers, status: int) -> Answers:
    """The answers that are the stored one, byte for byte; all others say that the first try is still at work."""
    told = [answer for answer in answers if answer.status_code == status]
    others = {(a.status_code, a.json()["code"]) for a in answers if a.status_code != status}
    assert others <= {(409, "idempotency_in_progress")}
    assert len({answer.content for answer in told}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in told) == 1
    return told


@races(2)
async def test_one_key_books_once_over_all_processes(set_stage: SetStage, race: int) -> None:
    stage = await set_stage()
    wish, key = stage.wish(local(5, 15)), f"pressed for {stage.provider}"
    told = same(await all_at_once([stage.post(n, customer(1), "/bookings", wish, key) for n in range(100)]), 201)
    [booking] = await stage.sound()
    assert {answer.json()["id"] for answer in told} == {booking["_id"]}
    later = [await stage.post(n, customer(1), "/bookings", wish, key) for n in range(PROCESSES)]
    assert {answer.content for answer in later} == {told[0].content}


@races(1)
async def test_one_key_holds_and_acts_once_over_all_processes(set_stage: SetStage, race: int) -> None:
    stage = await set_stage()
    wish, key = stage.guests_wish(local(5, 15), "gus"), f"pressed for {stage.provider}"
    told = same(await all_at_once([stage.post(n, ANYBODY, "/bookings/guest", wish, key) for n in range(100)]), 201)
    [booking] = await stage.sound()
    assert told[0].json()["id"] == booking["_id"]
    guest = Caller(booking_key=booking["outbox"][0]["data"]["guest"]["secret"])
    path = f"/bookings/{booking['_id']}/actions/verify_guest"
    same(await all_at_once([stage.post(n, guest, path, {}, key) for n in range(100)]), 200)
    [booking] = await stage.sound()
    assert [entry["action"] for entry in booking["history"]] == ["create_guest", "verify_guest"]


# -- the clock


@races(1)
async def test_the_clocks_of_all_processes_and_a_customer_act_once_between_them(
    set_stage: SetStage, db: mongo.Database, race: int
) -> None:
    """On 20 requests whose provider has let the time to answer pass."""
    stage = await set_stage()
    made = await stage.made(local(10 + n // 4, 6 * (n % 4)) for n in range(20))
    long_ago = SystemClock().now() - timedelta(hours=25)
    late = {"$set": {"requested_at": long_ago, "wake_at": long_ago}}

    async def withdraw_or_let_pass(n: int) -> Answers:
        await db["bookings"].update_one({"_id": made[n]}, late)
        return await all_at_once([stage.act(turn, customer(n), made[n], "withdraw") for turn in range(n % 6)])

    answers = await asyncio.gather(*(withdraw_or_let_pass(n) for n in range(20)))

    async def over() -> bool:
        return not await db["bookings"].count_documents({"provider_id": stage.provider, "status": "pending"})

    await eventually(over, within=WITHIN)
    documents = {document["_id"]: document for document in await stage.sound()}
    for booking, told in zip(made, answers, strict=True):
        withdrawn = len(won(stage.fleet, told))
        [_, last] = documents[booking]["history"]
        assert (last["action"], last["actor"]) == (
            ("withdraw", "customer") if withdrawn else ("expire_request", "system")
        )
        assert withdrawn <= 1


# -- sudden death


@races(2)
async def test_processes_that_are_killed_in_a_storm_leave_nothing_half_done(
    set_stage: SetStage, fleet: Fleet, race: int
) -> None:
    """Two of three. Their clients ask again, each with the key of the first try; every third gives the time up."""
    stage = await set_stage()
    starts = [local(day, hour) for day in (5, 6, 7, 8) for hour in range(0, 24, 2)]
    moments = Random().sample(range(1, 60), 2)
    deaths = dict(zip(moments, (fleet.processes[race % 3], fleet.processes[(race + 1) % 3]), strict=True))
    ended = 0

    async def client(n: int) -> Answers:
        nonlocal ended
        wish, key = stage.wish(starts[n % len(starts)]), f"{stage.provider} {n}"
        book = partial(stage.post, caller=customer(n), path="/bookings", body=wish, key=key)
        answers = [await insist(stage.db, book, n)]
        ended += 1
        if ended in deaths:
            deaths[ended].child.kill()
        if answers[0].status_code == 201 and n % 3 == 0:
            path = f"/bookings/{answers[0].json()['id']}/actions/withdraw"
            withdraw = partial(stage.post, caller=customer(n), path=path, body={}, key=key)
            answers.append(await insist(stage.db, withdraw, n))
        return answers

    async with asyncio.timeout(WITHIN):
        answers = await asyncio.gather(*(client(n) for n in range(150)))
    assert [process.child.alive for process in deaths.values()] == [False, False], f"killed after {moments} answers"
    won(fleet, [answer for told in answers for answer in told])
    documents = {document["customer_id"]: document for document in await stage.sound()}
    for n, told in enumerate(answers):
        check_outcome(documents.pop(f"customer-{n}", None), told)
    assert not documents


async def insist(db: mongo.Database, call: Callable[[int], Awaitable[httpx2.Response]], turn: int) -> httpx2.Response:
    """Ask one process after the other until one has an answer.

    What those who died have locked MongoDB lets go within seconds; who waits longer is told to come again.
    """
    while True:
        turn += 1
        with suppress(httpx2.TransportError):
            answer = await call(turn)
            told = answer.json().get("code")
            if told == "idempotency_in_progress":
                await a_minute_passes(db)
            elif told != "database_unavailable":
                return answer


async def a_minute_passes(db: mongo.Database) -> None:
    """For the keys of those who died at work: so long nobody else may take them."""
    past = SystemClock().now() - timedelta(minutes=1)
    await db["idempotency_keys"].update_many({"status": {"$exists": False}}, {"$set": {"lapses_at": past}})


def check_outcome(document: dict[str, Any] | None, told: Answers) -> None:
    """What a client was told is what has happened: once, although they have asked twice."""
    statuses = [answer.status_code for answer in told]
    if document is None:
        assert statuses == [409]
        return
    # A withdrawal that died before it could answer is told as not possible any more when it is asked for again.
    assert statuses in ([201], [201, 200], [201, 409])
    assert told[0].json()["id"] == document["_id"]
    assert [entry["action"] for entry in document["history"]] == ["create", "withdraw"][: len(told)]
