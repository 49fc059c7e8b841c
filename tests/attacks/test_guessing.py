"""A5 and A6: answers that tell nothing, and guesses that get nowhere while the owner gets in.

`services/auth/tests/test_work.py` counts the work behind these answers; how long they take is measured by
`python -m benchmarks auth`. GIGSTA_GUESSES=10000 makes the attack as long as the table has it.
"""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from gigsta_auth.models.throttling import BUDGETS, Purpose
from gigsta_common.ids import new_id

from .conftest import PASSWORD, Stack, client_at, new_account

pytestmark = pytest.mark.e2e

GUESSES = int(os.environ.get("GIGSTA_GUESSES", "600"))
BUDGET = BUDGETS[Purpose.PASSWORD]
DEVICE = "__Host-gigsta_device"


def guess(client: httpx2.Client, email: str, number: int, password: str | None = None) -> httpx2.Response:
    forged = {
        "X-Forwarded-For": f"203.0.113.{number % 250}, 198.51.100.{number % 199}",
        "Forwarded": f"for=203.0.113.{number % 250}",
        "X-Real-IP": f"203.0.113.{number % 250}",
        "CF-Connecting-IP": f"203.0.113.{number % 250}",
        "X-GigSta-Gateway": f"the-secret-{number:08d}",
    }
    answer = client.post(
        "/auth/login", json={"email": email, "password": password or f"a-guess-{number}"}, headers=forged
    )
    client.cookies.clear()
    return answer


def without_ids(answer: httpx2.Response) -> tuple[int, Any, Any]:
    body = {name: value for name, value in answer.json().items() if name != "request_id"}
    return answer.status_code, body, sorted(name for name in answer.headers if name not in ("date", "x-request-id"))


@pytest.mark.parametrize("door", ["gateway", "auth"])
def test_known_and_unknown_addresses_get_the_same_answers(stack: Stack, door: str) -> None:
    calls: list[Callable[[httpx2.Client, str], httpx2.Response]] = [
        lambda api, email: api.post("/auth/login", json={"email": email, "password": "wrong"}),
        lambda api, email: api.post("/auth/token", data={"username": email, "password": "wrong"}),
        lambda api, email: api.post("/auth/register", json={"email": email, "password": "a-good-long-one"}),
        lambda api, email: api.post("/auth/forgot-password", json={"email": email}),
    ]
    unknown = f"nobody-{new_id()}@example.com"
    with client_at(stack.doors[door], "127.0.9.1" if door == "gateway" else "127.0.9.2") as api:
        for call in calls:
            assert without_ids(call(api, "customer@example.com")) == without_ids(call(api, unknown))


@pytest.mark.parametrize("door", ["gateway", "auth"])
def test_guesses_are_limited_however_they_say_where_they_come_from(stack: Stack, door: str) -> None:
    email = f"victim-{new_id()}@example.com"  # counted like one that has an account
    with client_at(stack.doors[door], "127.0.9.3" if door == "gateway" else "127.0.9.4") as api:
        with ThreadPoolExecutor(8) as attackers:
            answers = list(attackers.map(lambda number: guess(api, email, number), range(GUESSES)))
        codes = Counter(answer.status_code for answer in answers)
        assert set(codes) == {401, 429}
        assert codes[401] <= BUDGET.pair.at_once + 3  # and a few more, in as long as this takes
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1


@pytest.mark.parametrize("through", ["gateway", "auth"])
def test_a_botnet_is_limited_and_the_owner_still_gets_in(stack: Stack, through: str) -> None:
    door, net = stack.doors[through], 8 if through == "gateway" else 7
    victim = new_account(stack, f"127.0.{net}.1")
    with client_at(door, f"127.0.{net}.1") as home:
        first = home.post("/auth/login", json={"email": victim, "password": PASSWORD})
        device = first.raise_for_status().cookies[DEVICE]
        home.cookies.clear()

    def bot(number: int) -> list[int]:
        with client_at(door, f"127.{net}.{10 + number // 250}.{1 + number % 250}") as api:
            return [guess(api, victim, at).status_code for at in range(max(2, GUESSES // 100))]

    with ThreadPoolExecutor(8) as bots:
        codes = Counter(code for answers in bots.map(bot, range(100)) for code in answers)
    assert set(codes) == {401, 429}
    assert codes[401] <= BUDGET.account.at_once + 3
    with client_at(door, f"127.0.{net}.2") as stranger:  # right, but nothing shows that this is the owner
        assert guess(stranger, victim, 1, PASSWORD).status_code == 429
    with client_at(door, f"127.0.{net}.3") as owner:
        body = {"email": victim, "password": PASSWORD}
        assert owner.post("/auth/login", json=body, headers={"Cookie": f"{DEVICE}={device}"}).status_code == 200
