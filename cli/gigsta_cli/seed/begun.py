"""One more booking in a demo marketplace that is running, whose time has come: `python -m gigsta_cli.seed.begun`.

For what can be done only after the start, such as reporting that nobody came: the journeys in `web/e2e` ask for it. It
is played like the demo data, through the services' own use cases on a clock set back, and its id is printed.
"""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Any

from gigsta_cli import services
from gigsta_cli.running import adopt
from gigsta_cli.seed import data
from gigsta_cli.seed.market import Market, Person, SeedError, open_market
from gigsta_cli.seed.story import HOUR, SCRIPTS
from gigsta_common.clock import ManualClock
from gigsta_common.localservers import state_dir

BOOKED = 60 * HOUR
"""So long before the start: before everything that the scripts do, and not so long that the request lapses."""
EARLIEST = 40 * HOUR
"""So long ago it started at most: after 48 hours from its end the clock completes what nobody has touched."""
LATEST = 5 * HOUR
"""So long ago it started at least: after everything that the scripts do."""


def begun(script: str) -> str:
    """The id of a booking of the demo customer, with the provider who works around the clock.

    Raises:
        SeedError: this is production, the demo data are missing, or every hour of the last two days is taken.
    """
    if services.settings("auth").environment == "production":
        raise SeedError("This is production (ENVIRONMENT), whose bookings are made by people.")
    return asyncio.run(_begun(script, datetime.now(UTC)))


async def _begun(script: str, now: datetime) -> str:
    night = next(provider for provider in data.providers() if provider.all_hours)
    customer, provider = await _person(f"customer@{data.DOMAIN}"), await _person(night.email)
    async with open_market(ManualClock(now - EARLIEST - BOOKED)) as market:
        service_id, starts_at = await _last_free(market, provider, now)
        market.clock.set(starts_at - BOOKED)
        body = {"service_id": service_id, "starts_at": starts_at.isoformat()}
        booking = await market.call(customer, "POST", "/bookings", body)
        for after, who, action, said in SCRIPTS[script]:
            market.clock.set(starts_at + after)
            person = customer if who == "customer" else provider
            await market.call(person, "POST", f"/bookings/{booking['id']}/actions/{action}", said)
        market.clock.set(now)
        await market.settle()
    return str(booking["id"])


async def _person(email: str) -> Person:
    db = services.database("auth")
    try:
        user = await db["users"].find_one({"email": email}, {"full_name": 1, "roles": 1})
    finally:
        await db.client.close()
    if user is None:
        raise SeedError(f"There is no {email} here: the demo data are missing.")
    return Person(user["_id"], user["full_name"], tuple(user["roles"]))


async def _last_free(market: Market, provider: Person, now: datetime) -> tuple[str, datetime]:
    offered = await market.call(None, "GET", f"/catalog/services?provider_id={provider.user_id}")
    service_id: str = offered["items"][0]["id"]
    wanted = {"from": now - EARLIEST, "to": now - LATEST}
    period = "&".join(f"{name}={at.strftime('%Y-%m-%dT%H:%M:%SZ')}" for name, at in wanted.items())
    free: dict[str, Any] = await market.call(None, "GET", f"/bookings/availability?service_id={service_id}&{period}")
    if not free["items"]:
        raise SeedError("Every hour of the last two days is taken: wait, or `make clean-data`.")
    return service_id, datetime.fromisoformat(free["items"][-1]["starts_at"])


if __name__ == "__main__":
    adopt(state_dir())
    try:
        sys.stdout.write(begun(sys.argv[1]) + "\n")
    except SeedError as error:
        sys.exit(str(error))
