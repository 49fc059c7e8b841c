"""An access token outlives the account, and its good standing, by some minutes, in which nothing is taken from it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gigsta_common.events import UserReinstated, UserSuspended

from .conftest import Marketplace
from .test_closed_accounts import both_rate, close


async def suspend(market: Marketplace, user_id: str, sequence: int = 5) -> None:
    data = UserSuspended(user_id=user_id, reason="Complaints.", suspended_at=market.clock.now())
    await market.service.receive("user.suspended", data, subject=user_id, sequence=sequence)


async def reinstate(market: Marketplace, user_id: str, sequence: int = 6) -> None:
    data = UserReinstated(user_id=user_id, reason="Cleared up.", reinstated_at=market.clock.now())
    await market.service.receive("user.reinstated", data, subject=user_id, sequence=sequence)


async def everything(market: Marketplace) -> list[Any]:
    """But for whose name is on it, which the end of an account takes off."""
    shown = {"author_name": 0, "provider_name": 0, "rated_user_name": 0}
    names = ("ratings", "reports")
    return [await market.service.db[name].find({}, shown).sort("_id", 1).to_list() for name in names]


@pytest.mark.parametrize(
    ("ends", "code"), [(suspend, "account_suspended"), (close, "account_closed")], ids=["suspended", "closed"]
)
async def test_nobody_says_anything_any_more(
    market: Marketplace, ends: Callable[[Marketplace, str], Awaitable[None]], code: str
) -> None:
    await both_rate(market)
    await market.booking("b2")
    await market.booking("b3")
    waiting = (await market.rate("cleo", "b2", 5)).json()["id"]
    (about_cleo,) = (await market.get("/ratings", user_id="cleo"))["items"]
    await ends(market, "cleo")
    before = await everything(market)
    answers = [
        await market.rate("cleo", "b3", 1),
        await market.post("cleo", f"/ratings/{waiting}", {"comment": "Cleo, 021 555 0100"}, method="PATCH"),
        await market.post("cleo", f"/ratings/{about_cleo['id']}/reply", {"comment": "No."}),
        await market.post("cleo", f"/ratings/{about_cleo['id']}/report", {"reason": "No."}),
        await market.post("cleo", f"/ratings/admin/{about_cleo['id']}/hide", {"reason": "No."}, "admin"),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, code)] * 5
    assert await everything(market) == before


async def test_who_is_reinstated_does_and_old_word_changes_nothing(market: Marketplace) -> None:
    await market.booking("b1")
    await suspend(market, "cleo", 5)
    await reinstate(market, "cleo", 6)
    await suspend(market, "cleo", 5)
    assert (await market.rate("cleo", "b1", 4)).status_code == 201
