"""Mails over a real SMTP server: what arrives, how often, and what happens when something dies."""

import asyncio
from datetime import timedelta
from email.message import EmailMessage

import pytest

from gigsta_common.testing.service import ServiceStarter, eventually
from gigsta_notifications.models import mailing

from .conftest import House, MailServer, StartHouse


@pytest.fixture
async def house(start_house: StartHouse, mail_server: MailServer) -> House:
    return await start_house(smtp_url=mail_server.url)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


async def test_what_arrives_is_a_proper_mail(house: House, mail_server: MailServer) -> None:
    await house.proven("pat", "Pat Ōtautahi")
    await house.booking(customer_name="Zoë", service_title="Tap repair — café")
    assert await house.send_due() == 1
    [mail] = mail_server.mails
    assert mail_server.recipients == ["pat@example.com"]
    assert mail["From"] == "GigSta <no-reply@gigsta.nz>"
    assert mail["To"].addresses[0].display_name == "Pat Ōtautahi"
    assert mail["Subject"] == "New request from Zoë"
    assert mail["Date"].datetime == house.clock.now()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert "Tap repair — café" in part(mail, "plain")
    assert "Hello Pat Ōtautahi," in part(mail, "html")
    delivery = await house.delivery()
    assert mail["Message-ID"] == delivery["message_id"] == f"<{delivery['_id']}@gigsta.nz>"
    assert (delivery["status"], delivery["attempts"], delivery["lease"]) == ("sent", 1, None)
    assert delivery["sent_at"] == house.clock.now()
    assert await house.send_later(timedelta(days=1)) == 0


async def test_a_mail_goes_out_by_itself_soon_after_the_event(start_house: StartHouse, mail_server: MailServer) -> None:
    house = await start_house(smtp_url=mail_server.url, nudged=True)
    await house.mail_requested()

    async def arrived() -> bool:
        return bool(mail_server.mails)

    await eventually(arrived)


async def test_a_server_that_is_away_is_tried_again_until_the_mail_is_sent_once(
    house: House, mail_server: MailServer
) -> None:
    await mail_server.stop()
    await house.mail_requested()
    for attempt in range(1, 6):
        await house.send_due()
        delivery = await house.delivery()
        assert (delivery["status"], delivery["attempts"], delivery["lease"]) == ("queued", attempt, None)
        assert delivery["next_attempt_at"] - house.clock.now() == mailing.retry_delay(attempt)
        assert delivery["error"]
        assert await house.send_due() == 0, "not before its time"
        house.clock.advance(mailing.retry_delay(attempt))
    await mail_server.start()
    assert await house.send_due() == 1
    assert await house.send_later(timedelta(days=2)) == 0
    assert len(mail_server.mails) == 1
    assert (await house.delivery())["error"] is None


async def test_a_mail_is_given_up_visibly_after_so_many_attempts(
    start_house: StartHouse, mail_server: MailServer
) -> None:
    await mail_server.stop()
    house = await start_house(smtp_url=mail_server.url, mail_max_attempts=3)
    await house.mail_requested()
    for _ in range(5):
        await house.send_later(timedelta(hours=1))
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"]) == ("failed", 3)
    assert "given up after 3 attempts" in delivery["error"]
    metrics = (await house.service.http.get("/metrics")).text
    assert 'gigsta_mail_attempts_total{outcome="failed"} 1.0' in metrics


@pytest.mark.parametrize(("field", "answer"), [("rcpt_answer", "550 No such user"), ("answer", "554 Not that")])
async def test_what_a_server_refuses_for_good_is_not_tried_again(
    house: House, mail_server: MailServer, field: str, answer: str
) -> None:
    setattr(mail_server, field, answer)
    await house.mail_requested()
    await house.send_due()
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"]) == ("failed", 1)
    assert answer.split(maxsplit=1)[0] in delivery["error"]


@pytest.mark.parametrize(("field", "answer"), [("rcpt_answer", "450 Busy"), ("answer", "451 Later, please")])
async def test_what_a_server_refuses_for_now_is_tried_again(
    house: House, mail_server: MailServer, field: str, answer: str
) -> None:
    setattr(mail_server, field, answer)
    await house.mail_requested()
    await house.send_due()
    assert (await house.delivery())["status"] == "queued"
    setattr(mail_server, field, "250 OK")
    await house.send_later(timedelta(minutes=1))
    assert len(mail_server.mails) == 1


async def test_an_address_that_is_none_fails_and_holds_up_nobody(house: House, mail_server: MailServer) -> None:
    await house.mail_requested(email="not an address")
    await house.mail_requested(email="fine@example.com")
    await house.send_due()
    assert mail_server.recipients == ["fine@example.com"]
    assert await house.service.db["deliveries"].count_documents({"status": "failed"}) == 1


async def test_a_header_cannot_be_smuggled_in_by_a_name(house: House, mail_server: MailServer) -> None:
    await house.mail_requested(full_name="Cleo\r\nBcc: everybody@example.com")
    await house.send_due()
    [mail] = mail_server.mails
    assert mail["Bcc"] is None
    assert mail_server.recipients == ["cleo@example.com"]


async def test_a_mail_waits_for_its_address_and_goes_once_that_is_known(house: House, mail_server: MailServer) -> None:
    await house.booking()
    await house.send_due()
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"]) == ("queued", 0)
    assert delivery["error"] == "the address is not known yet"
    await house.registered("pat", "Pat")
    assert await house.send_due() == 1, "at once, not when the wait is over"
    assert mail_server.recipients == ["pat@example.com"]


async def test_a_mail_whose_address_never_becomes_known_fails_after_a_day(
    house: House, mail_server: MailServer
) -> None:
    await house.booking()
    for _ in range(4):
        await house.send_later(timedelta(hours=6))
    delivery = await house.delivery()
    assert (delivery["status"], delivery["error"]) == ("failed", "no address of this user became known")
    assert mail_server.mails == []


async def test_a_verification_that_has_expired_is_not_sent(house: House, mail_server: MailServer) -> None:
    await house.service.db["deliveries"].delete_many({})
    await mail_server.stop()
    await house.mail_requested(expires_at=house.clock.now() + timedelta(minutes=30))
    await house.send_due()
    await mail_server.start()
    await house.send_later(timedelta(minutes=30))
    assert (await house.delivery())["error"] == "what it was about has expired"
    assert mail_server.mails == []


async def test_many_senders_send_each_mail_once(start_house: StartHouse, house: House, mail_server: MailServer) -> None:
    second = await start_house(smtp_url=mail_server.url)
    for n in range(20):
        await house.mail_requested(email=f"user-{n}@example.com")
    await asyncio.gather(*(h.send_due() for h in (house, second, house, second)))

    async def all_arrived() -> bool:
        return len(mail_server.mails) >= 20

    await eventually(all_arrived)
    assert sorted(mail_server.recipients) == sorted(f"user-{n}@example.com" for n in range(20))
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 20


async def test_a_sender_that_dies_after_the_server_took_the_mail_leaves_a_doubt_and_says_so(
    house: House, mail_server: MailServer
) -> None:
    """As if killed between the server's word and ours: the claim is there, the outcome is not."""
    await house.mail_requested()
    await house.send_due()
    lease = {"status": "queued", "lease": "of the dead", "attempts": 1, "sent_at": None}
    context = {"name": "Cleo", "link": "http://localhost", "valid_for": None}
    until = house.clock.now() + mailing.LEASE
    await house.service.db["deliveries"].update_one(
        {}, {"$set": {**lease, "context": context, "next_attempt_at": until}}
    )

    assert await house.send_due() == 0, "not while the lease lasts"
    assert await house.send_later(mailing.LEASE) == 1
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"], delivery["doubtful"]) == ("sent", 2, True)
    assert len(mail_server.mails) == 2
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 1, "so that a repetition can be told"


async def test_a_server_that_dies_over_its_answer_leaves_a_doubt_as_well(house: House, mail_server: MailServer) -> None:
    mail_server.hang_up_over_the_answer = True
    await house.mail_requested()
    await house.send_due()
    delivery = await house.delivery()
    assert (delivery["status"], delivery["doubtful"]) == ("queued", True)
    mail_server.hang_up_over_the_answer = False
    await house.send_later(mailing.retry_delay(1))
    delivery = await house.delivery()
    assert (delivery["status"], delivery["attempts"], delivery["doubtful"]) == ("sent", 2, True)
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 1, "so that a repetition can be told"


async def test_a_service_that_stops_finishes_the_mail_in_hand(
    start_house: StartHouse, start_service: ServiceStarter, mail_server: MailServer
) -> None:
    house = await start_house(smtp_url=mail_server.url, nudged=True)
    taking, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        taking.set()
        await go_on.wait()

    mail_server.after_data = slowly
    await house.mail_requested()
    async with asyncio.timeout(10):
        await taking.wait()
        stopping = asyncio.create_task(start_service.stop())
        asyncio.get_running_loop().call_later(0.5, go_on.set)
        await stopping
    delivery = await house.delivery()
    assert (delivery["status"], delivery["lease"]) == ("sent", None)
    assert len(mail_server.mails) == 1
