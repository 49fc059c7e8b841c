"""A consumer that is killed at every step, and everything told again: each rating is out once and counted once."""

import json
from collections import Counter
from pathlib import Path

from gigsta_common.testing.dying import deaths_of
from gigsta_ratings.crud.check import differences

from . import dying_consumers
from .conftest import Marketplace
from .dying_consumers import PROVIDER, booking_of, customer_of, events_of

ROOT = Path(__file__).parents[3]
MOST = 100


async def test_whoever_dies_wherever_each_rating_comes_out_once(market: Marketplace) -> None:
    for number in range(1, MOST):
        await market.booking(booking_of(number), customer_id=customer_of(number), provider_id=PROVIDER)
        assert (await market.rate(PROVIDER, booking_of(number), 1 + number % 5)).json()["status"] == "waiting"
    settings, at = market.service.app.state.runtime.settings, market.clock.now()
    given = settings.model_dump(mode="json") | {
        name: getattr(settings, name).get_secret_value() for name in ("mongodb_url", "amqp_url")
    }
    deaths = await deaths_of(dying_consumers.__name__, json.dumps(given), at.isoformat(), cwd=str(ROOT))
    assert 20 < len(deaths) < MOST
    numbers = range(1, len(deaths) + 1)

    for _ in range(2):  # the broker sends again what was not acknowledged; and then everything is told once more
        for number in numbers:
            for event in events_of(number, at):
                await market.service.bus.publish(event)
        await market.service.settle()
        await market.service.app.state.runtime.outbox._relay.sweep()
        await market.service.db["inbox_seen"].delete_many({})

    told = Counter(event.data["booking_id"] for event in market.service.published if event.name == "rating.published")
    assert told == Counter(booking_of(number) for number in numbers)
    for number in numbers:
        summary = await market.get("/ratings/summary", user_id=customer_of(number))
        assert (summary["count"], summary["average"]) == (1, 1 + number % 5), deaths[number - 1]
    invitations = {i["_id"]: i["status"] async for i in market.service.db["invitations"].find()}
    assert Counter(invitations.values()) == {"closed": len(deaths), "open": MOST - 1 - len(deaths)}
    assert (await differences(market.service.db))[1] == []
