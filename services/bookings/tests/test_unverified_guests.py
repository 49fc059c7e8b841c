"""Before a guest has shown who they are, nothing of them reaches the provider, by whatever way; afterwards it does."""

import importlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from .conftest import SERVICE, Guest, Market
from .test_actions import run_due

IDENTITY = {
    "full_name": "Xaviera Quill",
    "email": "xaviera@quill.example.com",
    "phone_number": "+64 21 555 777",
    "note": "The dog is called Zorro",
    "address": "7 Yucca Lane",
}
PLACE = {"lat": -36.8765, "lng": 174.7654}
TRACES = (*IDENTITY.values(), "Xaviera", "-36.8765", "174.7654", "xaviera")


async def hold(market: Market) -> Guest:
    return await market.book_as_guest(**IDENTITY, location=PLACE)


async def _detail(market: Market, guest: Guest) -> str:
    return (await market.as_provider("GET", f"/bookings/{guest.id}")).text


async def _list(market: Market, guest: Guest) -> str:
    lists = ("", "?role=provider", "?role=provider&sort=starts_at", "?q=hedge", "?status=awaiting_verification")
    return "".join([(await market.as_provider("GET", f"/bookings{query}")).text for query in lists])


async def _export(market: Market, guest: Guest) -> str:
    return (await market.as_provider("GET", "/bookings/export")).text


async def _calendar(market: Market, guest: Guest) -> str:
    return (await market.as_provider("GET", f"/bookings/{guest.id}/calendar.ics")).text.replace("\r\n ", "")


async def _feed(market: Market, guest: Guest) -> str:
    url = (await market.as_provider("POST", "/bookings/feed")).json()["url"]
    return (await market.service.http.get("/bookings/feed.ics" + url[url.index("?") :])).text.replace("\r\n ", "")


async def _refused_action(market: Market, guest: Guest) -> str:
    return (await market.as_provider("POST", f"/bookings/{guest.id}/actions/start", json={})).text


async def _other_times(market: Market, guest: Guest) -> str:
    return (await market.as_provider("GET", f"/bookings/availability?booking_id={guest.id}")).text


SURFACES = {
    "detail": _detail,
    "list": _list,
    "export": _export,
    "calendar": _calendar,
    "feed": _feed,
    "refused action": _refused_action,
    "other times": _other_times,
}
SHOW_LATER = {"detail": set(IDENTITY), "list": {"full_name"}, "export": set(IDENTITY)}
SHOW_LATER |= {key: {"full_name", "note", "address"} for key in ("calendar", "feed")}
"""What a surface says of a guest who has verified their address."""


@pytest.mark.parametrize("surface", SURFACES)
async def test_the_provider_sees_nothing_of_an_unverified_guest(market: Market, surface: str) -> None:
    guest = await hold(market)
    look: Callable[[Market, Guest], Awaitable[str]] = SURFACES[surface]
    said = await look(market, guest)
    assert said
    assert [trace for trace in TRACES if trace in said] == []
    assert (await guest.act("verify_guest")).status_code == 200
    said = await look(market, guest)
    assert {name for name, value in IDENTITY.items() if value in said} == SHOW_LATER.get(surface, set())


@pytest.mark.parametrize("surface", SURFACES)
async def test_nor_when_the_request_has_lapsed(market: Market, surface: str) -> None:
    guest = await hold(market)
    market.clock.advance(timedelta(minutes=30))
    assert await run_due(market.service) == 1
    said = await SURFACES[surface](market, guest)
    assert [trace for trace in TRACES if trace in said] == []


async def test_of_a_lapsed_request_nothing_of_them_is_kept(market: Market) -> None:
    guest = await hold(market)
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    await market.service.settle()
    document = await market.service.db["bookings"].find_one({"_id": guest.id})
    assert [trace for trace in TRACES if trace in str(document)] == []


@pytest.mark.parametrize("words", ["xaviera", "quill", "qu hedge"])
async def test_nobody_finds_an_unverified_guest_by_name(market: Market, words: str) -> None:
    async def found() -> list[str]:
        answer = await market.as_provider("GET", "/bookings", params={"q": words})
        return [item["id"] for item in answer.json()["items"]]

    guest = await hold(market)
    document = await market.service.db["bookings"].find_one({"_id": guest.id}) or {}
    assert not {"xa", "xaviera", "quill"} & set(document["words"])
    assert await found() == []
    assert (await guest.act("verify_guest")).status_code == 200
    assert await found() == [guest.id]


async def test_a_provider_who_administers_is_a_provider_all_the_same(market: Market) -> None:
    guest = await hold(market)
    for path in (f"/bookings/{guest.id}", "/bookings?role=admin", f"/bookings/{guest.id}/calendar.ics"):
        answer = await market.as_user("provider-1", "GET", path, "provider", "admin")
        assert answer.status_code == 200
        assert [trace for trace in TRACES if trace in answer.text] == []


async def test_the_guest_and_an_administrator_see_what_was_said(market: Market) -> None:
    guest = await hold(market)
    assert (await guest("GET")).json()["customer"]["name"] == IDENTITY["full_name"]
    seen: dict[str, Any] = (await market.as_admin("GET", f"/bookings/{guest.id}")).json()
    assert (seen["note"], seen["address"]) == (IDENTITY["note"], IDENTITY["address"])
    assert seen["guest"] == {"email": IDENTITY["email"], "phone_number": IDENTITY["phone_number"]}


async def test_no_event_names_them_but_the_one_that_sends_their_mail(market: Market) -> None:
    """And that one names them only where the mail is addressed, which the provider's notices do not look at."""
    lapsing = await hold(market)
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    await market.service.settle()
    told = [event for event in market.service.published if event.subject == lapsing.id]
    assert [event.name for event in told] == ["booking.held", "booking.expired"]
    contact = told[0].data.pop("guest")
    assert (contact["email"], contact["full_name"]) == (IDENTITY["email"], IDENTITY["full_name"])
    assert [trace for event in told for trace in TRACES if trace in event.model_dump_json()] == []


async def test_the_events_since_the_verification_name_them(market: Market) -> None:
    guest = await hold(market)
    await guest.act("verify_guest")
    await market.service.settle()
    verified = next(event for event in market.service.published if event.name == "booking.verified")
    assert verified.data["customer_name"] == IDENTITY["full_name"]


async def test_the_migration_takes_names_off_what_was_written_before(market: Market) -> None:
    guest = await hold(market)
    bookings = market.service.db["bookings"]
    as_before = {"words": ["he", "xaviera"]}
    await bookings.update_one({"_id": guest.id}, {"$set": as_before})
    lapsed = await bookings.find_one({"_id": guest.id}) or {}
    await bookings.insert_one(lapsed | {"_id": "lapsed", "status": "expired"})
    proven = await market.book_as_guest("other@example.com", full_name="Olga", starts_at=market.starts_in(days=3))
    assert (await proven.act("verify_guest")).status_code == 200
    await market.service.settle()
    before = await bookings.find_one({"_id": proven.id})
    migration = importlib.import_module("gigsta_bookings.migrations.0005_unverified_guests")
    for _ in range(2):
        await migration.up(market.service.db)
    held = await bookings.find_one({"_id": guest.id}) or {}
    assert ("xaviera" in held["words"], "hedge" in held["words"]) == (False, True)
    assert held["customer_name"] == IDENTITY["full_name"], "the guest may still follow the link"
    gone = await bookings.find_one({"_id": "lapsed"}, {"outbox": 0})
    assert [trace for trace in TRACES if trace in str(gone)] == []
    assert await bookings.find_one({"_id": proven.id}) == before


async def test_a_hold_of_the_version_before_is_mended_when_it_lapses(market: Market) -> None:
    guest = await hold(market)
    bookings = market.service.db["bookings"]
    await bookings.update_one({"_id": guest.id}, {"$set": {"words": ["he", "xaviera"]}})
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    document = await bookings.find_one({"_id": guest.id}) or {}
    assert "xaviera" not in document["words"]


async def test_the_time_that_is_held_is_seen(market: Market) -> None:
    guest = await hold(market)
    seen = (await market.as_provider("GET", f"/bookings/{guest.id}")).json()
    assert (seen["status"], seen["service"]["id"]) == ("awaiting_verification", SERVICE)
    assert seen["customer"] == {"id": f"guest-{guest.id}", "name": None}
    assert seen["guest"] is None
