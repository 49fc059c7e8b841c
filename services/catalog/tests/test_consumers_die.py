"""A consumer that is killed at every step, and everything told again: each change is made once and told once."""

import json
from collections import Counter
from pathlib import Path

from gigsta_common.testing.dying import deaths_of

from . import dying_consumers
from .conftest import Shop
from .dying_consumers import events_of, provider_of

ROOT = Path(__file__).parents[3]
MOST = 100


async def test_whoever_dies_wherever_each_change_is_made_and_told_once(shop: Shop) -> None:
    service, at = shop.service, shop.service.app.state.runtime.clock.now()
    services = {}
    for number in range(1, MOST):
        await shop.approve(provider_of(number))
        services[number] = await shop.published(provider_of(number))
    await service.settle()
    service.published.clear()
    settings = service.app.state.runtime.settings
    given = settings.model_dump(mode="json") | {
        name: getattr(settings, name).get_secret_value() for name in ("mongodb_url", "amqp_url")
    }
    arguments = (json.dumps(given), at.isoformat(), json.dumps(services))
    deaths = await deaths_of(dying_consumers.__name__, *arguments, cwd=str(ROOT))
    assert 30 < len(deaths) < MOST
    numbers = range(1, len(deaths) + 1)

    for order in (1, -1):  # the broker sends again what was not acknowledged; and then all once more, the last first
        for number in numbers:
            for event in events_of(number, services[number], at)[::order]:
                await service.bus.publish(event)
        await service.settle()
        await service.app.state.runtime.outbox._relay.sweep()
        await service.db["inbox_seen"].delete_many({})

    told = Counter((event.subject, event.name, event.sequence) for event in service.published)
    changes = ("service.updated", "service.archived", "service.published")
    assert told == Counter((services[number], name, n) for number in numbers for n, name in enumerate(changes, 3))
    rating = {"average": 4.5, "weighted": 4.2, "count": 2}
    for number in numbers:
        seen = (await shop.get(f"/services/{services[number]}")).json()
        assert (seen["provider_name"], seen["version"], seen["rating"]) == (f"New {number}", 5, rating), deaths[number]
        profile = (await shop.get(f"/providers/{provider_of(number)}")).json()
        assert (profile["trading_name"], profile["rating"]) == (f"New {number}", rating)
    assert await service.bus.parked("catalog") == []
