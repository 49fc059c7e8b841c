"""A guest who turns out to have an account: an inbox from then on, and the same link in the mails."""

from datetime import UTC, datetime
from typing import Any

from gigsta_common.events import UserClosed
from gigsta_notifications.models import bookings

from .conftest import GUEST, GUEST_ACTS, GUEST_LINK, HELD, House, booking_event, rating_event

NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
GUS = {"customer_id": "gus", "customer_name": "Gus"}
LINKED: dict[str, Any] = {
    **GUS,
    "action_name": "link_account",
    "from_status": "pending",
    "actor": "system",
    "actor_id": None,
}
ACCEPTED: dict[str, Any] = {
    **GUS,
    "action_name": "accept",
    "actor": "provider",
    "actor_id": "pat",
    "to_status": "confirmed",
}


async def linked(house: House) -> None:
    """Gus has booked, confirmed, and got an account."""
    await house.booking("booking.held", **HELD)
    await house.booking("booking.verified", sequence=2, **GUEST_ACTS, action_name="verify_guest")
    await house.registered("gus", "Gus", email="gus@example.com")
    await house.booking("booking.linked", sequence=3, **LINKED)


def test_that_it_is_linked_is_told_to_nobody() -> None:
    assert bookings.notices_of_booking(booking_event(NOW, **LINKED)) == []


def test_the_confirmation_says_that_a_password_can_be_chosen() -> None:
    for to_status in ("pending", "confirmed"):
        told = booking_event(NOW, **GUEST_ACTS, action_name="verify_guest", to_status=to_status)
        said = {notice.user_id: notice.body for notice in bookings.notices_of_booking(told)}
        assert "choose a password" in said["guest-booking-1"]
        assert "password" not in said["pat"]


async def test_what_happens_next_is_in_the_inbox_and_the_mail_leads_to_the_guests_page(house: House) -> None:
    await linked(house)
    await house.booking("booking.confirmed", sequence=4, **ACCEPTED)
    await house.reminder("day_before", "customer", "provider", **GUS)
    await house.service.receive("rating.published", rating_event(NOW, rated_user_id="gus"), subject="r")
    items = (await house.inbox("gus"))["items"]
    assert {item["title"] for item in items} == {
        "Your booking is confirmed",
        "Coming up: Tap repair on Tuesday 3 March 2026, 9:00 am NZDT",
        "Cleo rated you",
    }
    assert {item["link"] for item in items} == {"/bookings/booking-1"}
    mails = await house.mails("gus@example.com")
    assert len(mails) == 5
    assert {mail["links"][0] for mail in mails} == {GUEST_LINK}


async def test_neither_the_provider_nor_another_booking_gets_the_guests_link(house: House) -> None:
    await linked(house)
    await house.registered("pat", "Pat")
    await house.booking("booking.confirmed", sequence=4, **{**ACCEPTED, "actor": "admin", "actor_id": "root"})
    await house.booking("booking.confirmed", **{**ACCEPTED, "booking_id": "booking-2"})
    for mail in await house.mails("pat@example.com"):
        assert "s3cret" not in mail["text"] + mail["html"]
    ours = [mail for mail in await house.mails("gus@example.com") if "booking-2" in mail["text"]]
    assert [mail["links"][0] for mail in ours] == ["http://localhost:8000/bookings/booking-2"]
    assert "s3cret" not in ours[0]["text"] + ours[0]["html"]


async def test_with_the_account_the_guest_is_forgotten(house: House) -> None:
    await linked(house)
    closed = UserClosed(user_id="gus", closed_at=house.clock.now())
    await house.service.receive("user.closed", closed, subject="gus", sequence=9)
    left = await house.service.db["addresses"].find({"closed": False}).to_list()
    assert left == []
    assert "s3cret" not in str(await house.service.db["addresses"].find().to_list())
    assert await house.service.db["deliveries"].count_documents({"to": {"$ne": None}}) == 0
    await house.booking("booking.cancelled", sequence=5, **GUEST, action_name="cancel", actor="provider")
    assert await house.service.db["deliveries"].count_documents({"status": "queued", "user_id": "guest-booking-1"}) == 0


async def test_who_has_closed_the_account_before_we_hear_of_the_link_is_forgotten_too(house: House) -> None:
    await house.booking("booking.held", **HELD)
    await house.registered("gus", "Gus", email="gus@example.com")
    closed = UserClosed(user_id="gus", closed_at=house.clock.now())
    await house.service.receive("user.closed", closed, subject="gus", sequence=9)
    await house.booking("booking.linked", sequence=3, **LINKED)
    assert "s3cret" not in str(await house.service.db["addresses"].find().to_list())
