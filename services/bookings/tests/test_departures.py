"""Those who close their account: their bookings end in a way of the table, and their name goes; the rest stays."""

from datetime import timedelta
from typing import Any

import pytest

from gigsta_bookings.crud import UseCases
from gigsta_common.events import ProviderApproved, UserClosed

from .conftest import CUSTOMER, PROVIDER, SERVICE, Market, offered

ADDRESS = {"address": "7 Kauri Street", "note": "Mind the dog, Rex."}


async def close(market: Market, user_id: str, event_id: str | None = None) -> None:
    closed = UserClosed(user_id=user_id, closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject=user_id, sequence=9, event_id=event_id)


async def see_off(market: Market) -> int:
    use_cases: UseCases = market.service.app.state.use_cases
    return await use_cases.departures.run_due()


async def book(market: Market, **delta: float) -> dict[str, Any]:
    body = {"service_id": SERVICE, "starts_at": market.starts_in(**delta), **ADDRESS}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert answer.status_code == 201, answer.text
    booking: dict[str, Any] = answer.json()
    return booking


async def as_admin(market: Market, booking: dict[str, Any]) -> dict[str, Any]:
    answer = await market.as_admin("GET", f"/bookings/{booking['id']}")
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


async def is_intact(market: Market, booking: dict[str, Any]) -> bool:
    answer = await market.as_admin("GET", f"/bookings/{booking['id']}/history/verify")
    return bool(answer.json()["intact"])


async def in_every_stage(market: Market) -> dict[str, dict[str, Any]]:
    """Made one after the other, so that in the end each is where its name says."""
    found = {"over": await market.done(market.as_provider, await book(market, hours=3), "accept")}
    market.clock.advance(timedelta(hours=3))
    for action in ("start", "complete"):
        found["over"] = await market.done(market.as_provider, found["over"], action)
    found["over"] = await market.done(market.as_customer, found["over"], "confirm_completion")
    found["under way"] = await market.done(market.as_provider, await book(market, hours=3), "accept")
    market.clock.advance(timedelta(hours=3))
    found["under way"] = await market.done(market.as_provider, found["under way"], "start")
    found["asked"] = await book(market, days=2)
    found["agreed"] = await market.done(market.as_provider, await book(market, days=3), "accept")
    moved = await market.done(market.as_provider, await book(market, days=4), "accept")
    found["being moved"] = await market.done(
        market.as_provider, moved, "propose_reschedule", starts_at=market.starts_in(days=5)
    )
    return found


async def test_a_customer_who_leaves_ends_what_has_not_begun(market: Market) -> None:
    stages = await in_every_stage(market)
    others = await market.book("customer-2", days=6)
    for _ in range(2):
        await close(market, CUSTOMER, "e1")
    assert await see_off(market) == 5
    after = {stage: await as_admin(market, booking) for stage, booking in stages.items()}
    assert {stage: booking["status"] for stage, booking in after.items()} == {
        "over": "completed",
        "under way": "in_progress",
        "asked": "cancelled",
        "agreed": "cancelled",
        "being moved": "cancelled",
    }
    asked, agreed = after["asked"]["history"][-1], after["agreed"]["history"][-1]
    assert (asked["action"], asked["actor"], asked["actor_id"]) == ("withdraw", "customer", CUSTOMER)
    assert (agreed["action"], agreed["reason"]) == ("cancel", "The account was closed.")
    for stage, booking in after.items():
        assert booking["customer"] == {"id": CUSTOMER, "name": None}, stage
        assert [booking[field] for field in ("note", "address", "location")] == [None] * 3, stage
        assert booking["provider"]["name"] == "Ana's Gardens", stage
        assert booking["history"][: len(stages[stage]["history"])] == stages[stage]["history"], stage
        assert await is_intact(market, booking), stage
    assert await market.service.db["calendar_days"].count_documents({"claims.booking_id": after["agreed"]["id"]}) == 0
    assert (await as_admin(market, others))["customer"]["name"] == "Customer-2"
    assert await see_off(market) == 0, "there is nothing left to do"
    await market.service.settle()
    told = [event.name for event in market.service.published if event.subject == stages["asked"]["id"]]
    assert told == ["booking.requested", "booking.withdrawn"]
    for document in await market.service.db["bookings"].find({"customer_id": CUSTOMER}).to_list():
        for trace in ("Customer-1", "Kauri", "Rex"):
            assert trace not in str(document)


async def test_a_provider_who_leaves_ends_what_has_not_begun(market: Market) -> None:
    stages = await in_every_stage(market)
    await market.as_provider("PUT", "/bookings/policy", json={"response_hours": 12})
    await market.as_provider("POST", "/bookings/feed")
    await close(market, PROVIDER)
    assert await see_off(market) == 5
    after = {stage: await as_admin(market, booking) for stage, booking in stages.items()}
    assert [booking["status"] for booking in after.values()] == [
        "completed", "in_progress", "declined", "cancelled", "cancelled",
    ]  # fmt: skip
    for stage, booking in after.items():
        assert booking["provider"] == {"id": PROVIDER, "name": "A former provider"}, stage
        assert (booking["customer"]["name"], booking["address"]) == ("Customer-1", "7 Kauri Street"), stage
        assert await is_intact(market, booking), stage
    assert after["agreed"]["cancellation"]["refund_percent"] == 100
    for collection in ("schedules", "policies", "feeds"):
        assert await market.service.db[collection].count_documents({}) == 0, collection
    assert (await market.as_customer("GET", "/bookings", params={"q": "ana"})).json()["items"] == []
    assert len((await market.as_customer("GET", "/bookings", params={"q": "hedge"})).json()["items"]) == 5


async def test_the_other_side_goes_on_with_what_is_under_way(market: Market) -> None:
    stages = await in_every_stage(market)
    await close(market, CUSTOMER)
    await see_off(market)
    booking = await market.done(market.as_provider, stages["under way"], "complete")
    market.clock.advance(timedelta(hours=73))
    await market.service.app.state.use_cases.timekeeper.run_due()
    booking = await as_admin(market, booking)
    assert (booking["status"], booking["customer"]["name"]) == ("completed", None)
    assert await is_intact(market, booking)
    completed = [event for event in market.service.published if event.subject == booking["id"]][-1]
    assert completed.data["customer_name"] is None


async def test_a_guest_confirms_nothing_with_a_provider_who_has_left(market: Market) -> None:
    guest = await market.book_as_guest()
    await close(market, PROVIDER)
    await see_off(market)
    refused = await guest.act("verify_guest")
    assert (refused.status_code, refused.json()["code"]) == (409, "service_not_bookable")
    market.clock.advance(timedelta(minutes=31))
    await market.service.app.state.use_cases.timekeeper.run_due()
    assert (await guest("GET")).json()["status"] == "expired"


async def test_a_guest_whose_account_is_closed_leaves_no_contact_behind(market: Market) -> None:
    guest = await market.book_as_guest()
    assert (await guest.act("verify_guest")).status_code == 200
    await market.service.db["bookings"].update_one({"_id": guest.id}, {"$set": {"customer_id": "gus"}})
    await close(market, "gus")
    await see_off(market)
    booking = await as_admin(market, {"id": guest.id})
    assert booking["status"] == "cancelled"
    assert booking["guest"] == {"email": "", "phone_number": ""}
    assert (await guest("GET")).status_code == 404, "the link in the mail has ended"
    assert "Gus" not in str({**booking, "history": []})


async def test_nobody_books_who_has_left_or_with_somebody_who_has(market: Market) -> None:
    await close(market, CUSTOMER)
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2)}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "account_closed")
    await close(market, PROVIDER)
    answer = await market.as_user("customer-2", "POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "service_not_bookable")


async def test_a_token_that_outlives_its_account_writes_nothing(market: Market) -> None:
    booking = await market.done(market.as_provider, await book(market, days=2), "accept")
    plan, policy = [(await market.as_provider("GET", f"/bookings/{what}")).json() for what in ("schedule", "policy")]
    for user_id in (CUSTOMER, PROVIDER):
        await close(market, user_id)
    answers = [
        await market.as_customer("POST", "/bookings/feed"),
        await market.act(market.as_customer, booking, "cancel", reason="My name is Cleo."),
        await market.as_provider("PUT", "/bookings/schedule", json=plan),
        await market.as_provider("PUT", "/bookings/policy", json=policy),
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "account_closed")] * 4
    for name in ("feeds", "schedules", "policies"):
        assert await market.service.db[name].count_documents({}) == 0, name


async def test_what_was_written_at_the_moment_of_the_end_goes_as_well(market: Market) -> None:
    await close(market, CUSTOMER)
    await market.service.db["feeds"].insert_one(
        {"_id": CUSTOMER, "secret_hash": "0" * 64, "created_at": market.clock.now()}
    )
    await see_off(market)
    assert await market.service.db["feeds"].count_documents({}) == 0


async def test_events_that_come_late_bring_no_schedule_back(market: Market) -> None:
    await close(market, PROVIDER)
    approved = ProviderApproved(provider_id=PROVIDER, trading_name="Ana's Gardens", approved_at=market.clock.now())
    await market.service.receive("provider.approved", approved, subject=PROVIDER, sequence=2)
    await market.service.receive("service.archived", offered(status="archived"), subject=SERVICE, sequence=2)
    assert await market.service.db["schedules"].count_documents({}) == 0
    assert (await market.as_provider("GET", "/bookings/schedule")).status_code == 403


@pytest.mark.parametrize("again", ["the same", "another"])
async def test_an_end_that_is_told_twice_comes_once(market: Market, again: str) -> None:
    booking = await book(market, days=2)
    await close(market, CUSTOMER, "e1")
    await see_off(market)
    before = await as_admin(market, booking)
    market.clock.advance(timedelta(minutes=5))
    await close(market, CUSTOMER, "e1" if again == "the same" else "e2")
    await see_off(market)
    assert await as_admin(market, booking) == before


async def test_after_an_hour_nobody_is_looked_after_any_more(market: Market) -> None:
    await close(market, CUSTOMER)
    market.clock.advance(timedelta(hours=1))
    await see_off(market)
    departure = await market.service.db["departures"].find_one({"_id": CUSTOMER}) or {}
    assert departure["next_at"] is None


async def test_a_booking_that_cannot_be_left_holds_up_no_other(market: Market) -> None:
    broken, sound = await book(market, days=2), await book(market, days=3)
    await market.service.db["bookings"].update_one({"_id": broken["id"]}, {"$set": {"policy": "none"}})
    await close(market, CUSTOMER)
    assert await see_off(market) == 1
    assert (await as_admin(market, sound))["status"] == "cancelled"


async def test_the_export_has_both_sides_of_ones_bookings(market: Market) -> None:
    booking = await book(market, days=2)
    await market.book("customer-2", days=3)
    export = (await market.as_customer("GET", "/bookings/export")).json()
    assert [found["id"] for found in export["bookings"]] == [booking["id"]]
    assert export["bookings"][0]["address"] == "7 Kauri Street"
    assert (export["complete"], export["schedule"], export["policy"]) == (True, None, None)
    export = (await market.as_provider("GET", "/bookings/export")).json()
    assert len(export["bookings"]) == 2
    assert export["schedule"]["timezone"] == "Pacific/Auckland"
    assert (await market.service.http.get("/bookings/export")).status_code == 401


@pytest.mark.parametrize(("most", "complete"), [(6, True), (5, True), (4, False), (2, False)])
async def test_an_export_is_made_in_parts_and_says_where_it_ends_too_early(
    market: Market, monkeypatch: pytest.MonkeyPatch, most: int, complete: bool
) -> None:
    monkeypatch.setattr("gigsta_bookings.crud.store._PART", 2)
    monkeypatch.setattr("gigsta_bookings.routes.export.MOST", most)
    made = [(await market.book(f"customer-{n}", days=n + 2))["id"] for n in range(5)]
    export = (await market.as_provider("GET", "/bookings/export")).json()
    assert [found["id"] for found in export["bookings"]] == made[::-1][:most]
    assert export["complete"] is complete
    assert export["bookings"][0] == (await market.as_provider("GET", f"/bookings/{made[4]}")).json() | {
        "available_actions": []
    }
