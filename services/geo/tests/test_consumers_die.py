"""A consumer that is killed at every step, and everything told again: each place is there once, and counted once."""

import json
from pathlib import Path

from gigsta_common.testing.dying import deaths_of
from gigsta_geo import grid
from gigsta_geo.models import spot_of

from . import dying_consumers
from .conftest import Map
from .dying_consumers import events_of, service_of

ROOT = Path(__file__).parents[3]
MOST = 100


async def test_whoever_dies_wherever_each_place_is_there_and_counted_once(places: Map) -> None:
    service, at = places.service, places.service.app.state.runtime.clock.now()
    settings = service.app.state.runtime.settings
    given = settings.model_dump(mode="json") | {
        name: getattr(settings, name).get_secret_value() for name in ("mongodb_url", "amqp_url")
    }
    deaths = await deaths_of(dying_consumers.__name__, json.dumps(given), at.isoformat(), cwd=str(ROOT))
    assert 30 < len(deaths) < MOST
    numbers = range(1, len(deaths) + 1)
    for event in events_of(MOST, at):  # nobody dies over this one
        await service.bus.publish(event)
        await service.settle()

    for order in (1, -1):  # the broker sends again what was not acknowledged; and then all once more, the last first
        for number in numbers:
            for event in events_of(number, at)[::order]:
                await service.bus.publish(event)
        await service.settle()
        await service.db["inbox_seen"].delete_many({})

    found = {place.pop("_id"): place async for place in service.db["places"].find()}
    assert found.keys() == {service_of(number) for number in (*numbers, MOST)}
    for number in numbers:
        as_if_alive = json.dumps(found[service_of(MOST)], default=str).replace(str(MOST), str(number))
        assert json.dumps(found[service_of(number)], default=str) == as_if_alive, deaths[number - 1]
    spots = [spot for place in found.values() if (spot := spot_of(place))]
    counted = {square.id: (tally.count, tally.lat, tally.lng) for square, tally in grid.tally(spots).items()}
    cells = service.db["cells"].find({"count": {"$ne": 0}})
    assert {one["_id"]: (one["count"], one["lat"], one["lng"]) async for one in cells} == counted
    assert await service.bus.parked("geo") == []
