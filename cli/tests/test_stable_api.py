"""MongoDB 6, 7 and 8: what services send is in the Stable API, version 1, which all three understand in the same way.

The tests run on the one version that can be had here. A server that is asked to be strict refuses whatever is outside
that API; migrations may step outside of it (sparse and text indexes), and have been the same in every version since 4.
"""

from collections.abc import Iterator
from functools import partial

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from pymongo.server_api import ServerApi
from typer.testing import CliRunner

from gigsta_cli.main import app
from gigsta_cli.seed.load import seed
from gigsta_common import mongo
from gigsta_common.localservers import Mongod


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a migrated server, whose clients are strict from now on."""
    with Mongod() as mongod:
        monkeypatch.setenv("MONGODB_URL", mongod.url)
        monkeypatch.setenv("KEY_ENCRYPTION_KEY", "A" * 43 + "=")
        monkeypatch.setenv("ENVIRONMENT", "development")
        migrated = CliRunner().invoke(app, ["migrate", "up"])
        assert migrated.exit_code == 0, migrated.output
        strictly = partial(AsyncMongoClient, server_api=ServerApi("1", strict=True))
        monkeypatch.setattr(mongo, "AsyncMongoClient", strictly)
        yield mongod.url


async def test_the_server_refuses_what_is_outside_of_it(strict: str) -> None:
    client = mongo.connect(strict, app_name="strict")
    try:
        with pytest.raises(OperationFailure, match="not in API Version 1"):
            await mongo.database(client, "gigsta_geo")["places"].distinct("name")
    finally:
        await client.close()


def test_a_month_of_the_marketplaces_life_stays_within_it(strict: str) -> None:
    assert seed(if_empty=True)
