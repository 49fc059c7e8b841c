"""A server with the six databases, migrated, for what moves into them."""

from collections.abc import Iterator

import pytest

from gigsta_common.localservers import Mongod

from .importing import run
from .older_gigsta import NAME


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mongod]:
    with Mongod() as mongod:
        told = {
            "MONGODB_URL": mongod.url,
            "LEGACY_MONGODB_URL": mongod.url.replace("/?", f"/{NAME}?"),
            "AMQP_URL": "amqp://nobody.invalid",
            "JWKS_URL": "http://nobody.invalid/jwks.json",
            "KEY_ENCRYPTION_KEY": "A" * 43 + "=",
            "ENVIRONMENT": "development",
            "ARGON2_MEMORY_KIB": "64",
            "ARGON2_TIME_COST": "1",
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        assert run("migrate", "up")[0] == 0
        yield mongod
