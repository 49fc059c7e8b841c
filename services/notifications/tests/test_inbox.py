"""From events to the inbox."""

from datetime import timedelta

import pytest

from gigsta_common.events import (
    ProviderApplied,
    ProviderApproved,
    UserClosed,
    UserEmailChanged,
    UserReinstated,
    UserSuspended,
    UserVerified,
)

from .conftest import House, rating_event

BY_DEFAULT = {
    "mail": {"bookings": True, "reminders": True, "ratings": True},
    "quiet_hours": None,
    "timezone": None,
}


async def test_a_request_is_told_to_the_provider_and_not_to_the_customer_who_made_it(house: House) -> None:
    await house.booking(next_automatic="expire_request", next_automatic_at="2026-03-03T20:00:00Z")
    page = await house.inbox("pat")
    assert (page["unread_count"], page["next_cursor"]) == (1, None)
    [item] = page["items"]
    assert item.pop("id")
    assert item == {
        "kind": "booking.requested",
        "title": "New request from Cleo",
        "body": "Cleo would like Tap repair on Tuesday 3 March 2026, 9:00 am NZDT, for NZ$85.00. "
        "Please accept or decline the request by Wednesday 4 March 2026, 9:00 am NZDT; after that it lapses.",
        "data": {"booking_id": "booking-1", "service_id": "service-1", "status": "pending"},
        "link": "/bookings/booking-1",
        "created_at": "2026-03-02T20:00:00Z",
        "read_at": None,
    }
    assert await house.inbox("cleo") == {"items": [], "next_cursor": None, "unread_count": 0}


async def test_the_same_event_twice_is_told_once(house: House) -> None:
    for _ in range(2):
        await house.booking(event_id="event-1")
    await house.service.db["inbox_seen"].delete_many({})  # as after the thirty days for which events are remembered
    await house.booking(event_id="event-1")
    assert len((await house.inbox("pat"))["items"]) == 1
    assert await house.service.db["deliveries"].count_documents({}) == 1
    for forgotten in ("inbox_seen", "deliveries"):  # as after ninety
        await house.service.db[forgotten].delete_many({})
    await house.booking(event_id="event-1")
    assert len((await house.inbox("pat"))["items"]) == 1
    assert await house.service.db["deliveries"].count_documents({}) == 0


async def test_an_action_nobody_has_heard_of_is_told_all_the_same(house: House) -> None:
    await house.booking(
        "booking.on_the_way", action_name="on_the_way", actor="provider", actor_id="pat", note="On the way"
    )
    [item] = (await house.inbox("cleo"))["items"]
    assert (item["kind"], item["title"]) == ("booking.on_the_way", "Tap repair: On the way")


async def test_ratings_and_decisions_about_providers_are_told(house: House) -> None:
    now = house.clock.now()
    await house.service.receive("rating.published", rating_event(now), subject="rating-1")
    applied = ProviderApplied(provider_id="pat", trading_name="Pat's", applied_at=now)
    await house.service.receive("provider.applied", applied, subject="pat")
    approved = ProviderApproved(provider_id="pat", trading_name="Pat's", approved_at=now)
    await house.service.receive("provider.approved", approved, subject="pat", sequence=2)
    kinds = {item["kind"] for item in (await house.inbox("pat"))["items"]}
    assert kinds == {"rating.published", "provider.approved"}
    assert (await house.inbox("cleo"))["items"] == []


async def test_reading(house: House) -> None:
    for n in range(3):
        await house.booking(booking_id=f"b{n}")
    first = (await house.inbox("pat"))["items"][0]
    read = await house.call("POST", f"/notifications/{first['id']}/read", "pat")
    assert (read.status_code, read.json()["read_at"]) == (200, "2026-03-02T20:00:00Z")
    house.clock.advance(timedelta(hours=1))
    again = await house.call("POST", f"/notifications/{first['id']}/read", "pat")
    assert again.json()["read_at"] == "2026-03-02T20:00:00Z"
    assert (await house.inbox("pat"))["unread_count"] == 2

    everything = await house.call("POST", "/notifications/read-all", "pat")
    assert everything.json() == {"marked": 2, "unread_count": 0}
    assert (await house.inbox("pat"))["unread_count"] == 0


async def test_nobody_reads_or_marks_another_s(house: House) -> None:
    await house.booking()
    [item] = (await house.inbox("pat"))["items"]
    answer = await house.call("POST", f"/notifications/{item['id']}/read", "mallory")
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    await house.call("POST", "/notifications/read-all", "mallory")
    assert (await house.inbox("pat"))["unread_count"] == 1
    assert (await house.inbox("mallory"))["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/notifications"), ("POST", "/notifications/x/read"), ("POST", "/notifications/read-all")],
)
async def test_an_inbox_needs_a_login(house: House, method: str, path: str) -> None:
    assert (await house.service.http.request(method, path)).status_code == 401


async def test_pages_newest_first(house: House) -> None:
    for n in range(7):
        await house.booking(booking_id=f"b{n}")
        if n % 2:
            house.clock.advance(timedelta(minutes=1))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await house.inbox("pat", limit=3, **cursor)
        assert page["unread_count"] == 7
        seen += [item["data"]["booking_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(seen) == [f"b{n}" for n in range(7)]
    assert seen[0] == "b6"
    assert (await house.call("GET", "/notifications", "pat", cursor="nonsense")).status_code == 422


async def test_the_newest_user_event_counts(house: House) -> None:
    verified = UserVerified(user_id="pat", email="new@example.com", full_name="Pat", verified_at=house.clock.now())
    await house.service.receive("user.verified", verified, subject="pat", sequence=5)
    await house.registered("pat", sequence=1, email="old@example.com")
    await house.booking()
    assert [mail["to"] for mail in await house.mails()] == ["new@example.com"]


async def test_mails_go_to_the_changed_address(house: House) -> None:
    await house.registered("pat", sequence=1, email="old@example.com")
    changed = UserEmailChanged(user_id="pat", email="new@example.com", full_name="Pat", changed_at=house.clock.now())
    await house.service.receive("user.email_changed", changed, subject="pat", sequence=2)
    await house.booking()
    assert [mail["to"] for mail in await house.mails()] == ["new@example.com"]


async def test_a_suspended_user_is_told_why_and_when_it_is_over(house: House) -> None:
    await house.registered("pat", "Pat")
    now = house.clock.now()
    suspended = UserSuspended(user_id="pat", reason="Three complaints.", suspended_at=now)
    reinstated = UserReinstated(user_id="pat", reason="Cleared up.", reinstated_at=now)
    for event_id in ("suspending", "suspending"):
        await house.service.receive("user.suspended", suspended, subject="pat", sequence=2, event_id=event_id)
    await house.service.receive("user.reinstated", reinstated, subject="pat", sequence=3)
    mails = {mail["subject"]: mail["text"] for mail in await house.mails()}
    assert set(mails) == {"Your account is suspended", "Your account is open again"}
    assert "Three complaints." in mails["Your account is suspended"]
    assert "write to support@gigsta.nz" in mails["Your account is suspended"]


async def test_the_last_mail_goes_out_after_the_closing_and_leaves_no_address_behind(house: House) -> None:
    await house.registered("pat", "Pat")
    await house.mail_requested("account_closed", user_id="pat", email="pat@example.com", token=None)
    await house.service.receive(
        "user.closed", UserClosed(user_id="pat", closed_at=house.clock.now()), subject="pat", sequence=3
    )
    [mail] = await house.mails()
    assert (mail["to"], mail["subject"]) == ("pat@example.com", "Your GigSta account is closed")
    delivery = await house.delivery()
    assert (delivery["status"], delivery["to"]) == ("sent", None)
    assert "context" not in delivery


async def test_a_closed_account_is_forgotten_for_good(house: House) -> None:
    await house.registered("pat", "Pat")
    await house.booking()
    closed = UserClosed(user_id="pat", closed_at=house.clock.now())
    for event_id in ("closing", "closing", "closing again"):
        await house.service.receive("user.closed", closed, subject="pat", sequence=3, event_id=event_id)
    assert (await house.inbox("pat"))["items"] == []
    assert await house.mails() == []
    delivery = await house.delivery()
    assert (delivery["status"], delivery["error"]) == ("skipped", "the account was closed")
    assert "context" not in delivery

    await house.registered("pat", "Pat", sequence=2)
    await house.booking("booking.withdrawn", action_name="withdraw", to_status="cancelled")
    address = await house.service.db["addresses"].find_one({"_id": "pat"})
    assert address == {"_id": "pat", "email": None, "full_name": None, "closed": True, "sequence": 3}
    assert (await house.inbox("pat"))["items"] == []


async def test_the_export_is_all_that_is_known_of_the_caller(house: House) -> None:
    await house.proven("pat", "Pat")
    await house.proven("zoe", "Zoe")
    await house.booking()
    await house.mails()
    export = (await house.call("GET", "/notifications/export", "pat")).json()
    assert export["address"] == {"email": "pat@example.com", "full_name": "Pat"}
    assert export["notifications"] == (await house.inbox("pat"))["items"]
    assert [mail["status"] for mail in export["mails"]] == ["sent"]
    assert export["preferences"] == BY_DEFAULT, "and not the key of the unsubscribe links"
    chosen = {"mail": {"bookings": True, "reminders": False, "ratings": True}, "timezone": "Australia/Perth"}
    chosen["quiet_hours"] = {"starts": "22:00", "ends": "07:00", "timezone": "Pacific/Auckland"}
    await house.service.http.put(
        "/notifications/preferences", json=chosen, headers={"Authorization": f"Bearer {house.token_for('pat')}"}
    )
    assert (await house.call("GET", "/notifications/export", "pat")).json()["preferences"] == chosen
    of_nobody = (await house.call("GET", "/notifications/export", "nobody")).json()
    assert of_nobody == {"address": None, "notifications": [], "mails": [], "preferences": BY_DEFAULT}
    assert (await house.service.http.get("/notifications/export")).status_code == 401


async def test_the_api_describes_itself_and_hides_the_mailbox(house: House) -> None:
    document = (await house.service.http.get("/openapi.json")).json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert {operation["operationId"] for operation in operations} == {
        "list_notifications",
        "export_notifications",
        "stream_notifications",
        "get_preferences",
        "put_preferences",
        "unsubscribe",
        "read_notification",
        "read_all_notifications",
        "list_mail_deliveries",
        "resend_mail",
        "list_parked_events_of_notifications",
        "decide_parked_events_of_notifications",
    }
    assert all(" " in operation["summary"] for operation in operations)
