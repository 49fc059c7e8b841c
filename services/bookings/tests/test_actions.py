"""Actions over HTTP: what is refused and how, races, times that move, disputes, and the clock."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import pairwise

import httpx2
import pytest
from pymongo.errors import OperationFailure

from gigsta_common.testing.service import TestService

from .conftest import SERVICE, Market

Who = Callable[..., Awaitable[httpx2.Response]]


async def run_due(service: TestService) -> int:
    taken: int = await service.app.state.use_cases.timekeeper.run_due()
    return taken


async def test_an_illegal_action_is_a_409_that_says_why_and_what_is_possible(market: Market) -> None:
    booking = await market.book()
    answer = await market.act(market.as_customer, booking, "accept")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "action_not_available"
    assert problem["detail"] == "'accept' is not for the customer of a booking."
    assert problem["available_actions"] == ["withdraw", "change_time"]
    answer = await market.act(market.as_provider, booking, "start")
    assert answer.json()["detail"] == "A booking that is pending cannot take 'start'."


async def test_an_administrator_does_not_answer_their_own_request(market: Market) -> None:
    booking = await market.book("admin-1")
    seen = (await market.as_admin("GET", f"/bookings/{booking['id']}")).json()
    assert seen["roles"] == ["customer"]
    assert [action["action_name"] for action in seen["available_actions"]] == ["withdraw", "change_time"]
    for action in ("accept", "decline"):
        refused = await market.act(market.as_admin, booking, action, reason="Because I can")
        assert refused.json()["detail"] == f"'{action}' is not for the customer of a booking."
    another = await market.as_user("admin-2", "POST", f"/bookings/{booking['id']}/actions/accept", "admin")
    assert another.json()["history"][-1]["note"] == "Accepted by admin"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("decline", {}, "reason"),
        ("decline", {"reason": "   "}, "reason"),
        ("decline", {"reason": 5}, "reason"),
        ("decline", {"surprise": 1}, "surprise"),
        ("decline", {"reason": "no", "version": 0}, "version"),
        ("accept", {"version": {"$gt": 0}}, "version"),
        ("explode", {}, "action_name"),
    ],
)
async def test_a_payload_that_makes_no_sense_names_the_field(
    market: Market, path: str, body: dict[str, object], field: str
) -> None:
    booking = await market.book()
    answer = await market.as_provider("POST", f"/bookings/{booking['id']}/actions/{path}", json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_a_stale_version_changes_nothing(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept", version=1)
    answer = await market.act(market.as_provider, booking, "start", version=1)
    assert (answer.status_code, answer.json()["code"], answer.json()["version"]) == (409, "version_conflict", 2)


async def test_of_many_who_act_at_once_exactly_one_wins(market: Market) -> None:
    booking = await market.book()
    answers = await asyncio.gather(
        *(market.act(market.as_provider, booking, "accept") for _ in range(15)),
        *(market.act(market.as_provider, booking, "decline", reason="full") for _ in range(15)),
        *(market.act(market.as_customer, booking, "withdraw") for _ in range(15)),
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 44
    seen = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert seen["version"] == 2
    assert len(seen["history"]) == 2


async def test_of_many_who_book_overlapping_times_none_overlap(market: Market) -> None:
    """Four starting times within the same two hours, by 40 customers at once."""
    starts = [market.starts_in(days=3, minutes=15 * (n % 8)) for n in range(40)]

    async def book(n: int) -> int:
        body = {"service_id": SERVICE, "starts_at": starts[n]}
        return (await market.as_user(f"customer-{n}", "POST", "/bookings", json=body)).status_code

    statuses = await asyncio.gather(*(book(n) for n in range(40)))
    assert set(statuses) == {201, 409}
    booked = await market.service.db["bookings"].find().sort("starts_at", 1).to_list()
    assert len(booked) == statuses.count(201)
    assert 1 <= len(booked) <= 3
    for earlier, later in pairwise(booked):
        assert earlier["ends_at"] <= later["starts_at"]


async def test_a_taken_time_is_409_and_comes_back_when_it_is_given_up(market: Market) -> None:
    async def offered() -> set[str]:
        asked = {"service_id": SERVICE, "from": market.starts_in(days=1), "to": market.starts_in(days=3)}
        answer = await market.service.http.get("/bookings/availability", params=asked)
        return {item["starts_at"] for item in answer.json()["items"]}

    before = await offered()
    booking = await market.book(days=2)
    assert booking["starts_at"] in before - await offered()
    body = {"service_id": SERVICE, "starts_at": booking["starts_at"]}
    answer = await market.as_user("customer-2", "POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_unavailable")
    await market.done(market.as_provider, booking, "decline", reason="On leave")
    assert await offered() == before
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 201


async def test_a_booking_across_midnight_utc_is_held_on_both_days(market: Market) -> None:
    now = market.clock.now()
    midnight = (now + timedelta(days=2)).replace(hour=0, minute=0)
    start = midnight - timedelta(minutes=30)
    body = {"service_id": SERVICE, "starts_at": start.isoformat()}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201
    for shift in (-45, -15, 0, 15, 45):
        other = {"service_id": SERVICE, "starts_at": (start + timedelta(minutes=shift)).isoformat()}
        assert (await market.as_user("customer-2", "POST", "/bookings", json=other)).status_code == 409
    after = {"service_id": SERVICE, "starts_at": (start + timedelta(minutes=60)).isoformat()}
    assert (await market.as_user("customer-2", "POST", "/bookings", json=after)).status_code == 201


async def test_reschedule_holds_both_times_until_it_is_answered(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=2), "accept")
    new = market.starts_in(days=4)
    booking = await market.done(market.as_customer, booking, "propose_reschedule", starts_at=new)
    proposal = booking["proposal"]
    for time in (booking["starts_at"], new):
        body = {"service_id": SERVICE, "starts_at": time}
        assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 409
    own = await market.act(market.as_customer, booking, "accept_reschedule")
    assert (own.status_code, own.json()["code"]) == (409, "action_not_available")
    assert own.json()["detail"] == "The customer proposed that time: the other side answers."
    blind = await market.act(market.as_provider, booking, "accept_reschedule")
    assert (blind.status_code, blind.json()["errors"][0]["field"]) == (422, "proposal_version")
    stale = await market.act(market.as_provider, booking, "accept_reschedule", proposal_version=proposal["version"] - 1)
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    moved = await market.done(market.as_provider, booking, "accept_reschedule", proposal_version=proposal["version"])
    assert (moved["id"], moved["proposal"]) == (booking["id"], None)
    assert datetime.fromisoformat(moved["starts_at"]) == datetime.fromisoformat(new)
    body = {"service_id": SERVICE, "starts_at": booking["starts_at"]}
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 201


async def test_a_declined_proposal_gives_the_second_time_back(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(days=2), "accept")
    new = market.starts_in(days=4)
    booking = await market.done(market.as_provider, booking, "propose_reschedule", starts_at=new)
    booking = await market.done(market.as_customer, booking, "decline_reschedule")
    assert booking["status"] == "confirmed"
    body = {"service_id": SERVICE, "starts_at": new}
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 201


async def test_a_pending_request_moves_with_its_claim_even_to_an_overlapping_time(market: Market) -> None:
    booking = await market.book(days=2)
    later = market.starts_in(days=2, minutes=30)
    moved = await market.done(market.as_customer, booking, "change_time", starts_at=later)
    assert datetime.fromisoformat(moved["starts_at"]) == datetime.fromisoformat(later)
    days = await market.service.db["calendar_days"].find({"claims.0": {"$exists": True}}).to_list()
    assert sum(len(day["claims"]) for day in days) == 1
    missing = await market.act(market.as_customer, moved, "change_time")
    assert (missing.status_code, missing.json()["errors"][0]["field"]) == (422, "starts_at")


async def test_no_show_contested_disputed_and_resolved(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    early = await market.act(market.as_provider, booking, "report_no_show")
    assert (early.status_code, early.json()["code"]) == (409, "action_not_available")
    market.clock.advance(timedelta(minutes=31))
    booking = await market.done(market.as_provider, booking, "report_no_show")
    assert booking["history"][-1]["note"] == "Customer reported absent"
    assert (await market.act(market.as_provider, booking, "contest_no_show")).status_code == 409
    booking = await market.done(market.as_customer, booking, "contest_no_show")
    assert booking["status"] == "disputed"
    assert (await market.act(market.as_provider, booking, "resolve_failed", reason="x")).status_code == 409
    booking = await market.done(market.as_admin, booking, "resolve_cancelled", reason="Nobody is to blame")
    assert (booking["status"], booking["next_automatic"]) == ("cancelled", None)


async def test_the_other_side_answers_a_dispute_and_nobody_else(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    booking = await market.done(market.as_provider, booking, "start")
    booking = await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
    assert "respond_to_dispute" not in [action["action_name"] for action in booking["available_actions"]]
    refused = await market.act(market.as_customer, booking, "respond_to_dispute", reason="And it rained")
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
    assert (await market.act(market.as_provider, booking, "respond_to_dispute")).status_code == 422
    answered = await market.done(market.as_provider, booking, "respond_to_dispute", reason="The ladder broke")
    assert (answered["status"], answered["version"]) == ("disputed", booking["version"] + 1)
    entry = answered["history"][-1]
    assert (entry["note"], entry["reason"]) == ("Dispute answered by provider", "The ladder broke")
    await market.service.settle()
    assert market.service.published[-1].name == "booking.dispute_answered"
    withdrawn = await market.done(market.as_customer, booking, "withdraw_dispute")
    assert withdrawn["status"] == "in_progress", "it is known still where it came from"


@pytest.mark.parametrize("decision", ["completed", "cancelled", "failed"])
async def test_what_gigsta_has_decided_is_not_disputed_again(market: Market, decision: str) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    booking = await market.done(market.as_provider, booking, "start")
    booking = await market.done(market.as_provider, booking, "complete")
    booking = await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
    booking = await market.done(market.as_customer, booking, "withdraw_dispute")
    booking = await market.done(market.as_customer, booking, "open_dispute", reason="It is, after all")
    booking = await market.done(market.as_admin, booking, f"resolve_{decision}", reason="As the pictures show")
    for who in (market.as_customer, market.as_provider):
        refused = await market.act(who, booking, "open_dispute", reason="I do not accept that")
        assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
        assert refused.json()["available_actions"] == []
    if decision == "completed":  # the others are states in which no dispute is opened at all
        assert refused.json()["detail"] == "GigSta has decided the dispute about this booking: that is final."


async def test_what_resolving_a_dispute_costs_is_said_before_and_kept(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    booking = await market.done(market.as_provider, booking, "start")
    booking = await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
    seen = (await market.as_admin("GET", f"/bookings/{booking['id']}/actions")).json()["items"]
    told = {action["action_name"]: action["consequence"] for action in seen}
    assert {name: (cost["refund_percent"], cost["fee"]["amount"]) for name, cost in told.items()} == {
        "resolve_completed": (0, 9000),
        "resolve_cancelled": (100, 0),
        "resolve_failed": (100, 0),
    }
    assert {name: cost["summary"] for name, cost in told.items()} == {
        "resolve_completed": "The work counts as done. The customer is refunded nothing.",
        "resolve_cancelled": "The work counts as called off. The customer is refunded in full.",
        "resolve_failed": "The work counts as begun, but not done as agreed. The customer is refunded in full.",
    }
    done = await market.done(market.as_admin, booking, "resolve_cancelled", reason="Not done")
    assert done["cancellation"] == {"refund_percent": 100, "fee": {"amount": 0, "currency": "NZD"}}


async def test_who_is_refunded_is_said_to_whoever_reads_it(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(hours=3), "accept")

    async def told(who: Who) -> str:
        seen = (await who("GET", f"/bookings/{booking['id']}/actions")).json()["items"]
        return next(str(action["consequence"]["summary"]) for action in seen if action["action_name"] == "cancel")

    assert await told(market.as_customer) == "You are refunded 50 % of the price."
    assert await told(market.as_provider) == "The customer is refunded in full."
    market.clock.advance(timedelta(hours=2))
    assert await told(market.as_customer) == "You are refunded nothing."


async def test_a_withdrawn_dispute_goes_back_where_it_was(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    booking = await market.done(market.as_provider, booking, "start")
    booking = await market.done(market.as_provider, booking, "complete")
    booking = await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
    assert (await market.act(market.as_provider, booking, "withdraw_dispute")).status_code == 409
    booking = await market.done(market.as_customer, booking, "withdraw_dispute")
    assert booking["status"] == "awaiting_confirmation"


@pytest.mark.parametrize(
    ("steps", "ahead", "action", "status"),
    [
        ([], {"days": 1}, "expire_request", "expired"),
        ([("provider", "accept")], {"days": 5}, "auto_complete", "completed"),
        ([("provider", "accept"), ("provider", "start")], {"days": 5}, "auto_complete", "completed"),
        (
            [("provider", "accept"), ("provider", "start"), ("provider", "complete")],
            {"days": 5},
            "auto_confirm",
            "completed",
        ),
    ],
)
async def test_the_clock_acts_once_however_many_run_it(
    market: Market, steps: list[tuple[str, str]], ahead: dict[str, int], action: str, status: str
) -> None:
    booking = await market.book(minutes=15)
    for who, step in steps:
        booking = await market.done(market.as_provider if who == "provider" else market.as_customer, booking, step)
    assert await run_due(market.service) == 0
    market.clock.advance(timedelta(**ahead))
    assert sum(await asyncio.gather(*(run_due(market.service) for _ in range(8)))) == 1
    after = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert (after["status"], after["history"][-1]["action"]) == (status, action)
    assert after["history"][-1]["actor"] == "system"
    assert await run_due(market.service) == 0


async def test_an_unanswered_proposal_lapses_and_a_no_show_becomes_final(market: Market) -> None:
    kept = await market.done(market.as_provider, await market.book(days=4), "accept")
    await market.done(market.as_customer, kept, "propose_reschedule", starts_at=market.starts_in(days=5))
    absent = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    market.clock.advance(timedelta(hours=1))
    await market.done(market.as_customer, absent, "report_no_show")
    market.clock.advance(timedelta(days=2))
    assert await run_due(market.service) == 2
    kept = (await market.as_customer("GET", f"/bookings/{kept['id']}")).json()
    absent = (await market.as_customer("GET", f"/bookings/{absent['id']}")).json()
    assert (kept["status"], kept["proposal"], kept["history"][-1]["note"]) == ("confirmed", None, "Proposal lapsed")
    assert absent["status"] == "no_show"


async def test_a_process_that_dies_between_its_writes_leaves_nothing_half_done(market: Market) -> None:
    """The claim and the booking are one transaction: when the insert fails, the time is free again."""
    store = market.service.app.state.use_cases.store
    real = store._bookings

    class Failing:
        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

        async def insert_one(self, *args: object, **kwargs: object) -> None:
            raise OperationFailure("the disk is full")

    store._bookings = Failing()
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2)}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 500
    store._bookings = real
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201


async def test_schedules_belong_to_approved_providers(market: Market) -> None:
    answer = await market.as_customer("GET", "/bookings/schedule")
    assert (answer.status_code, answer.json()["code"]) == (403, "provider_not_approved")
    seen = (await market.as_provider("GET", "/bookings/schedule")).json()
    assert (seen["is_default"], seen["version"]) == (False, 2)


async def test_the_state_machine_is_public(service: TestService) -> None:
    answer = await service.http.get("/bookings/state-machine")
    assert answer.status_code == 200
    assert len(answer.json()["statuses"]) == 13
    text = await service.http.get("/bookings/state-machine?format=mermaid")
    assert text.text.startswith("stateDiagram-v2\n")


EDGES = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31",
    "1999-12-31T23:59:59Z",
    "2201-01-01T00:00:00Z",
    "0",
    "1772481600",
)


@pytest.mark.parametrize("edge", EDGES)
async def test_times_at_the_end_of_the_calendar_are_refused(market: Market, edge: str) -> None:
    for field in ("from", "to"):
        answer = await market.service.http.get("/bookings/availability", params={"service_id": SERVICE, field: edge})
        assert answer.status_code == 422, answer.text
    body = {"service_id": SERVICE, "starts_at": edge}
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 422
    booking = await market.book()
    assert (await market.act(market.as_customer, booking, "change_time", starts_at=edge)).status_code == 422


async def test_a_time_is_text_and_not_a_number_of_seconds(market: Market) -> None:
    seconds = int((market.clock.now() + timedelta(days=2)).timestamp())
    answer = await market.as_customer("POST", "/bookings", json={"service_id": SERVICE, "starts_at": seconds})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "starts_at")


async def test_a_bad_token_is_refused_even_where_none_is_needed(market: Market) -> None:
    path = f"/bookings/availability?service_id={SERVICE}"
    assert (await market.service.http.get(path)).status_code == 200
    answer = await market.service.http.get(path, headers={"authorization": "Bearer made.up.token"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert (await market.service.http.get("/health/ready")).status_code == 200


async def test_a_body_that_does_not_say_it_is_json_is_415(market: Market) -> None:
    answer = await market.as_customer(
        "POST", "/bookings", content=b'{"service_id": "x"}', headers={"content-type": "text/plain"}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
