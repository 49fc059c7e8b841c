"""Runs the service with whatever lifecycle table is importable, and prints what became of one action of it.

`python -m services.bookings.tests.one_row_run MONGOD_URL ACTION`: a booking is made and accepted, its provider takes
ACTION, and everything that follows from the table's row is printed as JSON.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import gigsta_bookings
from gigsta_bookings.main import create_app
from gigsta_bookings.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope, ProviderApproved
from gigsta_common.messaging import InProcessBus, Subscription
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.testing.databases import Databases
from gigsta_common.testing.plugin import START
from gigsta_common.testing.service import TEST_SOURCE, ServiceStarter, TestService

from .conftest import EVERY_DAY, MIGRATIONS, PROVIDER, SERVICE, Market, offered


@asynccontextmanager
async def running(mongod_url: str, clock: ManualClock, key: SigningKey) -> AsyncIterator[TestService]:
    databases, bus, published = Databases(mongod_url), InProcessBus(), list[Envelope]()

    async def record(event: Envelope) -> None:
        if event.source != TEST_SOURCE:
            published.append(event)

    await bus.subscribe(Subscription("recorder", ("#",), record))
    starter = ServiceStarter(databases, clock, bus, key, published)
    try:
        yield await starter(create_app, Settings, MIGRATIONS, clock_interval=3600, open_days_interval=3600)
    finally:
        await starter.close()
        await bus.stop()
        await databases.close()


async def run(mongod_url: str, action: str) -> dict[str, Any]:
    clock, key = ManualClock(START), SigningKey.generate()

    def token_for(user_id: str, *roles: str, name: str | None = None) -> str:
        principal = Principal(user_id, frozenset(roles or ("user",)), session_id="test", name=name)
        issuer, audience = (Settings.model_fields[f].default for f in ("token_issuer", "token_audience"))
        return issue_token(
            key, principal, issuer=issuer, audience=audience, now=clock.now(), lifetime=timedelta(days=1)
        )

    async with running(mongod_url, clock, key) as service:
        market = Market(service, clock, token_for)
        approved = ProviderApproved(provider_id=PROVIDER, trading_name="Ana's Gardens", approved_at=clock.now())
        await service.receive("provider.approved", approved, subject=PROVIDER)
        await service.receive("service.published", offered(), subject=SERVICE)
        assert (await market.as_provider("PUT", "/bookings/schedule", json=EVERY_DAY)).status_code == 200
        return await act(market, action)


async def act(market: Market, action: str) -> dict[str, Any]:
    requested = await market.book(days=2)
    early = await market.act(market.as_provider, requested, action)
    accepted = await market.done(market.as_provider, requested, "accept")
    asked = (await market.as_customer("GET", f"/bookings/{requested['id']}")).json()
    wrong = await market.act(market.as_customer, accepted, action)
    done = await market.done(market.as_provider, accepted, action)
    await market.service.settle()
    return {
        "package": str(Path(gigsta_bookings.__file__).parent),
        "offered": {"provider": accepted["available_actions"], "customer": asked["available_actions"]},
        "refused": [[answer.status_code, answer.json()["detail"]] for answer in (early, wrong)],
        "before": accepted,
        "after": done,
        "published": [[event.name, event.sequence, event.data] for event in market.service.published],
        "verified": (await market.as_provider("GET", f"/bookings/{requested['id']}/history/verify")).json(),
        "openapi": market.service.app.openapi()["components"]["schemas"]["ActionName"]["enum"],
        "state_machine": (await market.as_customer("GET", "/bookings/state-machine")).json(),
        "diagram": (await market.as_customer("GET", "/bookings/state-machine?format=mermaid")).text,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(run(*sys.argv[1:]))))
