"""Which mails go out, and when: preferences, unsubscribing by a link, quiet hours over changes of the clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from gigsta_common.events import UserClosed
from gigsta_notifications.models.preferences import Preferences, QuietHours, quiet_until, wait_until

from .conftest import House, MailServer, StartHouse

NIGHT: QuietHours = {"starts": "22:00", "ends": "07:00", "timezone": "Pacific/Auckland"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "ends", "until"),
    [
        ("2026-07-01T09:59", "07:00", None),  # 21:59 NZST
        ("2026-07-01T10:00", "07:00", "2026-07-01T19:00"),
        ("2026-07-01T18:59", "07:00", "2026-07-01T19:00"),
        ("2026-07-01T19:00", "07:00", None),
        ("2026-09-26T11:00", "07:00", "2026-09-26T18:00"),  # the night in which the clocks go forward: 8 hours
        ("2026-04-04T10:00", "07:00", "2026-04-04T19:00"),  # and back: 23:00 NZDT to 07:00 NZST
        ("2026-09-26T13:00", "02:30", "2026-09-26T14:30"),  # 02:30 is skipped: then 03:30 NZDT
        ("2026-04-04T13:00", "02:30", "2026-04-04T13:30"),  # 02:30 comes twice: the first
        ("2026-04-04T14:15", "02:30", "2026-04-04T14:30"),  # between the two: the second
    ],
)
def test_when_quiet_hours_end(now: str, ends: str, until: str | None) -> None:
    assert quiet_until({**NIGHT, "ends": ends}, at(now)) == (at(until) if until else None)


def test_quiet_hours_within_a_day() -> None:
    noon: QuietHours = {"starts": "12:00", "ends": "13:00", "timezone": "UTC"}
    assert quiet_until(noon, at("2026-07-01T11:59")) is None
    assert quiet_until(noon, at("2026-07-01T12:30")) == at("2026-07-01T13:00")
    assert quiet_until(noon, at("2026-07-01T13:00")) is None


@pytest.mark.parametrize(
    ("matters_at", "waits"),
    [(None, True), ("2026-07-01T20:59", False), ("2026-07-01T21:00", True), ("2026-07-01T11:00", True)],
)
def test_what_would_hardly_come_in_time_does_not_wait(matters_at: str | None, waits: bool) -> None:
    sleeper: Preferences = {"_id": "pat", "quiet_hours": NIGHT}
    until = wait_until(sleeper, at("2026-07-01T12:00"), at(matters_at) if matters_at else None)
    assert until == (at("2026-07-01T19:00") if waits else None)


async def put(house: House, caller: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {house.token_for(caller)}"}
    return await house.service.http.put("/notifications/preferences", json=body, headers=headers)


ALL = {"bookings": True, "reminders": True, "ratings": True}


async def test_everything_is_wanted_until_somebody_says_otherwise(house: House) -> None:
    answer = await house.call("GET", "/notifications/preferences", "pat")
    assert answer.json() == {"mail": ALL, "quiet_hours": None, "timezone": None}
    chosen = {"mail": {**ALL, "ratings": False}, "quiet_hours": NIGHT, "timezone": "Pacific/Chatham"}
    assert (await put(house, "pat", chosen)).json() == chosen
    assert (await house.call("GET", "/notifications/preferences", "pat")).json() == chosen
    of_zoe = (await house.call("GET", "/notifications/preferences", "zoe")).json()
    assert of_zoe == {"mail": ALL, "quiet_hours": None, "timezone": None}
    assert (await house.service.http.get("/notifications/preferences")).status_code == 401


async def test_a_token_that_outlives_its_account_brings_none_back(house: House) -> None:
    await house.registered("pat", "Pat")
    assert (await put(house, "pat", {"mail": ALL, "timezone": "Pacific/Chatham"})).status_code == 200
    closed = UserClosed(user_id="pat", closed_at=house.clock.now())
    await house.service.receive("user.closed", closed, subject="pat", sequence=9)
    answer = await put(house, "pat", {"mail": ALL, "timezone": "Pacific/Chatham"})
    assert (answer.status_code, answer.json()["code"]) == (403, "account_closed")
    assert await house.service.db["preferences"].count_documents({}) == 0
    assert (await put(house, "new", {"mail": ALL})).status_code == 200, "whose address is not known yet"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail": {"account": False}},
        {"mail": {}, "quiet_hours": {**NIGHT, "timezone": "Mars/Olympus"}},
        {"mail": {}, "quiet_hours": {**NIGHT, "starts": "24:00"}},
        {"mail": {}, "quiet_hours": {**NIGHT, "starts": "07:00"}},
    ],
)
async def test_preferences_that_make_no_sense_are_refused(house: House, wrong: dict[str, Any]) -> None:
    assert (await put(house, "pat", wrong)).status_code == 422


async def test_a_kind_that_is_turned_off_stays_in_the_inbox_and_mails_about_the_account_come(house: House) -> None:
    await house.registered("pat", "Pat")
    await put(house, "pat", {"mail": {**ALL, "bookings": False}})
    await house.booking()
    await house.mail_requested("password_changed", user_id="pat", email="pat@example.com", token=None)
    assert [mail["subject"] for mail in await house.mails()] == ["Your password was changed"]
    assert len((await house.inbox("pat"))["items"]) == 1
    skipped = await house.service.db["deliveries"].find_one({"status": "skipped"})
    assert skipped is not None
    assert skipped["error"] == "the user does not want such mails"


async def test_one_click_in_a_mail_program_ends_one_kind(start_house: StartHouse, mail_server: MailServer) -> None:
    house = await start_house(smtp_url=mail_server.url)
    await house.registered("pat", "Pat")
    await house.booking()
    await house.mail_requested(user_id="pat", email="pat@example.com")
    await house.send_due()
    by_subject = {str(mail["Subject"]): mail for mail in mail_server.mails}
    account, booking = by_subject["Confirm your email address"], by_subject["New request from Cleo"]
    assert account["List-Unsubscribe"] is None
    assert booking["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(str(booking["List-Unsubscribe"]).strip("<>"))
    assert link.path == "/api/v1/notifications/unsubscribe"
    address = f"/notifications/unsubscribe?{link.query}"

    page = await house.service.http.get(address)
    assert page.headers["content-type"].startswith("text/html")
    await house.booking(booking_id="b2")
    assert await house.send_due() == 1, "opening the page does nothing"
    for _ in range(2):
        answer = await house.service.http.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 204
    await house.booking(booking_id="b3")
    await house.reminder("day_before", "provider")
    await house.send_due()
    assert str(mail_server.mails[-1]["Subject"]).startswith("Coming up")
    assert len(mail_server.mails) == 4


async def test_an_unsubscribe_link_of_nobody_is_not_found(house: House) -> None:
    answer = await house.service.http.post("/notifications/unsubscribe?key=guessed&kind=bookings")
    assert (answer.status_code, answer.json()["code"]) == (404, "unsubscribe_link_not_found")
    assert (await house.service.http.post("/notifications/unsubscribe?key=x&kind=account")).status_code == 422


async def test_a_mail_waits_for_the_end_of_the_quiet_hours(house: House) -> None:
    await house.registered("pat", "Pat")
    hours = {"starts": "08:00", "ends": "10:30", "timezone": "Pacific/Auckland"}  # it is 9 in the morning there
    await put(house, "pat", {"mail": ALL, "quiet_hours": hours})
    await house.booking(starts_at="2026-03-09T20:00:00Z", ends_at="2026-03-09T21:00:00Z")
    assert await house.mails() == []
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"]) == ("queued", 0)
    assert delivery["next_attempt_at"] == house.clock.now() + timedelta(minutes=90)
    house.clock.advance(timedelta(minutes=90))
    assert len(await house.mails()) == 1
