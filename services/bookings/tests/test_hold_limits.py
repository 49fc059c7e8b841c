"""What a guest is told whose hold is refused by a limit: which one, and what they can do about it."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from .conftest import SERVICE, Market
from .test_actions import run_due

OF_PROVIDER = (
    "Other guests have just asked for many of this provider's times and not confirmed their addresses yet. "
    "Log in to book, or try again in half an hour."
)
OF_DAY = "Too many unverified requests wait for this day. Log in to book it, or try again in half an hour."
OF_MAILBOX = (
    "2 requests with this address wait for their mail link to be followed. Confirm those, log in, or try again in "
    "half an hour."
)
OF_MAILS = "Too many bookings were begun with this address today. Log in to book."


async def ask(market: Market, number: int, *, day: int, email: str | None = None) -> httpx2.Response:
    """Ask for another time of that day, from another mailbox unless one is named."""
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=day, hours=number % 20),
        "email": email or f"gus@guest{number}-{day}.net",
        "full_name": "Gus Guest",
        "phone_number": "021 555 000",
    }
    return await market.service.http.post("/bookings/guest", json=body)


def told(answer: httpx2.Response) -> tuple[int, str, str]:
    problem: dict[str, Any] = answer.json()
    return answer.status_code, problem["code"], problem["detail"]


async def test_the_fourth_of_a_day(market: Market) -> None:
    for number in range(3):
        assert (await ask(market, number, day=2)).status_code == 201
    assert told(await ask(market, 3, day=2)) == (409, "too_many_holds", OF_DAY)
    assert (await ask(market, 4, day=3)).status_code == 201, "another day has room"


async def test_the_seventh_of_a_provider(market: Market) -> None:
    for number in range(6):
        assert (await ask(market, number, day=2 + number // 2)).status_code == 201
    assert told(await ask(market, 6, day=9)) == (409, "too_many_holds", OF_PROVIDER)


async def test_the_third_of_a_mailbox_however_it_is_spelt(market: Market) -> None:
    for number, email in enumerate(("gus.guest@gmail.com", "GusGuest+a@gmail.com")):
        assert (await ask(market, number, day=2 + number, email=email)).status_code == 201
    for email in ("g.u.s.guest@gmail.com", "gusguest@googlemail.com"):
        assert told(await ask(market, 3, day=6, email=email)) == (409, "too_many_holds", OF_MAILBOX)
    assert (await ask(market, 3, day=6, email="gus.guest@example.com")).status_code == 201


async def test_the_eleventh_mail_of_a_day(market: Market) -> None:
    for number in range(10):
        guest = await market.book_as_guest(starts_at=market.starts_in(days=2 + number), email="gus@gmail.com")
        assert (await guest.act("verify_guest")).status_code == 200
    refused = await ask(market, 10, day=20, email="gus@gmail.com")
    assert told(refused) == (429, "too_many_mails", OF_MAILS)
    assert refused.headers["retry-after"] == "3600"
    market.clock.advance(timedelta(days=1))
    assert (await ask(market, 11, day=20, email="gus@gmail.com")).status_code == 201


@pytest.mark.parametrize("way", ["lapsed", "confirmed"])
async def test_after_that_there_is_room_again(market: Market, way: str) -> None:
    guests = [await market.book_as_guest(starts_at=market.starts_in(days=2, hours=n)) for n in range(2)]
    assert told(await ask(market, 5, day=2, email="gus@example.com")) == (409, "too_many_holds", OF_MAILBOX)
    if way == "confirmed":
        assert (await guests[0].act("verify_guest")).status_code == 200
    else:
        market.clock.advance(timedelta(minutes=30))
        assert await run_due(market.service) == 2
    assert (await ask(market, 5, day=2, email="gus@example.com")).status_code == 201


async def test_what_is_refused_leaves_nothing_behind(market: Market) -> None:
    for number in range(3):
        await ask(market, number, day=2)
    assert (await ask(market, 3, day=2)).status_code == 409
    assert await market.service.db["bookings"].count_documents({}) == 3
    quotas = await market.service.db["quotas"].find().to_list()
    assert sum(len(quota["holders"]) for quota in quotas if quota["_id"].startswith("holds of provider")) == 3
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2, hours=3)}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201, "who logs in is not held up"
