"""A consumer that is killed at every step, and everything told again: one item, one mail."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

from gigsta_common.testing.dying import deaths_of
from gigsta_notifications.models import mailing

from . import dying_consumers
from .conftest import MailServer, StartHouse
from .dying_consumers import event_of, user_of

ROOT = Path(__file__).parents[3]


async def test_whoever_dies_wherever_there_is_one_item_and_one_mail(
    start_house: StartHouse, mail_server: MailServer
) -> None:
    house = await start_house(smtp_url=mail_server.url)
    at = house.clock.now()
    for number in range(1, 100):
        await house.registered(user_of(number))
    settings = house.service.app.state.runtime.settings
    given = settings.model_dump(mode="json") | {
        name: getattr(settings, name).get_secret_value() for name in ("mongodb_url", "amqp_url", "smtp_url")
    }
    deaths = await deaths_of(dying_consumers.__name__, json.dumps(given), at.isoformat(), cwd=str(ROOT))
    assert len(deaths) > 20

    for _ in range(2):  # the broker sends again what was not acknowledged; and then everything is told once more
        for number in range(1, len(deaths) + 1):
            await house.service.bus.publish(event_of(number, at))
        await house.service.settle()
        await house.send_later(mailing.LEASE + timedelta(seconds=1))
        await house.service.db["inbox_seen"].delete_many({})

    mails = Counter(mail["To"].addresses[0].username for mail in mail_server.mails)
    ids = {(mail["To"].addresses[0].username, mail["Message-ID"]) for mail in mail_server.mails}
    users = [user_of(number) for number in range(1, len(deaths) + 1)]
    assert sorted(user for user, _ in ids) == sorted(users), "one mail each, by its Message-ID"
    for user in users:
        assert len((await house.inbox(user))["items"]) == 1, user
        assert await house.service.db["deliveries"].count_documents({"user_id": user, "status": "sent"}) == 1, user
    twice = [user for user, count in mails.items() if count > 1]
    doubtful = await house.service.db["deliveries"].distinct("user_id", {"doubtful": True})
    assert len(twice) == 1, "only where the sender died between the server's word and its own, as SMTP cannot prevent"
    assert mails[twice[0]] == 2
    assert twice[0] in doubtful
