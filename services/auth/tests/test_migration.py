"""The schema: made once, taken back, and strict about what must hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError, WriteError

from gigsta_common import migrations
from gigsta_common.mongo import Database
from gigsta_common.testing.service import TestService

from .conftest import MIGRATIONS, LogIn


async def test_up_and_down_and_up_again(database: Database) -> None:
    names = await migrations.up(database, MIGRATIONS)
    assert names[0] == "0001_initial"
    assert await migrations.up(database, MIGRATIONS) == []
    assert {"users", "sessions", "signing_keys", "idempotency_keys"} <= set(await database.list_collection_names())
    assert [await migrations.down(database, MIGRATIONS) for _ in names] == names[::-1]
    assert not {"users", "sessions", "signing_keys", "security_events"} & set(await database.list_collection_names())
    assert await migrations.up(database, MIGRATIONS) == names


async def test_accounts_that_are_there_can_be_searched_by_name(database: Database) -> None:
    await migrations.up(database, MIGRATIONS)
    while await migrations.down(database, MIGRATIONS) != "0002_audit_links_and_closing":
        pass
    old = {
        "email": "ana@example.com", "password_hash": "$argon2id$x", "full_name": "Ana María  de la O", "links": [],
        "roles": ["user"], "onboarding_status": "complete", "provider_status": "not_applied", "version": 1,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    await database["users"].insert_many(
        [
            {"_id": "u1", **old},
            {"_id": "u2", **old, "email": "b@x.nz", "full_name": None},
            {"_id": "u3", **old, "email": "c@x.nz", "application": {"trading_name": "Ana's Gardens"}},
        ]
    )
    await migrations.up(database, MIGRATIONS)
    stored = {user["_id"]: user["name_words"] async for user in database["users"].find()}
    name = ["ana", "de", "la", "maría", "o"]
    assert stored == {"u1": name, "u2": [], "u3": sorted([*name, "ana's", "gardens"])}


@pytest.mark.parametrize(
    "change",
    [
        {"password_hash": "plain text"},
        {"roles": ["root"]},
        {"roles": []},
        {"provider_status": "maybe"},
        {"version": "1"},
        {"email_verified_at": "yesterday"},
        {"totp": {"secret_encrypted": "plain text"}},
        {"identities": [{"provider": "google"}]},
        {"passkeys": [{"credential_id": "x"}]},
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


async def test_an_account_may_be_without_a_password(service: TestService, person: LogIn) -> None:
    ana = await person()
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    assert (await ana.account())["id"] == ana.id


async def test_what_identifies_one_account_cannot_be_anothers(service: TestService, person: LogIn) -> None:
    now = service.app.state.runtime.clock.now()
    field, item = "identities", {"key": "google 1", "provider": "google", "subject": "1", "linked_at": now}
    ana, eve, bo = await person("ana@example.com"), await person("eve@example.com"), await person("bo@example.com")
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {field: [item]}})
    with pytest.raises(DuplicateKeyError):
        await service.db["users"].update_one({"_id": eve.id}, {"$set": {field: [item]}})
    for other in (eve, bo):  # any number may have none
        await service.db["users"].update_one({"_id": other.id}, {"$set": {field: []}})
