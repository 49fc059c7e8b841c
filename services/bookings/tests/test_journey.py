"""A booking from the request to the confirmed completion, and what each side sees on the way."""

from datetime import timedelta
from typing import Any

from .conftest import SERVICE, Market, offered


def names(booking: dict[str, Any]) -> list[str]:
    return [action["action_name"] for action in booking["available_actions"] if action["enabled"]]


async def test_from_the_request_to_the_confirmed_completion(market: Market) -> None:
    booking = await market.book(minutes=15)
    assert booking["status"] == "pending"
    assert booking["price"] == {"amount": 9000, "currency": "NZD"}
    assert names(booking) == ["withdraw", "change_time"]
    assert booking["next_automatic"]["action_name"] == "expire_request"

    seen = (await market.as_provider("GET", f"/bookings/{booking['id']}")).json()
    assert names(seen) == ["accept", "decline"]
    assert {a["action_name"]: a["requires_reason"] for a in seen["available_actions"]} == {
        "accept": False,
        "decline": True,
    }

    booking = await market.done(market.as_provider, booking, "accept")
    assert booking["status"] == "confirmed"
    booking = await market.done(market.as_provider, booking, "start")
    booking = await market.done(market.as_provider, booking, "complete")
    assert booking["next_automatic"]["action_name"] == "auto_confirm"
    booking = await market.done(market.as_customer, booking, "confirm_completion")

    assert booking["status"] == "completed"
    assert [entry["action"] for entry in booking["history"]] == [
        "create",
        "accept",
        "start",
        "complete",
        "confirm_completion",
    ]
    assert [entry["note"] for entry in booking["history"]][1] == "Accepted by provider"
    assert [entry["version"] for entry in booking["history"]] == [1, 2, 3, 4, 5]
    await market.service.settle()
    assert [name for name in market.service.published_names() if name.startswith("booking.")] == [
        "booking.requested",
        "booking.confirmed",
        "booking.started",
        "booking.marked_complete",
        "booking.completed",
    ]
    assert [e.sequence for e in market.service.published if e.name.startswith("booking.")] == [1, 2, 3, 4, 5]


async def test_both_sides_list_it_and_strangers_do_not(market: Market) -> None:
    booking = await market.book()
    for who, role in ((market.as_customer, "customer"), (market.as_provider, "provider")):
        page = (await who("GET", f"/bookings?role={role}&status=pending")).json()
        assert [item["id"] for item in page["items"]] == [booking["id"]]
    assert (await market.as_customer("GET", "/bookings?role=provider")).json()["items"] == []
    assert (await market.as_user("stranger", "GET", f"/bookings/{booking['id']}")).status_code == 404
    assert (await market.as_user("stranger", "POST", f"/bookings/{booking['id']}/actions/accept")).status_code == 404
    assert (await market.as_admin("GET", f"/bookings/{booking['id']}")).json()["roles"] == ["admin"]
    assert (await market.service.http.get(f"/bookings/{booking['id']}")).status_code == 401


async def test_an_administrator_finds_what_needs_them(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    await market.book(days=2)
    await market.done(market.as_provider, booking, "start")
    await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
    page = (await market.as_admin("GET", "/bookings?role=admin&status=disputed")).json()
    assert [item["id"] for item in page["items"]] == [booking["id"]]
    assert len((await market.as_admin("GET", "/bookings?role=admin")).json()["items"]) == 2
    for who in (market.as_customer, market.as_provider):
        refused = await who("GET", "/bookings?role=admin")
        assert (refused.status_code, refused.json()["code"]) == (403, "admin_only")
    assert (await market.as_admin("GET", "/bookings?role=system")).status_code == 422


async def test_a_later_edit_of_the_service_does_not_change_the_booking(market: Market) -> None:
    booking = await market.book()
    changed = offered(title="Hedge sculpting", price={"amount": 99999, "currency": "NZD"}, duration_minutes=120)
    await market.service.receive("service.updated", changed, subject=SERVICE, sequence=2)
    seen = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert (seen["service"]["title"], seen["price"]["amount"]) == ("Hedge trimming", 9000)
    assert seen["ends_at"] == booking["ends_at"]


async def test_pages_follow_each_other_without_gap_or_repeat(market: Market) -> None:
    made = []
    start = market.clock.now() + timedelta(days=1)
    for place in range(7):
        body = {"service_id": SERVICE, "starts_at": (start + timedelta(hours=2 * place)).isoformat()}
        made.append((await market.as_customer("POST", "/bookings", json=body)).json()["id"])
        if place % 2:
            market.clock.advance(timedelta(seconds=1))
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await market.as_customer("GET", f"/bookings?limit=3{cursor}")).json()
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(made)
    assert len(seen) == len(made)


async def test_the_same_key_books_once(market: Market) -> None:
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=1)}
    key = {"Idempotency-Key": "press-once"}
    first = await market.as_customer("POST", "/bookings", json=body, headers=key)
    again = await market.as_customer("POST", "/bookings", json=body, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await market.as_customer("POST", "/bookings", json=body | {"note": "hello"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await market.service.db["bookings"].count_documents({}) == 1


async def test_a_key_of_yesterday_does_not_answer_with_yesterdays_booking(market: Market) -> None:
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=1)}
    key = {"Idempotency-Key": "order-1"}
    first = await market.as_customer("POST", "/bookings", json=body, headers=key)
    await market.service.db["idempotency_keys"].delete_many({})  # as after the day for which they are kept
    other = body | {"starts_at": market.starts_in(days=2)}
    second = await market.as_customer("POST", "/bookings", json=other, headers=key)
    assert (second.status_code, second.json()["starts_at"] > first.json()["starts_at"]) == (201, True)
    assert await market.service.db["bookings"].count_documents({}) == 2


async def test_one_cannot_book_oneself_nor_what_is_archived(market: Market) -> None:
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=1)}
    own = await market.as_provider("POST", "/bookings", json=body)
    assert (own.status_code, own.json()["code"]) == (409, "own_service")
    await market.service.receive("service.archived", offered(status="archived"), subject=SERVICE, sequence=5)
    gone = await market.as_customer("POST", "/bookings", json=body)
    assert (gone.status_code, gone.json()["code"]) == (409, "service_not_bookable")
    unknown = await market.as_customer("POST", "/bookings", json=body | {"service_id": "nothing"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "service_not_found")


async def test_instant_booking_is_confirmed_at_once(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)
    booking = await market.book()
    assert booking["status"] == "confirmed"
    assert booking["history"][0]["note"] == "Booked instantly"
    await market.service.settle()
    assert "booking.confirmed" in market.service.published_names()
