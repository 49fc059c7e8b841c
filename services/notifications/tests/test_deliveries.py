"""The operator's view of mails: what was given up, why, and sending it again, over a real SMTP server."""

from datetime import timedelta
from typing import Any

import pytest

from gigsta_common.events import UserClosed

from .conftest import House, MailServer, StartHouse

PATH = "/notifications/admin/deliveries"


@pytest.fixture
async def house(start_house: StartHouse, mail_server: MailServer) -> House:
    return await start_house(smtp_url=mail_server.url, mail_max_attempts=2)


async def admin(house: House, method: str, path: str, **params: Any) -> Any:
    headers = {"Authorization": f"Bearer {house.token_for('root', 'admin')}"}
    return await house.service.http.request(method, path, params=params, headers=headers)


async def given_up(house: House, server: MailServer) -> dict[str, Any]:
    """The only delivery, with a server that never came back in time."""
    await server.stop()
    for _ in range(3):
        await house.send_later(timedelta(hours=1))
    await server.start()
    items: list[dict[str, Any]] = (await admin(house, "GET", PATH)).json()["items"]
    [item] = items
    assert (item["status"], item["attempts"]) == ("failed", 2)
    return item


async def test_what_was_given_up_is_shown_and_goes_out_again_once(house: House, mail_server: MailServer) -> None:
    await house.registered("pat", "Pat")
    await house.booking(starts_at="2026-03-09T20:00:00Z", ends_at="2026-03-09T21:00:00Z")
    item = await given_up(house, mail_server)
    assert item["subject"] == "New request from Cleo"
    assert "given up after 2 attempts" in item["error"]
    assert not {"context", "link", "text"} & item.keys()

    again = await admin(house, "POST", f"{PATH}/{item['id']}/resend")
    assert (again.status_code, again.json()["status"], again.json()["attempts"]) == (200, "queued", 0)
    refused = await admin(house, "POST", f"{PATH}/{item['id']}/resend")
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_available")
    await house.send_due()
    [mail] = mail_server.mails
    assert mail["Message-ID"] == f"<{item['id']}@gigsta.nz>"
    assert (await admin(house, "GET", PATH)).json()["items"] == []
    [sent] = (await admin(house, "GET", PATH, status="sent")).json()["items"]
    assert sent["id"] == item["id"]
    kept = await house.delivery()
    assert [(note["by"], note["error"]) for note in kept["resent"]] == [("root", item["error"])]
    refused = await admin(house, "POST", f"{PATH}/{item['id']}/resend")
    assert "this one is sent" in refused.json()["detail"]
    assert await house.send_later(timedelta(days=1)) == 0
    assert len(mail_server.mails) == 1


async def test_an_address_that_was_mended_meanwhile_is_the_one_it_goes_to(
    house: House, mail_server: MailServer
) -> None:
    mail_server.rcpt_answer = "550 No such user"
    await house.registered("pat", email="typo@example.com")
    await house.booking()
    await house.send_due()
    [item] = (await admin(house, "GET", PATH)).json()["items"]
    assert "550" in item["error"]
    mail_server.rcpt_answer = "250 OK"
    await house.registered("pat", sequence=2, email="pat@example.com")
    assert (await admin(house, "POST", f"{PATH}/{item['id']}/resend")).status_code == 200
    await house.send_due()
    assert mail_server.recipients == ["pat@example.com"]


async def test_what_has_expired_or_is_forgotten_is_not_sent_again(house: House, mail_server: MailServer) -> None:
    await house.mail_requested(expires_at=house.clock.now() + timedelta(hours=2))
    item = await given_up(house, mail_server)
    refused = await admin(house, "POST", f"{PATH}/{item['id']}/resend")
    assert (refused.status_code, refused.json()["detail"]) == (409, "What this mail is about has expired.")
    await house.service.db["deliveries"].update_many({}, {"$set": {"not_after": None}})
    closed = UserClosed(user_id="cleo", closed_at=house.clock.now())
    await house.service.receive("user.closed", closed, subject="cleo", sequence=9)
    refused = await admin(house, "POST", f"{PATH}/{item['id']}/resend")
    assert refused.json()["detail"] == "What this mail said is not kept any more."
    assert mail_server.mails == []
    assert (await admin(house, "POST", f"{PATH}/nothing/resend")).status_code == 404


async def test_pages_newest_first(house: House, mail_server: MailServer) -> None:
    mail_server.rcpt_answer = "550 No"
    for n in range(5):
        await house.mail_requested(email=f"u{n}@example.com")
        house.clock.advance(timedelta(seconds=n % 2))
    await house.send_due()
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await admin(house, "GET", PATH, limit=2, **cursor)).json()
        seen += [item["to"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(seen) == [f"u{n}@example.com" for n in range(5)]
    assert seen[0] == "u4@example.com"


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("POST", f"{PATH}/x/resend")])
async def test_it_is_for_administrators(house: House, method: str, path: str) -> None:
    assert (await house.call(method, path, "pat")).status_code == 403
    assert (await house.service.http.request(method, path)).status_code == 401
