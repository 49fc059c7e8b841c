"""F7: the primary of three mongods loses its place again and again while bookings are made and withdrawn.

GIGSTA_STEP_DOWNS=20 is the whole of it.
"""
# ruff: noqa: F811 -- the fixtures are those of the races

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
import pytest
from pymongo.errors import PyMongoError

from gigsta_common.testing.replica_set import ReplicaSet, replica_set

from .test_processes_die import a_minute_passes
from .test_processes_race import WITHIN, SetStage, Stage, customer, db, fleet, local, set_stage  # noqa: F401

STEP_DOWNS = int(os.environ.get("GIGSTA_STEP_DOWNS", "3"))
CLIENTS = 10
WRITES_BETWEEN = 50


@pytest.fixture(scope="module")
def three_mongods() -> Iterator[ReplicaSet]:
    with replica_set() as three:
        yield three


@pytest.fixture(scope="module")
def mongod_url(three_mongods: ReplicaSet) -> str:
    """What the races' fixtures stand on."""
    return three_mongods.url


@dataclass
class Told:
    """What clients have been told."""

    bookings: dict[str, str] = field(default_factory=dict)  # the id of each, by its customer
    withdrawn: set[str] = field(default_factory=set)  # customers
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def writes(self) -> int:
        return len(self.bookings) + len(self.withdrawn)


async def test_no_acknowledged_write_is_lost_and_nobody_gets_an_error_but_503(
    set_stage: SetStage, three_mongods: ReplicaSet
) -> None:
    stage, told, over = await set_stage(), Told(), asyncio.Event()
    async with asyncio.timeout(WITHIN), asyncio.TaskGroup() as clients:
        for n in range(CLIENTS):
            clients.create_task(book_and_withdraw(stage, n, told, over))
        for _ in range(STEP_DOWNS):
            enough = told.writes + WRITES_BETWEEN
            while told.writes < enough:
                await asyncio.sleep(0.02)
            await asyncio.to_thread(three_mongods.step_down)
        over.set()
    assert told.statuses.keys() <= {200, 201, 409, 503}
    kept = {document["customer_id"]: document for document in await stage.sound()}
    assert {who: document["_id"] for who, document in kept.items()} == told.bookings
    for who, document in kept.items():
        steps = [entry["action"] for entry in document["history"]]
        assert steps == ["create", "withdraw"][: 1 + (who in told.withdrawn)]


async def book_and_withdraw(stage: Stage, n: int, told: Told, over: asyncio.Event) -> None:
    """Again and again, one time that nobody else wants, each time as another customer."""
    start = local(5, 2 * n)
    for number in count(n, CLIENTS):
        who = customer(number)
        booked = await insist(stage, number, told, "/bookings", stage.wish(start))
        assert booked.status_code == 201, booked.text
        told.bookings[str(who.user_id)] = booked.json()["id"]
        if over.is_set():
            return
        await insist(stage, number, told, f"/bookings/{booked.json()['id']}/actions/withdraw", {})
        told.withdrawn.add(str(who.user_id))


async def insist(stage: Stage, number: int, told: Told, path: str, body: Any) -> httpx2.Response:
    """Ask one process after the other, with the same key, until there is an answer other than "come again"."""
    for turn in count(number):
        answer = await stage.post(turn, customer(number), path, body, f"{stage.provider} {number}")
        told.statuses[answer.status_code] += 1
        if answer.status_code == 409 and answer.json()["code"] == "idempotency_in_progress":
            with suppress(PyMongoError):
                await a_minute_passes(stage.db)  # a try that ended with 503 could not give the key back either
        elif answer.status_code != 503:
            return answer
    raise AssertionError("unreachable")
