"""The schema: made once, taken back, and strict about what must hold."""

from typing import Any

import pytest
from pymongo.errors import WriteError

from gigsta_common import migrations
from gigsta_common.mongo import Database
from gigsta_common.testing.service import TestService

from .conftest import MIGRATIONS, LogIn


async def test_up_and_down_and_up_again(database: Database) -> None:
    assert await migrations.up(database, MIGRATIONS) == ["0001_initial"]
    assert await migrations.up(database, MIGRATIONS) == []
    assert {"users", "sessions", "signing_keys", "idempotency_keys"} <= set(await database.list_collection_names())
    assert await migrations.down(database, MIGRATIONS) == "0001_initial"
    assert not {"users", "sessions", "signing_keys"} & set(await database.list_collection_names())
    assert await migrations.up(database, MIGRATIONS) == ["0001_initial"]


@pytest.mark.parametrize(
    "change",
    [
        {"password_hash": "plain text"},
        {"roles": ["root"]},
        {"roles": []},
        {"provider_status": "maybe"},
        {"version": "1"},
        {"email_verified_at": "yesterday"},
    ],
)
async def test_a_broken_account_cannot_be_stored(service: TestService, person: LogIn, change: dict[str, Any]) -> None:
    ana = await person()
    with pytest.raises(WriteError):
        await service.db["users"].update_one({"_id": ana.id}, {"$set": change})


async def test_fields_of_a_later_version_are_let_be(service: TestService, person: LogIn) -> None:
    ana = await person()
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"second_factor": {"kind": "totp"}}})
    assert await ana.account() == ana.login["user"]
    await ana.patch("/auth/me", {"full_name": "Ana B"})
    assert (await service.db["users"].find_one({"_id": ana.id}) or {})["second_factor"] == {"kind": "totp"}
