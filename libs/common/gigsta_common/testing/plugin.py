"""The pytest plugin (`-p gigsta_common.testing.plugin`): every fixture that services' tests share."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from gigsta_common import mongo
from gigsta_common.clock import ManualClock
from gigsta_common.events import Envelope
from gigsta_common.ids import new_id
from gigsta_common.messaging import InProcessBus, Subscription
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.settings import ServiceSettings
from gigsta_common.testing.databases import Databases
from gigsta_common.testing.servers import *  # noqa: F403 -- its fixtures are this plugin's
from gigsta_common.testing.service import TEST_SOURCE, ServiceStarter, TestService

START = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
"""A Tuesday morning in Auckland, far from any clock change."""

TokenFor = Callable[..., str]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def token_for(signing_key: SigningKey, clock: ManualClock) -> TokenFor:
    """`token_for("user-1", "provider", name="Ana")`: an access token as auth would issue it now, good for a year."""

    def issue(user_id: str, *roles: str, name: str | None = None) -> str:
        principal = Principal(user_id, frozenset(roles or ("user",)), session_id="test", name=name)
        issuer, audience = (ServiceSettings.model_fields[f].default for f in ("token_issuer", "token_audience"))
        return issue_token(
            signing_key, principal, issuer=issuer, audience=audience, now=clock.now(), lifetime=timedelta(days=365)
        )

    return issue


@pytest.fixture(scope="session")
async def databases(mongod_url: str) -> AsyncIterator[Databases]:
    databases = Databases(mongod_url)
    # Tests live in the past of a clock of their own: MongoDB would find everything that expires there long expired.
    await databases.client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
    yield databases
    await databases.close()


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[mongo.Database]:
    """An empty database of this test's own."""
    db = mongo.database(databases.client, f"test_{new_id()}")
    yield db
    await databases.client.drop_database(db.name)


@pytest.fixture
async def bus() -> AsyncIterator[InProcessBus]:
    bus = InProcessBus()
    yield bus
    await bus.stop()


@pytest.fixture
async def published(bus: InProcessBus) -> list[Envelope]:
    """Every event that a service published on `bus`, in order; not what the test itself sends with `receive()`."""
    seen: list[Envelope] = []

    async def record(event: Envelope) -> None:
        if event.source != TEST_SOURCE:
            seen.append(event)

    await bus.subscribe(Subscription("test-recorder", ("#",), record))
    return seen


@pytest.fixture
async def start_service(
    databases: Databases,
    clock: ManualClock,
    bus: InProcessBus,
    signing_key: SigningKey,
    published: list[Envelope],
) -> AsyncIterator[ServiceStarter]:
    """Starts a service on this test's clock and bus: `await start_service(create_app, Settings, folder)`."""
    starter = ServiceStarter(databases, clock, bus, signing_key, published)
    yield starter
    await starter.close()


__all__ = ["TestService", "TokenFor"]
