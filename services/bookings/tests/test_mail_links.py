"""Links that take an action straight from a mail: what they are good for, and everything that they are not."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gigsta_bookings import mail_links
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.mail_links import MailLink
from gigsta_bookings.main import create_app
from gigsta_bookings.models import Actor
from gigsta_bookings.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import UserClosed, UserGuestKnown
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import CUSTOMER, MIGRATIONS, PROVIDER, SERVICE, Market, offered
from .test_actions import run_due

SECRET = "the secret of the links"
PATH = "/bookings/mail-link"


@pytest.fixture
async def service(start_service: ServiceStarter, clock: ManualClock) -> TestService:
    return await start_service(
        create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600, mail_link_secret=SECRET
    )


async def links(market: Market, booking_id: str, party: str) -> dict[str, str]:
    """What the latest event about a booking offers to a party: tokens by action."""
    await market.service.settle()
    told = [event for event in market.service.published if event.subject == booking_id]
    return {link["action_name"]: link["token"] for link in told[-1].data["links"] if link["party"] == party}


async def look(market: Market, token: str, method: str = "GET") -> httpx2.Response:
    return await market.service.http.request(method, PATH, headers={"Mail-Link": token})


async def take(market: Market, token: str, **body: Any) -> httpx2.Response:
    return await market.service.http.post(PATH, headers={"Mail-Link": token}, json=body)


async def version(market: Market, booking: dict[str, Any]) -> int:
    found: int = (await market.as_admin("GET", f"/bookings/{booking['id']}")).json()["version"]
    return found


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


# -- what they are good for


async def test_a_provider_accepts_by_the_link_and_the_history_says_so(market: Market) -> None:
    booking = await market.book()
    offers = await links(market, booking["id"], "provider")
    assert list(offers) == ["accept", "decline"]
    assert await links(market, booking["id"], "customer") == {}
    seen = (await look(market, offers["accept"])).json()
    assert (seen["action"]["action_name"], seen["role"]) == ("accept", "provider")
    assert seen["service"]["title"] == "Hedge trimming"
    assert not {"note", "address", "guest", "history"} & seen.keys()

    answer = await take(market, offers["accept"])
    assert answer.json() == {"action_name": "accept", "status": "confirmed"}
    after = (await market.as_provider("GET", f"/bookings/{booking['id']}")).json()
    entry = after["history"][-1]
    assert (entry["actor"], entry["actor_id"]) == ("provider", PROVIDER)
    assert entry["note"] == "Accepted by provider, by the link in a mail"
    verified = await market.as_provider("GET", f"/bookings/{booking['id']}/history/verify")
    assert verified.json()["intact"]


async def test_declining_needs_its_reason(market: Market) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["decline"]
    assert (await look(market, token)).json()["action"]["requires_reason"]
    answer = await take(market, token)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "reason")
    assert (await take(market, token, reason="Away that day")).json()["status"] == "declined"


async def test_a_new_time_is_accepted_as_it_was_proposed(market: Market) -> None:
    booking = await market.book()
    await market.done(market.as_provider, booking, "accept")
    starts_at = market.starts_in(days=3)
    await market.done(market.as_provider, booking, "propose_reschedule", starts_at=starts_at)
    assert await links(market, booking["id"], "provider") == {}
    offers = await links(market, booking["id"], "customer")
    assert list(offers) == ["accept_reschedule", "decline_reschedule"]
    assert (await look(market, offers["accept_reschedule"])).json()["proposed_starts_at"] is not None
    assert (await take(market, offers["accept_reschedule"])).status_code == 200
    after = (await market.as_customer("GET", f"/bookings/{booking['id']}")).json()
    assert after["starts_at"] == starts_at.replace("+00:00", "Z")


async def test_a_customer_confirms_the_work(market: Market) -> None:
    booking = await market.book(minutes=15)
    for action in ("accept", "start", "complete"):
        await market.done(market.as_provider, booking, action)
    token = (await links(market, booking["id"], "customer"))["confirm_completion"]
    assert (await take(market, token)).json()["status"] == "completed"


async def test_a_reminder_carries_the_links_of_the_version_that_it_reminds_of(market: Market) -> None:
    booking = await market.book()
    first = await links(market, booking["id"], "provider")
    market.clock.advance(timedelta(hours=12))
    assert await run_due(market.service) == 1
    second = await links(market, booking["id"], "provider")
    assert first.keys() == second.keys()
    assert (await take(market, second["accept"])).status_code == 200
    assert code(await take(market, first["accept"])) == (410, "mail_link_used")


async def test_a_link_outlives_that_its_guest_turns_out_to_have_an_account(market: Market) -> None:
    """Nothing that anybody looked at has changed by that."""
    guest = await market.book_as_guest()
    booking = (await guest.act("verify_guest")).json()
    await market.done(market.as_provider, booking, "accept")
    await market.done(market.as_provider, booking, "propose_reschedule", starts_at=market.starts_in(days=3))
    token = (await links(market, guest.id, "customer"))["accept_reschedule"]
    known = UserGuestKnown(user_id="gus", booking_id=guest.id)
    await market.service.receive("user.guest_known", known, subject="gus")
    assert await version(market, booking) == 5
    assert (await take(market, token)).status_code == 200
    entry = (await guest("GET")).json()["history"][-1]
    assert (entry["action"], entry["actor_id"]) == ("accept_reschedule", "gus")
    assert code(await take(market, token)) == (410, "mail_link_used")


# -- once


async def test_of_many_clicks_one_acts(market: Market) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    answers = await asyncio.gather(*(take(market, token) for _ in range(10)))
    assert {code(answer) for answer in answers if answer.status_code != 200} <= {
        (410, "mail_link_used"),
        (409, "version_conflict"),
    }
    assert [answer.status_code for answer in answers].count(200) == 1
    assert await version(market, booking) == 2
    assert code(await take(market, token)) == (410, "mail_link_used")
    assert code(await look(market, token)) == (410, "mail_link_used")


async def test_its_sisters_are_used_up_with_it(market: Market) -> None:
    booking = await market.book()
    offers = await links(market, booking["id"], "provider")
    assert (await take(market, offers["accept"])).status_code == 200
    assert code(await take(market, offers["decline"], reason="no")) == (410, "mail_link_outdated")


async def test_what_the_booking_was_before_it_moved_is_not_acted_on(market: Market) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    await market.done(market.as_customer, booking, "change_time", starts_at=market.starts_in(days=5))
    answer = await take(market, token)
    assert code(answer) == (410, "mail_link_outdated")
    assert "starts_at" not in answer.text, "an old link tells nothing new"
    assert (await take(market, (await links(market, booking["id"], "provider"))["accept"])).status_code == 200


# -- looking does nothing


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_page_does_nothing(market: Market, method: str) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    page = await market.service.http.request(method, f"/bookings/act?{token}")
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert token not in page.text
    for _ in range(3):
        assert (await look(market, token)).status_code == 200
    assert (await look(market, token, "HEAD")).status_code == 405
    for elsewhere in (f"{PATH}?link={token}", f"{PATH}?Mail-Link={token}"):
        assert (await market.service.http.post(elsewhere)).status_code == 422, "not from an address that is logged"
    assert await version(market, booking) == 1


# -- whatever is not one of ours


@pytest.mark.parametrize("part", range(6))
async def test_a_link_that_was_altered_is_none(market: Market, part: int) -> None:
    booking, other = await market.book(), await market.book(days=4)
    token = (await links(market, booking["id"], "provider"))["accept"]
    parts = token.split(".")
    altered = [other["id"], "2", "customer", "decline", str(int(parts[4]) + 86400), "A" * 24]
    changed = ".".join(altered[n] if n == part else one for n, one in enumerate(parts))
    assert code(await take(market, changed, reason="because")) == (404, "mail_link_not_found")
    assert [await version(market, b) for b in (booking, other)] == [1, 1]


@pytest.mark.parametrize("token", ["x", "....", "a.1.admin.cancel.2000000000." + "A" * 24, "\x00", "é" * 30])
async def test_nonsense_is_none(market: Market, token: str) -> None:
    headers = [(b"mail-link", token.encode("latin-1"))]
    answer = await market.service.http.post(PATH, headers=headers)
    assert answer.status_code in (404, 422)


def test_a_key_signs_its_own_and_no_action_that_is_not_in_the_table() -> None:
    link = MailLink("b1", 3, Actor.PROVIDER, "accept", 2_000_000_000)
    token = mail_links.token_of(link, b"one key")
    assert mail_links.read(token, b"one key") == link
    assert mail_links.read(token, b"another") is None
    invented = MailLink("b1", 3, Actor.PROVIDER, "explode", 2_000_000_000)
    assert mail_links.read(mail_links.token_of(invented, b"one key"), b"one key") is None


def test_only_what_a_button_can_do_goes_into_a_mail() -> None:
    by_mail = {name for name, row in BY_NAME.items() if row.by_mail}
    assert {"accept", "decline", "confirm_completion", "accept_reschedule", "decline_reschedule"} <= by_mail
    assert not [name for name in by_mail if BY_NAME[name].needs_time or BY_NAME[name].due]


async def test_without_a_secret_there_are_no_links(start_service: ServiceStarter, token_for: TokenFor) -> None:
    service = await start_service(create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600)
    link = MailLink("b1", 1, Actor.PROVIDER, "accept", 2_000_000_000)
    for key in (b"", b"None", SECRET.encode()):
        headers = {"Mail-Link": mail_links.token_of(link, key)}
        assert code(await service.http.post(PATH, headers=headers)) == (404, "mail_link_not_found")


# -- too late


async def test_a_link_ends_with_the_time_to_answer(market: Market) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    market.clock.advance(timedelta(hours=24, seconds=1))
    assert code(await take(market, token)) == (410, "mail_link_expired")
    assert await version(market, booking) == 1


async def test_whoever_is_barred_or_gone_does_not_answer_by_an_old_mail(market: Market) -> None:
    """A suspended provider's services are archived; a link in their mails is no way around the login."""
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    await market.service.receive("service.archived", offered(status="archived"), subject=SERVICE, sequence=2)
    assert code(await take(market, token)) == (409, "login_needed")
    await market.service.receive("service.published", offered(), subject=SERVICE, sequence=3)
    assert (await look(market, token)).status_code == 200
    closed = UserClosed(user_id=PROVIDER, closed_at=market.clock.now())
    await market.service.receive("user.closed", closed, subject=PROVIDER, sequence=9)
    assert code(await take(market, token)) == (410, "mail_link_outdated")
    assert await version(market, booking) == 1


async def test_a_link_gets_nobody_further_than_its_action(market: Market) -> None:
    booking = await market.book()
    token = (await links(market, booking["id"], "provider"))["accept"]
    for headers in ({"Mail-Link": token}, {"Booking-Key": token}, {"Authorization": f"Bearer {token}"}):
        answer = await market.service.http.get(f"/bookings/{booking['id']}", headers=headers)
        assert answer.status_code in (401, 404)
        answer = await market.service.http.post(f"/bookings/{booking['id']}/actions/accept", headers=headers, json={})
        assert answer.status_code in (401, 404)
    assert await version(market, booking) == 1
    assert CUSTOMER not in (await look(market, token)).text
