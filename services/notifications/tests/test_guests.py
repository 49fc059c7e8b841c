"""What guests are told: by mail alone, with the link of their one booking."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gigsta_notifications.models import bookings, guests

from .conftest import GUEST, GUEST_ACTS, GUEST_LINK, HELD, House, booking_event, rating_event

NOW = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
VERIFIED = {**GUEST_ACTS, "action_name": "verify_guest"}
ACCEPTED = {**GUEST, "action_name": "accept", "actor": "provider", "actor_id": "pat", "to_status": "confirmed"}


async def addresses(house: House) -> list[dict[str, Any]]:
    return await house.service.db["addresses"].find().to_list()


def bodies(**given: Any) -> dict[str, str]:
    return {notice.user_id: notice.body for notice in bookings.notices_of_booking(booking_event(NOW, **given))}


# -- the rules


def test_the_mail_that_asks_says_what_is_held_and_until_when() -> None:
    held = booking_event(NOW, **HELD | {"guest": {**HELD["guest"], "verify_by": NOW + timedelta(minutes=30)}})
    assert held.guest is not None
    said = guests.confirmation(held, held.guest)
    assert said["held_for"] == "30 minutes"
    assert said["held_until"] == "Tuesday 3 March 2026, 8:30 am NZDT"
    assert dict(said["details"]) == {
        "Service": "Tap repair",
        "Provider": "Pat's Plumbing",
        "When": "Tuesday 3 March 2026, 9:00 am NZDT",
        "Price": "NZ$85.00",
    }


def test_an_old_title_is_no_link_in_the_mail_to_an_address_that_nobody_has_proven() -> None:
    held = booking_event(NOW, **HELD, service_title="Pay at https://evil.example/x")
    assert held.guest is not None
    assert dict(guests.confirmation(held, held.guest)["details"])["Service"] == "Pay at https evil. example/x"
    receipt = booking_event(NOW, **VERIFIED, to_status="pending", service_title="Pay at https://evil.example/x")
    assert not any(link in str(bookings.notices_of_booking(receipt)) for link in ("://evil", "evil.example"))


def test_the_secret_is_where_no_browser_sends_it() -> None:
    path, _, fragment = guests.link("booking-1", "s3cret").partition("#")
    assert (path, fragment) == ("/api/v1/bookings/guest", "booking-1.s3cret")


@pytest.mark.parametrize(
    ("to_status", "receipt", "news"),
    [
        ("pending", "Your request is with Pat's Plumbing", "New request from Gus"),
        ("confirmed", "Your booking is confirmed", "New booking from Gus"),
    ],
)
def test_a_confirmed_address_is_told_to_the_provider_and_receipted_to_the_guest(
    to_status: str, receipt: str, news: str
) -> None:
    notices = bookings.notices_of_booking(booking_event(NOW, **VERIFIED, to_status=to_status))
    assert {notice.user_id: notice.title for notice in notices} == {"guest-booking-1": receipt, "pat": news}


@pytest.mark.parametrize("action", ["create_guest", "expire_verification"])
@pytest.mark.parametrize("actor", ["guest", "system"])
def test_before_the_address_is_proven_nobody_is_told(action: str, actor: str) -> None:
    assert bodies(**GUEST, action_name=action, actor=actor, actor_id=None) == {}


@pytest.mark.parametrize("action", ["auto_confirm", "auto_complete"])
def test_who_has_no_account_is_not_asked_to_rate(action: str) -> None:
    told = bodies(**GUEST, action_name=action, actor="system", actor_id=None, to_status="completed")
    assert "rate" not in told["guest-booking-1"]
    assert "You can now rate Gus." in told["pat"]


# -- from events to mails


async def test_a_held_time_asks_the_guest_to_confirm_and_tells_nobody_else(house: House) -> None:
    await house.booking("booking.held", **HELD)
    delivery = await house.delivery()
    assert delivery["not_after"] == house.clock.now() + timedelta(minutes=30)
    assert await addresses(house) == [
        {
            "_id": "guest-booking-1",
            "email": "gus@example.com",
            "full_name": "Gus",
            "closed": False,
            "sequence": 1,
            "secret": "s3cret-Key_",
        }
    ]
    [mail] = await house.mails()
    assert (mail["to"], mail["subject"]) == ("gus@example.com", "Confirm your email address for your booking")
    assert mail["links"][0] == GUEST_LINK
    assert GUEST_LINK in mail["text"]
    for part in (mail["text"], mail["html"]):
        assert "Hello," in part
        assert "Gus" not in part, "a stranger may have written that name to this address"
        assert "Tap repair" in part
        assert "Tuesday 3 March 2026, 9:00 am NZDT" in part
        assert "for 30 minutes, until Tuesday 3 March 2026, 9:30 am NZDT" in part
        assert "NZ$85.00" in part
    assert "context" not in await house.delivery(), "the secret is not kept here"
    assert await house.service.db["inbox"].count_documents({}) == 0


async def test_the_same_hold_twice_is_one_mail(house: House) -> None:
    for _ in range(2):
        await house.booking("booking.held", event_id="event-1", **HELD)
        await house.service.db["inbox_seen"].delete_many({})  # as after the thirty days for which events are remembered
    assert len(await house.mails()) == 1
    assert len(await addresses(house)) == 1


async def test_after_the_hold_the_mail_is_not_sent(house: House) -> None:
    await house.booking("booking.held", **HELD)
    house.clock.advance(timedelta(minutes=30))
    assert await house.mails() == []
    assert (await house.delivery())["error"] == "what it was about has expired"


async def test_of_an_address_that_was_never_proven_nothing_is_kept(house: House) -> None:
    await house.booking("booking.held", **HELD)
    lapsed = {**GUEST, "action_name": "expire_verification", "actor": "system", "actor_id": None}
    await house.booking("booking.expired", sequence=2, **lapsed)
    [left] = await addresses(house)
    assert left == {"_id": "guest-booking-1", "email": None, "full_name": None, "closed": True, "sequence": 2}
    assert await house.service.db["deliveries"].count_documents({"to": {"$ne": None}}) == 0


async def test_a_hold_without_a_guest_is_no_stumbling_block(house: House) -> None:
    await house.booking("booking.held", **HELD | {"guest": None})
    assert await house.mails() == []
    assert await addresses(house) == []


async def test_every_later_notice_is_a_mail_with_the_guest_s_link_and_no_item(house: House) -> None:
    await house.registered("pat", "Pat")
    await house.booking("booking.held", **HELD)
    await house.booking("booking.verified", **VERIFIED)
    await house.booking("booking.confirmed", **ACCEPTED)
    await house.reminder("day_before", "customer", "provider", **GUEST)
    await house.service.receive("rating.published", rating_event(NOW, rated_user_id="guest-booking-1"), subject="r")
    mails = await house.mails("gus@example.com")
    assert {mail["subject"] for mail in mails} == {
        "Confirm your email address for your booking",
        "Your request is with Pat's Plumbing",
        "Your booking is confirmed",
        "Coming up: Tap repair on Tuesday 3 March 2026, 9:00 am NZDT",
        "Cleo rated you",
    }
    for mail in mails:
        assert mail["links"][0] == GUEST_LINK
        assert "/bookings/booking-1" not in mail["text"] + mail["html"]
    assert await house.service.db["inbox"].count_documents({"user_id": "guest-booking-1"}) == 0

    items = (await house.inbox("pat"))["items"]
    assert {item["title"] for item in items} == {
        "New request from Gus",
        "Booked: Tap repair for Gus",
        "Coming up: Tap repair on Tuesday 3 March 2026, 9:00 am NZDT",
    }
    for mail in await house.mails("pat@example.com"):
        assert mail["links"][0] == "http://localhost:8000/bookings/booking-1"
        assert "s3cret" not in mail["text"] + mail["html"]


async def test_the_same_event_twice_is_one_mail_to_a_guest(house: House) -> None:
    await house.booking("booking.held", **HELD)
    for _ in range(2):
        await house.booking("booking.confirmed", event_id="event-2", **ACCEPTED)
        await house.service.db["inbox_seen"].delete_many({})
    subjects = [mail["subject"] for mail in await house.mails("gus@example.com")]
    assert sorted(subjects) == ["Confirm your email address for your booking", "Your booking is confirmed"]


async def test_what_is_not_worth_a_mail_does_not_reach_a_guest(house: House) -> None:
    await house.booking("booking.held", **HELD)
    await house.booking("booking.started", **ACCEPTED | {"action_name": "start", "to_status": "in_progress"})
    assert len(await house.mails()) == 1
    assert await house.service.db["inbox"].count_documents({}) == 0


async def test_a_lapsed_hold_is_told_to_nobody(house: House) -> None:
    await house.booking("booking.held", **HELD)
    lapsed = {**GUEST, "action_name": "expire_verification", "actor": "system", "actor_id": None}
    await house.booking("booking.expired", to_status="expired", **lapsed)
    assert await house.service.db["deliveries"].count_documents({}) == 1
    assert await house.service.db["inbox"].count_documents({}) == 0
