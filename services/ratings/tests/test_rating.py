"""Rating over HTTP: who may, when, and what the other side sees."""

import asyncio
from datetime import datetime, timedelta

import pytest
from pymongo.errors import PyMongoError

from gigsta_common.events import RatingChanged
from gigsta_common.testing.service import TestService, eventually

from .conftest import Marketplace


async def test_both_parties_are_invited_and_each_side_goes_when_it_has_rated(market: Marketplace) -> None:
    await market.booking("b1")
    pending = await market.get("/ratings/pending", "cleo")
    assert pending["items"] == [
        {
            "booking_id": "b1",
            "service_id": "service-1",
            "service_title": "Tap repair",
            "provider_id": "pat",
            "provider_name": "Pat's Plumbing",
            "role": "customer",
            "other_party_name": "Pat's Plumbing",
            "completed_at": "2026-03-02T20:00:00Z",
            "closes_at": "2026-03-16T20:00:00Z",
        }
    ]
    theirs = (await market.get("/ratings/pending", "pat"))["items"][0]
    assert (theirs["role"], theirs["other_party_name"]) == ("provider", "Cleo")

    assert (await market.rate("cleo", "b1")).status_code == 201
    assert (await market.get("/ratings/pending", "cleo"))["items"] == []
    assert len((await market.get("/ratings/pending", "pat"))["items"]) == 1
    assert (await market.get("/ratings/pending", "someone"))["items"] == []


async def test_neither_rating_is_seen_until_both_are_there_and_then_both_are(market: Marketplace) -> None:
    await market.booking("b1")
    answer = await market.rate("cleo", "b1", 4, comment="  Quick and clean. ")
    assert answer.json()["status"] == "waiting"
    assert answer.json()["comment"] == "Quick and clean."
    assert (await market.get("/ratings", provider_id="pat"))["items"] == []
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 0
    assert (await market.get("/ratings/mine", "pat"))["items"] == []
    assert [r["stars"] for r in (await market.get("/ratings/mine", "cleo", booking_id="b1"))["items"]] == [4]
    await market.service.settle()
    assert market.service.published_names() == []

    answer = await market.rate("pat", "b1", 5)
    assert answer.json()["status"] == "published"
    assert answer.json()["published_at"] == "2026-03-02T20:00:00Z"
    page = await market.get("/ratings", service_id="service-1")
    assert page["next_cursor"] is None
    [rating] = page["items"]
    assert rating.pop("id")
    assert rating == {
        "stars": 4,
        "comment": "Quick and clean.",
        "author_name": "Cleo",
        "author_role": "customer",
        "service_id": "service-1",
        "service_title": "Tap repair",
        "published_at": "2026-03-02T20:00:00Z",
        "reply": None,
    }
    assert [r["stars"] for r in (await market.get("/ratings", user_id="cleo"))["items"]] == [5]
    assert (await market.get("/ratings/mine", "cleo"))["items"][0]["status"] == "published"


async def test_only_what_customers_say_counts_for_a_service_and_its_provider(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("pat", "b1", 1)
    await market.rate("cleo", "b1", 4)
    for subject in ({"provider_id": "pat"}, {"service_id": "service-1"}):
        summary = await market.get("/ratings/summary", **subject)
        assert summary["count"] == 1
        assert summary["average"] == 4.0
        assert summary["weighted"] == pytest.approx(4.0)
        assert summary["histogram"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    assert (await market.get("/ratings/summary", user_id="cleo"))["average"] == 1.0
    assert (await market.get("/ratings/summary", user_id="pat"))["count"] == 0


async def test_the_events_carry_the_summaries_where_the_customer_wrote(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("pat", "b1", 2)
    await market.rate("cleo", "b1", 5)
    await market.service.settle()
    events = [e for e in market.service.published if e.name == "rating.published"]
    by_role = {e.data["author_role"]: RatingChanged.model_validate(e.data) for e in events}
    assert len(events) == 2
    said = by_role["customer"]
    assert said.service_summary is not None
    assert said.provider_summary is not None
    assert (said.provider_summary.count, said.provider_summary.version, said.rated_user_id) == (1, 1, "pat")
    assert by_role["provider"].provider_summary is None
    assert by_role["provider"].rated_user_id == "cleo"
    assert {e.subject for e in events} == {e.data["rating_id"] for e in events}


async def test_a_side_rates_once(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("cleo", "b1", 4)
    again = await market.rate("cleo", "b1", 1)
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")


async def test_one_side_racing_itself_rates_once(market: Marketplace) -> None:
    await market.booking("b1")
    answers = await asyncio.gather(*(market.rate("cleo", "b1", 1 + n % 5) for n in range(12)))
    assert sorted(a.status_code for a in answers) == [201] + [409] * 11
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"already_rated"}
    assert await market.service.db["ratings"].count_documents({}) == 1


async def test_both_sides_at_once_are_both_published(market: Marketplace) -> None:
    bookings = [f"b{n}" for n in range(10)]
    for booking_id in bookings:
        await market.booking(booking_id)
    answers = await asyncio.gather(*(market.rate(user, b, 3) for b in bookings for user in ("cleo", "pat")))
    assert {a.status_code for a in answers} == {201}
    assert await market.service.db["ratings"].count_documents({"status": "published"}) == 20
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 10


async def test_strangers_and_bookings_that_never_completed_are_not_found(market: Marketplace) -> None:
    await market.booking("b1")
    await market.booking("b2", "cancelled", from_status="confirmed")
    for user, booking in (("mallory", "b1"), ("cleo", "b2"), ("cleo", "nothing")):
        answer = await market.rate(user, booking)
        assert (answer.status_code, answer.json()["code"]) == (404, "booking_not_found")


async def test_a_booking_that_left_completed_cannot_be_rated_until_it_is_back(market: Marketplace) -> None:
    await market.booking("b1")
    await market.booking("b1", "disputed", from_status="completed")
    assert (await market.get("/ratings/pending", "cleo"))["items"] == []
    answer = await market.rate("cleo", "b1")
    assert (answer.status_code, answer.json()["code"]) == (409, "booking_not_completed")
    market.clock.advance(timedelta(days=20))
    assert await market.close_due() == 0
    await market.booking("b1", "completed", from_status="disputed")
    assert (await market.get("/ratings/pending", "cleo"))["items"][0]["completed_at"] == "2026-03-22T20:00:00Z"
    assert (await market.rate("cleo", "b1")).status_code == 201


async def test_a_rating_given_before_a_dispute_waits_until_the_booking_is_completed_again(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("cleo", "b1", 2)
    await market.booking("b1", "disputed", from_status="completed")
    market.clock.advance(timedelta(days=30))
    assert await market.close_due() == 0
    assert (await market.get("/ratings", provider_id="pat"))["items"] == []
    await market.booking("b1", "completed", from_status="disputed")
    await market.rate("pat", "b1", 2)
    assert len((await market.get("/ratings", provider_id="pat"))["items"]) == 1


async def test_events_that_come_twice_or_late_change_nothing(market: Marketplace) -> None:
    first = await market.booking("b1")
    await market.booking("b1", "disputed", from_status="completed")
    await market.service.bus.publish(first)
    await market.service.bus.publish(first.model_copy(update={"id": "the same again under another id"}))
    await market.service.settle()
    assert (await market.get("/ratings/pending", "cleo"))["items"] == []

    await market.booking("b2", "disputed", from_status="completed", sequence=9)
    await market.booking("b2", "completed", sequence=8)
    assert (await market.get("/ratings/pending", "cleo"))["items"] == []
    assert await market.service.db["invitations"].count_documents({}) == 2


async def test_the_window_closes_and_publishes_what_one_side_said(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("cleo", "b1", 4)
    market.clock.advance(timedelta(days=14, milliseconds=-1))
    assert await market.close_due() == 0
    market.clock.advance(timedelta(milliseconds=1))
    assert (await market.get("/ratings/pending", "pat"))["items"] == []
    late = await market.rate("pat", "b1")
    assert (late.status_code, late.json()["code"]) == (409, "rating_window_closed")

    assert await market.close_due() == 1
    assert await market.close_due() == 0
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 1
    late = await market.rate("pat", "b1")
    assert (late.status_code, late.json()["code"]) == (409, "rating_window_closed")
    again = await market.rate("cleo", "b1")
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")


async def test_many_instances_close_each_window_once(market: Marketplace) -> None:
    for n in range(15):
        await market.booking(f"b{n}")
        await market.rate("cleo", f"b{n}", 1 + n % 5)
    market.clock.advance(timedelta(days=15))
    assert sum(await asyncio.gather(*(market.close_due() for _ in range(4)))) == 15
    await market.service.settle()
    assert market.service.published_names().count("rating.published") == 15
    assert (await market.get("/ratings/summary", service_id="service-1"))["count"] == 15


async def test_lists_come_in_pages_newest_first(market: Marketplace) -> None:
    for n in range(7):
        await market.booking(f"b{n}")
        await market.rate("cleo", f"b{n}", 5, comment=str(n))
        await market.rate("pat", f"b{n}", 5)
        if n % 2:
            market.clock.advance(timedelta(minutes=1))
    for path, user, params in (
        ("/ratings", None, {"provider_id": "pat"}),
        ("/ratings/mine", "cleo", {}),
    ):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await market.get(path, user, limit=3, **params, **cursor)
            seen += [item["comment"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert sorted(seen) == [str(n) for n in range(7)]
        assert seen[0] == "6"


async def test_pending_comes_in_pages(market: Marketplace) -> None:
    for n in range(5):
        await market.booking(f"b{n}")
    first = await market.get("/ratings/pending", "cleo", limit=3)
    rest = await market.get("/ratings/pending", "cleo", limit=3, cursor=first["next_cursor"])
    assert {i["booking_id"] for i in first["items"] + rest["items"]} == {f"b{n}" for n in range(5)}
    assert rest["next_cursor"] is None


async def test_exactly_one_filter_is_wanted(service: TestService) -> None:
    for path in ("/ratings", "/ratings/summary"):
        for params in ({}, {"service_id": "a", "provider_id": "b"}, {"service_id": ""}):
            answer = await service.http.get(path, params=params)
            assert answer.status_code == 422
            assert answer.json()["code"] == "validation_failed"


@pytest.mark.parametrize(
    "body",
    [
        b'{"booking_id": "b1", "stars": 0}',
        b'{"booking_id": "b1", "stars": 6}',
        b'{"booking_id": "b1", "stars": "5"}',
        b'{"booking_id": "b1", "stars": 4.5}',
        b'{"booking_id": "b1", "stars": true}',
        b'{"booking_id": {"$gt": ""}, "stars": 5}',
        b'{"booking_id": "b1", "stars": 5, "published": true}',
        b'{"booking_id": "b1", "stars": 5, "comment": "\\ud800"}',
        b'{"booking_id": "", "stars": 5}',
        b"[]",
        b"{",
    ],
)
async def test_what_does_not_validate_is_refused(market: Marketplace, body: bytes) -> None:
    await market.booking("b1")
    headers = market.as_user("cleo") | {"Content-Type": "application/json"}
    answer = await market.service.http.post("/ratings", content=body, headers=headers)
    assert answer.status_code == 422
    assert await market.service.db["ratings"].count_documents({}) == 0


async def test_too_long_a_comment_is_refused(market: Marketplace) -> None:
    await market.booking("b1")
    assert (await market.rate("cleo", "b1", comment="x" * 2001)).status_code == 422
    assert (await market.rate("cleo", "b1", comment="x" * 2000)).status_code == 201


async def test_what_is_personal_needs_a_login(service: TestService) -> None:
    assert (await service.http.get("/ratings/pending")).status_code == 401
    assert (await service.http.get("/ratings/mine")).status_code == 401
    assert (await service.http.post("/ratings", json={"booking_id": "b1", "stars": 5})).status_code == 401


async def test_the_same_request_with_its_key_sent_again_gets_the_first_answer(market: Marketplace) -> None:
    await market.booking("b1")
    key = {"Idempotency-Key": "one-two-three"}
    first = await market.rate("cleo", "b1", 4, headers=key)
    second = await market.rate("cleo", "b1", 4, headers=key)
    assert (second.status_code, second.json()) == (201, first.json())

    await market.service.db["idempotency_keys"].delete_many({})  # as if the process had died before it answered
    third = await market.rate("cleo", "b1", 4, headers=key)
    assert (third.status_code, third.json()) == (201, first.json())


async def test_a_key_that_made_another_rating_long_ago_makes_the_next(market: Marketplace) -> None:
    key = {"Idempotency-Key": "one-two-three"}
    await market.booking("b1")
    await market.booking("b2")
    await market.rate("cleo", "b1", 4, headers=key)
    await market.service.db["idempotency_keys"].delete_many({})  # as after the day for which they are kept
    answer = await market.rate("cleo", "b2", 4, headers=key)
    assert (answer.status_code, answer.json()["booking_id"]) == (201, "b2")


async def test_what_fails_halfway_leaves_nothing_behind(market: Marketplace, monkeypatch: pytest.MonkeyPatch) -> None:
    await market.booking("b1")
    await market.rate("cleo", "b1", 4)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("died after counting")

    with monkeypatch.context() as broken:
        broken.setattr(market.service.app.state.runtime.outbox, "record", fail)
        assert (await market.rate("pat", "b1", 5)).status_code == 500
    assert await market.service.db["summaries"].count_documents({}) == 0
    assert await market.service.db["ratings"].count_documents({"status": "published"}) == 0
    assert len((await market.get("/ratings/pending", "pat"))["items"]) == 1

    assert (await market.rate("pat", "b1", 5)).status_code == 201
    await market.service.settle()
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 1
    assert market.service.published_names() == ["rating.published"] * 2


async def test_one_window_that_cannot_be_closed_holds_up_no_other(
    market: Marketplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for booking_id in ("b1", "b2", "b3"):
        await market.booking(booking_id)
        await market.rate("cleo", booking_id, 4)
        market.clock.advance(timedelta(hours=1))
    market.clock.advance(timedelta(days=15))
    ratings = market.service.app.state.use_cases.publishing
    publish = ratings.publish_waiting

    async def fail_for_the_first(booking_id: str, *rest: object) -> object:
        if booking_id == "b1":
            raise PyMongoError("no")
        return await publish(booking_id, *rest)

    with monkeypatch.context() as broken:
        broken.setattr(ratings, "publish_waiting", fail_for_the_first)
        assert await market.close_due() == 2
    assert await market.close_due() == 1
    assert (await market.get("/ratings/summary", provider_id="pat"))["count"] == 3


async def test_the_window_closes_by_itself_in_the_background(market: Marketplace) -> None:
    await market.booking("b1")
    await market.rate("cleo", "b1")
    market.clock.set(datetime.fromisoformat("2026-04-01T00:00:00Z"))
    task = asyncio.create_task(market.service.app.state.use_cases.keep_closing())

    async def counted() -> bool:
        return bool((await market.get("/ratings/summary", provider_id="pat"))["count"])

    await eventually(counted)
    task.cancel()


async def test_the_api_describes_itself(service: TestService) -> None:
    document = (await service.http.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert operations
    assert all(" " in operation["summary"] for operation in operations)


async def test_a_guest_who_turns_out_to_have_an_account_may_rate_and_is_rated_there(market: Marketplace) -> None:
    await market.booking("b1", customer_id="guest-b1", customer_name="Gus")
    assert (await market.rate("pat", "b1", 4)).json()["status"] == "waiting"
    linked = {"action_name": "link_account", "from_status": "completed", "customer_id": "gus", "customer_name": "Gus"}
    await market.booking("b1", **linked)
    assert [item["booking_id"] for item in (await market.get("/ratings/pending", "gus"))["items"]] == ["b1"]
    assert (await market.rate("gus", "b1", 5)).json()["status"] == "published"
    assert [r["stars"] for r in (await market.get("/ratings", user_id="gus"))["items"]] == [4]
    assert [r["stars"] for r in (await market.get("/ratings", provider_id="pat"))["items"]] == [5]
    assert (await market.get("/ratings", user_id="guest-b1"))["items"] == []


async def test_a_rating_that_was_out_before_stays_as_it_was(market: Marketplace) -> None:
    await market.booking("b1", customer_id="guest-b1")
    await market.rate("pat", "b1", 4)
    market.clock.advance(timedelta(days=14))
    assert await market.close_due() == 1
    await market.booking("b1", action_name="link_account", from_status="completed", customer_id="gus")
    assert [r["stars"] for r in (await market.get("/ratings", user_id="guest-b1"))["items"]] == [4]
    assert (await market.rate("gus", "b1")).json()["code"] == "rating_window_closed"
