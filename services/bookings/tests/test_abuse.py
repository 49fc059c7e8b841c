"""What an attacker has tried, and what must hold: held times, mails, other people's answers, endless changes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gigsta_bookings.models.quotas import mailbox_key
from gigsta_bookings.transitions import say_time
from gigsta_common.events import UserClosed, UserGuestKnown

from .conftest import CUSTOMER, EVERY_DAY, SERVICE, Guest, Market, offered
from .test_actions import run_due
from .test_reminders import sent


async def hold(market: Market, email: str, **ahead: float) -> tuple[int, str | None]:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(**ahead),
        "email": email,
        "full_name": "Gus",
        "phone_number": "021 555 000",
    }
    answer = await market.service.http.post("/bookings/guest", json=body)
    return answer.status_code, answer.json().get("code")


async def test_a_mailbox_has_two_holds_however_it_is_spelt_and_however_many_ask_at_once(market: Market) -> None:
    spellings = ("victim@gmail.com", "v.ictim@gmail.com", "Victim+1@gmail.com", "vic.tim+2@GMAIL.com")
    answers = await asyncio.gather(*(hold(market, spellings[n % 4], days=2 + n) for n in range(20)))
    assert sorted(answers, key=str) == [(201, None)] * 2 + [(409, "too_many_holds")] * 18
    assert await market.service.db["bookings"].count_documents({}) == 2


async def test_a_mailbox_gets_ten_mails_a_day_from_strangers(market: Market) -> None:
    for n in range(10):
        guest = await market.book_as_guest("gus@gmail.com", starts_at=market.starts_in(days=2 + n))
        assert (await guest.act("verify_guest")).status_code == 200
    answer = await hold(market, "gus@gmail.com", days=20)
    assert answer == (429, "too_many_mails")
    market.clock.advance(timedelta(days=1))
    assert await hold(market, "gus@gmail.com", days=20) == (201, None)


async def test_strangers_hold_six_times_of_a_provider_at_once(market: Market) -> None:
    answers = await asyncio.gather(*(hold(market, f"gus{n}@guest{n}.net", days=2 + n) for n in range(15)))
    assert sorted(answers, key=str) == [(201, None)] * 6 + [(409, "too_many_holds")] * 9
    market.clock.advance(timedelta(minutes=30))
    assert await run_due(market.service) == 6
    assert await hold(market, "later@example.com", days=2) == (201, None)


async def test_a_customer_asks_one_provider_ten_times_before_an_answer(market: Market) -> None:
    for n in range(10):
        await market.book(days=2 + n)
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=20)}
    answer = await market.as_customer("POST", "/bookings", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_requests_open")
    assert (await market.as_user("customer-2", "POST", "/bookings", json=body)).status_code == 201


@pytest.mark.parametrize("instant", [False, True])
async def test_whoever_asks_and_withdraws_over_and_over_is_stopped_until_a_day_has_passed(
    market: Market, instant: bool
) -> None:
    """Each of it is mailed to the provider, and what is withdrawn uses up none of the other quotas."""
    await market.service.receive("service.updated", offered(instant_book=instant), subject=SERVICE, sequence=2)
    body = {"service_id": SERVICE, "starts_at": market.starts_in(days=5)}
    for _ in range(30):
        booking = (await market.as_customer("POST", "/bookings", json=body)).json()
        await market.done(market.as_customer, booking, "cancel" if instant else "withdraw")
        market.clock.advance(timedelta(minutes=1))
    refused = await market.as_customer("POST", "/bookings", json=body)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests_today")
    wait = timedelta(hours=23, minutes=30)
    assert int(refused.headers["retry-after"]) == wait.total_seconds()
    again = say_time(market.clock.now() + wait, "Pacific/Auckland")
    assert refused.json()["detail"].endswith(f"The next is possible from {again}.")
    later = body | {"starts_at": market.starts_in(days=6, minutes=30)}
    assert (await market.as_user("customer-2", "POST", "/bookings", json=later)).status_code == 201

    market.clock.advance(wait - timedelta(seconds=1))
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 429
    market.clock.advance(timedelta(seconds=1))
    assert (await market.as_customer("POST", "/bookings", json=body)).status_code == 201


async def test_nor_more_often_when_all_are_asked_at_once(market: Market) -> None:
    async def ask(number: int) -> tuple[int, str | None]:
        body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2 + number)}
        answer = await market.as_customer("POST", "/bookings", json=body)
        return answer.status_code, answer.json().get("code")

    answers = await asyncio.gather(*(ask(number) for number in range(16)))
    assert sorted(answers, key=str) == [(201, None)] * 10 + [(409, "too_many_requests_open")] * 6
    for booking in (await market.as_customer("GET", "/bookings")).json()["items"][:2]:
        await market.done(market.as_provider, booking, "accept")
    answers = await asyncio.gather(*(ask(20 + number) for number in range(5)))
    assert sorted(answers, key=str) == [(201, None)] * 2 + [(409, "too_many_requests_open")] * 3


@pytest.mark.parametrize(
    "name", ["visit http://evil.example/login", "www.evil.example/x", "a@b.example", "\u202e\u2066"]
)
async def test_a_name_is_no_place_for_an_address(market: Market, name: str) -> None:
    body = {
        "service_id": SERVICE,
        "starts_at": market.starts_in(days=2),
        "email": "gus@example.com",
        "full_name": name,
        "phone_number": "021 555 000",
    }
    answer = await market.service.http.post("/bookings/guest", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "full_name")


async def test_an_answer_is_given_again_only_to_whoever_got_it(market: Market) -> None:
    guest = await market.book_as_guest()
    key = {"Idempotency-Key": "1"}
    path = f"/bookings/{guest.id}/actions/verify_guest"
    wrong = await market.service.http.post(path, json={}, headers=key | {"Booking-Key": "x" * 43})
    assert wrong.status_code == 404
    right = await guest("POST", "/actions/verify_guest", json={}, headers=key)
    assert right.status_code == 200, "a stranger's 404 is not kept for the guest"
    again = await guest("POST", "/actions/verify_guest", json={}, headers=key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    for headers, status in (({}, 401), ({"Booking-Key": "x" * 43}, 404), ({"authorization": "Bearer bad"}, 401)):
        stranger = await market.service.http.post(path, json={}, headers=key | headers)
        assert stranger.status_code == status
        assert "gus@example.com" not in stranger.text


async def test_of_a_guest_who_never_confirmed_nothing_is_told_or_kept(market: Market) -> None:
    guest = await market.book_as_guest()
    market.clock.advance(timedelta(minutes=30))
    await run_due(market.service)
    seen = await market.as_provider("GET", f"/bookings/{guest.id}")
    assert (seen.json()["status"], seen.json()["guest"]) == ("expired", None)
    for kept in ("gus@example.com", "555 000", "Gus"):
        assert kept not in seen.text
        assert kept not in str(await market.service.db["bookings"].find_one({"_id": guest.id}))


async def test_a_booking_cannot_be_changed_for_ever_but_always_ended(market: Market) -> None:
    booking = await market.book(days=3)
    for n in range(39):
        booking = await market.done(
            market.as_customer, booking, "change_time", starts_at=market.starts_in(days=4, minutes=15 * (n % 2))
        )
    refused = await market.act(market.as_customer, booking, "change_time", starts_at=market.starts_in(days=5))
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
    assert refused.json()["detail"].startswith("This booking has been changed too often")
    booking = await market.done(market.as_provider, booking, "accept")
    await market.done(market.as_customer, booking, "cancel")


async def test_a_dispute_is_answered_three_times_and_can_always_be_withdrawn(market: Market) -> None:
    booking = await market.book(minutes=90)
    for n in range(36):
        booking = await market.done(
            market.as_customer, booking, "change_time", starts_at=market.starts_in(minutes=120 - 15 * (n % 2))
        )
    booking = await market.done(market.as_provider, booking, "accept")
    market.clock.advance(timedelta(minutes=90))
    await market.done(market.as_provider, booking, "start")
    for _ in range(3):
        await market.done(market.as_customer, booking, "open_dispute", reason="Half the hedge is left")
        for _ in range(3):
            await market.done(market.as_provider, booking, "respond_to_dispute", reason="The ladder broke")
        refused = await market.act(market.as_provider, booking, "respond_to_dispute", reason="Once more")
        assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
        shown = (await market.as_provider("GET", f"/bookings/{booking['id']}/actions")).json()["items"]
        assert [(a["action_name"], a["enabled"]) for a in shown] == [("respond_to_dispute", False)]
        assert shown[0]["disabled_reason"].startswith("The dispute has been answered 3 times")
        booking = await market.done(market.as_customer, booking, "withdraw_dispute")
    assert booking["version"] > 40
    refused = await market.act(market.as_customer, booking, "open_dispute", reason="Once more")
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("The customer has opened 3 disputes")
    await market.done(market.as_provider, booking, "open_dispute", reason="They do not pay")


async def test_moving_a_request_to_and_fro_does_not_remind_again_and_again(market: Market) -> None:
    booking = await market.book(hours=20)
    market.clock.advance(timedelta(hours=12))
    for n in range(4):
        await run_due(market.service)
        await market.done(
            market.as_customer, booking, "change_time", starts_at=market.starts_in(hours=8, minutes=15 * (n % 2 + 1))
        )
    assert await sent(market) == [("answer_request", ["provider"])]


async def test_what_is_offered_can_be_booked_with_the_longest_buffers(market: Market) -> None:
    long_break = offered(buffer_minutes=1440)
    await market.service.receive("service.updated", long_break, subject=SERVICE, sequence=2)
    await market.book("customer-2", days=5)

    async def slots(**params: Any) -> list[str]:
        answer = await market.service.http.get("/bookings/availability", params={"service_id": SERVICE} | params)
        return [item["starts_at"] for item in answer.json()["items"]]

    week = await slots(**{"from": market.starts_in(days=1), "to": market.starts_in(days=8)})
    for hours in range(24, 8 * 24, 5):
        start = market.starts_in(hours=hours)
        just_then = await slots(**{"from": start, "to": market.starts_in(hours=hours, seconds=1)})
        assert [slot for slot in week if slot in just_then] == just_then
    assert len(week) < 7 * 96


async def test_text_has_no_control_characters(market: Market) -> None:
    for text in ("\x00", "a\x1bb", "   ", "\u200b"):
        body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2), "note": text}
        answer = await market.as_user(CUSTOMER, "POST", "/bookings", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "note"), repr(text)


async def instant(market: Market) -> None:
    await market.service.receive("service.updated", offered(instant_book=True), subject=SERVICE, sequence=2)


async def test_one_customer_holds_twenty_times_of_a_provider_however_fast_they_ask(market: Market) -> None:
    """Booked at once, so that no provider's answer slows them down."""
    await instant(market)

    async def book(number: int) -> tuple[int, str | None]:
        body = {"service_id": SERVICE, "starts_at": market.starts_in(days=2, hours=2 * number)}
        answer = await market.as_customer("POST", "/bookings", json=body)
        return answer.status_code, answer.json().get("code")

    answers = [answer for n in range(0, 40, 8) for answer in await asyncio.gather(*(book(m) for m in range(n, n + 8)))]
    assert sorted(answers, key=str) == [(201, None)] * 20 + [(409, "too_many_bookings")] * 20
    await market.book("customer-2", days=20)
    mine = (await market.as_customer("GET", "/bookings?role=customer")).json()["items"]
    await market.done(market.as_customer, mine[0], "cancel")
    assert await book(50) == (201, None)
    assert await book(51) == (409, "too_many_bookings")


def test_what_follows_a_hyphen_makes_no_mailbox_of_its_own_at_yahoo() -> None:
    assert mailbox_key("joe-1@yahoo.com") == mailbox_key("joe-2@yahoo.com") == mailbox_key("joe@yahoo.com")
    assert mailbox_key("joe-1@gmail.com") != mailbox_key("joe-2@gmail.com")


async def test_what_is_over_counts_no_more_and_leaves_no_register(market: Market) -> None:
    booking = await market.done(market.as_provider, await market.book(minutes=15), "accept")
    for action in ("start", "complete"):
        assert await market.service.db["quotas"].count_documents({}) == 1
        booking = await market.done(market.as_provider, booking, action)
    assert await market.service.db["quotas"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("domains", "refused_from"),
    [
        (["catch.nz"], 6),
        (["a.catch.co.nz", "b.catch.co.nz"], 6),
        (["gmail.com"], 12),
        (["a.co.nz", "b.co.nz"], 12),
        (["joe.fastmail.com", "x.joe.fastmail.com"], 6),
        (["joe.internode.on.net"], 6),
        (["joe.fastmail.com", "ann.fastmail.com"], 12),
    ],
)
async def test_a_domain_whose_owner_reads_all_its_mail_holds_six_times(
    market: Market, domains: list[str], refused_from: int
) -> None:
    for number in range(12):
        email = f"gus{number}@{domains[number % len(domains)]}"
        answer = await hold(market, email, days=2 + number)
        if number >= refused_from:
            assert answer == (409, "too_many_guests")
        else:
            assert answer == (201, None)
            secret = await secret_of_last(market)
            assert (await secret.act("verify_guest")).status_code == 200


async def test_guests_have_fifteen_unanswered_requests_with_a_provider(market: Market) -> None:
    for number in range(15):
        guest = await market.book_as_guest(
            f"gus{number}@guest{number}.net", starts_at=market.starts_in(days=2 + number)
        )
        assert (await guest.act("verify_guest")).status_code == 200
    assert await hold(market, "one@more.net", days=20) == (409, "too_many_guests")
    await market.book(days=21)
    assert (await market.as_provider("POST", f"/bookings/{guest.id}/actions/accept")).status_code == 200
    assert await hold(market, "one@more.net", days=20) == (201, None)


async def secret_of_last(market: Market) -> Guest:
    await market.service.settle()
    held = market.service.published[-1]
    return Guest(market, held.subject, held.data["guest"]["secret"])


async def test_an_account_that_closes_gives_its_places_back(market: Market) -> None:
    guest = await market.book_as_guest()
    assert (await guest.act("verify_guest")).status_code == 200
    known = UserGuestKnown(user_id="gus", booking_id=guest.id)
    await market.service.receive("user.guest_known", known, subject="gus", sequence=3)
    closed = UserClosed(user_id="gus", closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject="gus", sequence=4)
    while await market.service.app.state.use_cases.departures.run_due():
        pass
    left = await market.service.db["quotas"].find({"expires_at": None}).to_list()
    assert left == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/bookings/schedule", EVERY_DAY | {"version": 2**64}),
        ("PUT", "/bookings/policy", {"cancellation": [{"hours_before": 1, "refund_percent": 100}], "version": 2**64}),
        ("POST", "/bookings/{id}/actions/accept", {"version": 2**64}),
        ("POST", "/bookings/{id}/actions/accept_reschedule", {"proposal_version": 2**64}),
    ],
)
async def test_a_number_that_no_database_holds_is_a_422(
    market: Market, method: str, path: str, body: dict[str, Any]
) -> None:
    booking = await market.book()
    answer = await market.as_provider(method, path.format(id=booking["id"]), json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] in ("version", "proposal_version")


async def test_no_answer_holds_more_than_a_thousand_slots_and_a_day(market: Market) -> None:
    plan = EVERY_DAY | {"slot_interval_minutes": 5, "horizon_days": 365}
    assert (await market.as_provider("PUT", "/bookings/schedule", json=plan)).status_code == 200
    question = {"service_id": SERVICE, "from": "2026-04-01", "to": "2026-05-04"}
    seen: list[str] = []
    while question["from"]:
        answer = (await market.service.http.get("/bookings/availability", params=question)).json()
        assert len(answer["items"]) < 1000 + 300
        seen += [item["starts_at"] for item in answer["items"]]
        question |= {"from": answer["next_from"]}
    assert len(seen) == len(set(seen)) == 34 * 288 + 12, "with the hour that comes twice on 5 April"
    assert seen == sorted(seen)
