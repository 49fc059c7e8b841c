"""The development mailbox: what a developer, a test and the demo see of the mails."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from gigsta_notifications.models import security
from gigsta_notifications.settings import Settings

from .conftest import House, StartHouse, rating_event


class Frames(HTMLParser):
    """The attributes of every iframe."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.found.append(dict(attrs))


async def test_a_verification_mail_has_its_link(house: House) -> None:
    await house.mail_requested(expires_at=house.clock.now() + timedelta(hours=24))
    [mail] = await house.mails()
    link = "http://localhost:8000/api/v1/auth/verify-email?token=a%2Bb%2Fc"
    assert mail["to"] == "cleo@example.com"
    assert mail["subject"] == "Confirm your email address"
    assert mail["links"][0] == link
    assert link in mail["text"]
    assert "Hello Cleo," in mail["text"]
    assert "once, for 24 hours" in mail["text"]
    assert mail["sent_at"] == "2026-03-02T20:00:00Z"
    delivery = await house.delivery()
    assert delivery["status"] == "sent"
    assert "context" not in delivery, "the token is not kept"


async def test_an_address_that_is_registered_gets_another_mail_without_a_token(house: House) -> None:
    await house.mail_requested("already_registered", token=None)
    [mail] = await house.mails()
    assert mail["subject"] == "You already have a GigSta account"
    assert "token" not in mail["text"] + mail["html"]
    assert "new password" not in mail["text"] + mail["html"]


async def test_its_owner_is_shown_a_way_in(house: House) -> None:
    await house.mail_requested("already_registered", expires_at=house.clock.now() + timedelta(hours=1))
    [mail] = await house.mails()
    assert "http://localhost:8000/api/v1/auth/reset-password?token=a%2Bb%2Fc" in mail["links"]
    assert "http://localhost:8000" in mail["links"]
    assert "once, for 60 minutes" in mail["text"]


@pytest.mark.parametrize(("kind", "page"), [("reset_password", "reset-password"), ("confirm_email", "confirm-email")])
async def test_a_mail_with_a_link_opens_its_page(house: House, kind: str, page: str) -> None:
    await house.mail_requested(kind, expires_at=house.clock.now() + timedelta(hours=1))
    [mail] = await house.mails()
    assert mail["links"][0] == f"http://localhost:8000/api/v1/auth/{page}?token=a%2Bb%2Fc"
    assert "once, for 60 minutes" in mail["text"]


@pytest.mark.parametrize("kind", ["password_changed", "account_completed", "email_change_requested", "email_changed"])
async def test_a_mail_that_only_tells_has_no_token(house: House, kind: str) -> None:
    await house.mail_requested(kind, token=None, new_email="new@example.com")
    [mail] = await house.mails()
    assert "token" not in mail["text"] + mail["html"]
    assert ("new@example.com" in mail["text"]) == kind.startswith("email")


@pytest.mark.parametrize("kind", security.NOTICES)
async def test_the_owner_is_told_what_was_done_to_their_account(house: House, kind: str) -> None:
    await house.mail_requested(kind, token=None, about="<b>Ana's phone</b>")
    [mail] = await house.mails()
    assert mail["subject"] == security.NOTICES[kind].subject
    assert f"{security.NOTICES[kind].what}: <b>Ana's phone</b>." in mail["text"]
    assert "&lt;b&gt;Ana&#39;s phone&lt;/b&gt;" in mail["html"]
    assert mail["links"] == ["http://localhost:8000"]


async def test_a_mail_about_nothing_in_particular_says_no_more(house: House) -> None:
    await house.mail_requested("second_factor_on", token=None)
    [mail] = await house.mails()
    assert f"{security.NOTICES['second_factor_on'].what}.\n" in mail["text"]


async def test_who_was_shut_out_is_told_whom_to_write_to(start_house: StartHouse) -> None:
    """A stranger's second factor keeps the owner out: to log in and change the password is no advice then."""
    house = await start_house(support_email="help@example.com")
    told = {"The second factor is on", "Your email address was changed", "Your GigSta account is closed"}
    for kind in ("second_factor_on", "second_factor_off", "email_changed", "account_closed"):
        await house.mail_requested(kind, token=None, new_email="new@example.com")
    mails = await house.mails()
    assert {mail["subject"] for mail in mails} == told | {"The second factor is off"}
    for mail in mails:
        shut_out = mail["subject"] in told
        for text in (mail["text"], mail["html"]):
            assert ("rite to help@example.com" in text) is shut_out, mail["subject"]
            assert ("choose another password" in text) is not shut_out, mail["subject"]
            assert text.count("help@example.com") == (2 if shut_out else 1), "the footer has it"


async def test_a_new_password_tells_of_the_other_ways_in(house: House) -> None:
    await house.mail_requested("password_changed", token=None)
    await house.mail_requested("password_changed", token=None, about="Google, a passkey (Phone)")
    without, with_some = sorted(await house.mails(), key=lambda mail: "Google" in mail["text"])
    assert "also log in" not in without["text"] + without["html"]
    assert "You can also log in with: Google, a passkey (Phone)." in with_some["text"]
    assert "Google, a passkey (Phone)" in with_some["html"]


async def test_a_kind_of_mail_that_is_unknown_is_ignored(house: House) -> None:
    await house.mail_requested("a_kind_of_next_year")
    assert await house.mails() == []
    assert await house.service.db["deliveries"].count_documents({}) == 0


async def test_the_mailbox_can_be_asked_for_one_address_and_for_a_few(house: House) -> None:
    for name in ("ana", "bo", "ana"):
        await house.mail_requested(email=f"{name}@example.com")
        await house.send_later(timedelta(minutes=1))
    assert [m["to"] for m in await house.mails("ANA@example.com")] == ["ana@example.com"] * 2
    everything = await house.mails()
    assert [m["to"].split("@")[0] for m in everything] == ["ana", "bo", "ana"]
    some = (await house.service.http.get("/dev/mail", params={"limit": 2})).json()["items"]
    assert some == everything[:2]


async def test_a_browser_gets_pages_with_the_mail_in_a_sandbox(house: House) -> None:
    await house.mail_requested(full_name="<script>alert(1)</script>")
    [mail] = await house.mails()
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    page = await house.service.http.get("/dev/mail", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert f'href="/dev/mail/{mail["id"]}"' in page.text

    view = await house.service.http.get(f"/dev/mail/{mail['id']}", headers=browser)
    assert view.status_code == 200
    policy = view.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    [frame] = Frames(view.text).found
    assert frame["srcdoc"] == mail["html"]
    assert "allow-scripts" not in (frame["sandbox"] or "")
    assert "allow-same-origin" not in (frame["sandbox"] or "")
    assert "<script" not in view.text
    assert "<script" not in mail["html"]
    assert f'<a href="{mail["links"][0]}"' in view.text

    one = await house.service.http.get(f"/dev/mail/{mail['id']}")
    assert one.json() == mail
    assert (await house.service.http.get("/dev/mail/none")).status_code == 404


async def test_mails_about_bookings_tell_the_local_time_and_the_price(house: House) -> None:
    await house.registered("pat", "Pat")
    await house.booking(reason="Rain & wind")
    [mail] = await house.mails()
    assert mail["subject"] == "New request from Cleo"
    for part in (mail["text"], mail["html"]):
        assert "Tuesday 3 March 2026, 9:00 am NZDT" in part
        assert "NZ$85.00" in part
    assert "Rain & wind" in mail["text"]
    assert "Rain &amp; wind" in mail["html"]
    assert mail["links"][0] == "http://localhost:8000/bookings/booking-1"


async def test_what_people_write_is_escaped(house: House) -> None:
    await house.proven("pat", "Pat <b>")
    await house.service.receive("rating.published", rating_event(house.clock.now()), subject="rating-1")
    [mail] = await house.mails()
    assert "Quick &lt;b&gt;and&lt;/b&gt; clean" in mail["html"]
    assert "Hello Pat &lt;b&gt;," in mail["html"]
    assert "Quick <b>and</b> clean" in mail["text"]


async def test_production_has_no_such_page(start_house: StartHouse) -> None:
    house = await start_house(environment="production", smtp_url="smtp://127.0.0.1:1")
    for path in ("/dev/mail", "/dev/mail/x"):
        assert (await house.service.http.get(path)).status_code == 404
    paths = {getattr(route, "path", "") for route in house.service.app.routes}
    assert not any(path.startswith("/dev") for path in paths)


async def test_mails_can_be_switched_off(start_house: StartHouse) -> None:
    house = await start_house(mail_enabled=False)
    await house.registered("pat")
    await house.booking()
    assert await house.mails() == []
    assert (await house.delivery())["status"] == "skipped"
    assert len((await house.inbox("pat"))["items"]) == 1


def test_mails_are_on_unless_switched_off() -> None:
    assert Settings.model_fields["mail_enabled"].default is True
