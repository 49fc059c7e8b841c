"""A feed is read again and again, mostly unchanged: what has been written is not written once more."""

import asyncio
from datetime import timedelta

import pytest

from gigsta_bookings import calendar
from gigsta_bookings.crud import feeds
from gigsta_bookings.models import Actor, Booking
from gigsta_common.events import UserClosed
from gigsta_common.testing.service import TestService

from .conftest import CUSTOMER, Market
from .test_calendar import NOON, URL, a_booking, keep, parsed
from .test_calendar_feed import secret_path


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the bookings that were written as events, in order."""
    ids: list[str] = []

    def counted(booking: Booking, reader: Actor, public_url: str) -> bytes:
        ids.append(booking.id)
        return write(booking, reader, public_url)

    write = calendar.written
    monkeypatch.setattr(calendar, "written", counted)
    return ids


async def three_booked(service: TestService, market: Market) -> str:
    """The customer's feed."""
    await keep(service, *(a_booking(id=f"{n}", starts_at=NOON + timedelta(hours=n)) for n in range(3)))
    return secret_path(await market.as_customer("POST", "/bookings/feed"))


def test_a_feed_is_the_file_that_the_library_would_write() -> None:
    bookings = [a_booking(id=f"{n}", note="The gate sticks; " * 20) for n in range(3)]
    feed = calendar.feed_of(calendar.written(booking, Actor.CUSTOMER, URL) for booking in bookings)
    whole = parsed(calendar.feed_of([]))
    for booking in bookings:
        whole.add_component(calendar.event_of(booking, Actor.CUSTOMER, URL))
    assert feed == whole.to_ical()


async def test_who_has_the_feed_is_told_so_and_nothing_is_written(
    service: TestService, market: Market, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "KEPT_BYTES", 0)
    path = await three_booked(service, market)
    first = await service.http.get(path)
    assert written == ["0", "1", "2"]
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"other", {first.headers["etag"]}'):
        again = await service.http.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert written == ["0", "1", "2"]
    assert (await service.http.get(path)).content == first.content
    assert written == ["0", "1", "2"] * 2, "nothing was kept, and the tag alone has spared the work"


async def test_an_event_is_written_once_for_each_version_of_its_booking(
    service: TestService, market: Market, written: list[str]
) -> None:
    path = await three_booked(service, market)
    first, *others = await asyncio.gather(*(service.http.get(path) for _ in range(5)))
    assert {answer.content for answer in others} == {first.content}
    assert written == ["0", "1", "2"], "by one of those who asked at once"
    await service.db["bookings"].update_one({"_id": "1"}, {"$set": {"version": 4, "note": "Ring twice"}})
    changed = await service.http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    assert [("Ring twice" in str(event["description"])) for event in parsed(changed.content).events] == [
        False, True, False,
    ]  # fmt: skip
    assert written == ["0", "1", "2", "1"]


async def test_each_side_has_a_text_of_its_own(service: TestService, market: Market, written: list[str]) -> None:
    texts = [await service.http.get(await three_booked(service, market))]
    texts.append(await service.http.get(secret_path(await market.as_provider("POST", "/bookings/feed"))))
    titles = [{str(event["summary"]) for event in parsed(text.content).events} for text in texts]
    assert titles == [{"Hedge trimming with Ana's Gardens"}, {"Hedge trimming with Mere Tane"}]
    assert texts[0].headers["etag"] != texts[1].headers["etag"]
    assert len(written) == 6


async def test_a_name_that_is_taken_off_is_in_no_feed_any_more(
    service: TestService, market: Market, written: list[str]
) -> None:
    """No transition, so the version stays."""
    await keep(service, a_booking(status="completed", starts_at=market.clock.now() - timedelta(days=1)))
    path = secret_path(await market.as_provider("POST", "/bookings/feed"))
    before = await service.http.get(path)
    assert b"Mere Tane" in before.content
    closed = UserClosed(user_id=CUSTOMER, closed_at=market.clock.now())
    await service.receive("user.closed", closed, subject=CUSTOMER)
    await service.app.state.use_cases.departures.run_due()
    after = await service.http.get(path, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    [event] = parsed(after.content).events
    assert (event["summary"], event.get("location")) == ("Hedge trimming with a customer", None)
    assert len(written) == 2


async def test_only_so_much_is_kept(
    service: TestService, market: Market, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "KEPT_BYTES", 1000)
    path = await three_booked(service, market)
    for _ in range(2):
        assert len(parsed((await service.http.get(path)).content).events) == 3
    kept = service.app.state.use_cases.feeds._written
    assert 0 < kept.size <= 1000
    assert len(written) > 3
