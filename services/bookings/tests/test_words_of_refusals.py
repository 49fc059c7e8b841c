"""What a client is told of a request that makes no sense: the field as they wrote it, and words for people."""

from datetime import timedelta
from typing import Any

import pytest

from .conftest import SERVICE, Market


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("x", "must be text in RFC 3339, such as 2026-03-02T20:00:00Z, or must be a date such as 2026-03-02"),
        ("1999-01-01", "Input should have timezone info, or must lie between the years 2000 and 2200"),
    ],
)
async def test_a_time_that_is_none(market: Market, query: str, message: str) -> None:
    answer = await market.service.http.get(f"/bookings/availability?service_id={SERVICE}&from={query}")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "The request does not validate: from."
    assert answer.json()["errors"] == [{"field": "from", "message": message}]


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("accept", {"starts_at": "2026-03-04T20:00:00Z"}, "starts_at"),
        ("change_time", {"starts_at": "2026-03-04T20:00:00Z", "proposal_version": 1}, "proposal_version"),
        ("decline", {"reason": "no", "proposal_version": 1}, "proposal_version"),
    ],
)
async def test_what_an_action_does_not_take_is_refused(
    market: Market, action: str, body: dict[str, Any], field: str
) -> None:
    booking = await market.book()
    for who in (market.as_provider, market.as_customer):
        answer = await market.act(who, booking, action, **body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()["version"] == 1


async def test_why_nobody_but_the_other_side_answers(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=2), "accept")

    async def why(who: Any, action: str, **body: Any) -> str:
        answer = await market.act(who, booking, action, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "action_not_available")
        detail: str = answer.json()["detail"]
        return detail

    assert await why(market.as_provider, "decline_reschedule") == "No other time is proposed."
    await market.done(market.as_customer, booking, "propose_reschedule", starts_at=market.starts_in(days=3))
    taken = "Another time is proposed already: that has to be answered or withdrawn first."
    assert await why(market.as_provider, "propose_reschedule", starts_at=market.starts_in(days=4)) == taken
    shown = (await market.as_provider("GET", f"/bookings/{booking['id']}/actions")).json()["items"]
    proposing = next(action for action in shown if action["action_name"] == "propose_reschedule")
    assert (proposing["enabled"], proposing["disabled_reason"]) == (False, taken)
    said = "Only the customer, who proposed the time, can withdraw it."
    assert await why(market.as_provider, "withdraw_reschedule") == said
    await market.done(market.as_customer, booking, "withdraw_reschedule")
    market.clock.advance(timedelta(days=2, minutes=20))
    await market.done(market.as_customer, booking, "report_no_show")
    said = "The customer made the report: it is for the other side to contest it."
    assert await why(market.as_customer, "contest_no_show") == said
    said = "Only the customer, who made the report, can retract it."
    assert await why(market.as_provider, "retract_no_show") == said
    await market.done(market.as_provider, booking, "contest_no_show")
    said = "Only the provider, who opened the dispute, can withdraw it."
    assert await why(market.as_customer, "withdraw_dispute") == said
