"""What stays of ratings when somebody closes their account, and what everybody may take along."""

from datetime import timedelta
from typing import Any

import pytest

from gigsta_common.events import UserClosed

from .conftest import Marketplace


async def close(market: Marketplace, user_id: str, event_id: str | None = None) -> None:
    closed = UserClosed(user_id=user_id, closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject=user_id, sequence=9, event_id=event_id)


async def summaries(market: Marketplace) -> list[Any]:
    subjects = ({"provider_id": "pat"}, {"service_id": "service-1"}, {"user_id": "cleo"})
    return [await market.get("/ratings/summary", **subject) for subject in subjects]


async def both_rate(market: Marketplace, booking_id: str = "b1") -> None:
    await market.booking(booking_id)
    assert (await market.rate("cleo", booking_id, 4, comment="Fine.")).status_code == 201
    assert (await market.rate("pat", booking_id, 5)).status_code == 201


@pytest.mark.parametrize("times", [1, 2])
async def test_a_customer_who_leaves_is_nameless_and_every_summary_stays(market: Marketplace, times: int) -> None:
    await both_rate(market)
    before = await summaries(market)
    for _ in range(times):
        await close(market, "cleo", "e1")
    assert await summaries(market) == before
    (rating,) = (await market.get("/ratings", provider_id="pat"))["items"]
    assert (rating["author_name"], rating["stars"], rating["comment"]) == (None, 4, "Fine.")
    (of_pat,) = (await market.get("/ratings", user_id="cleo"))["items"]
    assert of_pat["author_name"] == "Pat's Plumbing", "the other side's own rating is as it was"


async def test_a_provider_who_leaves_is_a_former_provider(market: Marketplace) -> None:
    await both_rate(market)
    await market.booking("b2")
    before = await summaries(market)
    await close(market, "pat")
    assert await summaries(market) == before
    (mine,) = (await market.get("/ratings/mine", "cleo"))["items"]
    assert (mine["provider_name"], mine["stars"]) == ("A former provider", 4)
    (pending,) = (await market.get("/ratings/pending", "cleo"))["items"]
    assert (pending["booking_id"], pending["other_party_name"]) == ("b2", "A former provider")
    await market.service.settle()
    for name in ("ratings", "invitations"):
        assert "Pat" not in str(await market.service.db[name].find().to_list()), name


async def test_nobody_waits_for_somebody_who_has_left(market: Marketplace) -> None:
    await market.booking("b1")
    await market.booking("b2")
    assert (await market.rate("pat", "b1", 3)).status_code == 201
    await close(market, "cleo")
    (rating,) = (await market.get("/ratings", user_id="cleo"))["items"]
    assert rating["stars"] == 3, "what waited for the other side is out"
    assert (await market.rate("pat", "b2", 2)).status_code == 201
    assert len((await market.get("/ratings", user_id="cleo"))["items"]) == 2, "and what comes now is out at once"
    assert (await market.rate("cleo", "b2", 1)).status_code == 403
    assert (await market.get("/ratings/pending", "cleo"))["items"] == []


async def test_what_somebody_said_before_they_left_comes_out_nameless(market: Marketplace) -> None:
    await market.booking("b1")
    assert (await market.rate("cleo", "b1", 2)).status_code == 201
    await close(market, "cleo")
    market.clock.advance(timedelta(days=15))
    assert await market.close_due() == 1
    (rating,) = (await market.get("/ratings", provider_id="pat"))["items"]
    assert (rating["stars"], rating["author_name"]) == (2, None)
    await market.service.settle()
    event = next(event for event in market.service.published if event.name == "rating.published")
    assert event.data["author_name"] is None


async def test_a_booking_that_is_heard_of_later_brings_no_name_back(market: Marketplace) -> None:
    await close(market, "cleo")
    await market.booking("b1")
    (invitation,) = await market.service.db["invitations"].find().to_list()
    assert (invitation["customer_name"], invitation["open_to"]) == (None, ["pat"])
    await market.booking("b1", "disputed", from_status="completed")
    await market.booking("b1")
    (invitation,) = await market.service.db["invitations"].find().to_list()
    assert (invitation["status"], invitation["customer_name"], invitation["open_to"]) == ("open", None, ["pat"])


async def test_the_export_is_what_one_said_and_what_was_said(market: Marketplace) -> None:
    await both_rate(market)
    await market.booking("b2")
    await market.rate("cleo", "b2", 1)
    export = await market.get("/ratings/export", "cleo")
    assert [rating["status"] for rating in export["given"]] == ["waiting", "published"]
    assert [(rating["stars"], rating["author_name"]) for rating in export["received"]] == [(5, "Pat's Plumbing")]
    of_pat = await market.get("/ratings/export", "pat")
    assert [rating["stars"] for rating in of_pat["received"]] == [4], "what waits is nobody else's to see"
    assert await market.get("/ratings/export", "zoe") == {"given": [], "received": []}
    assert (await market.service.http.get("/ratings/export")).status_code == 401
