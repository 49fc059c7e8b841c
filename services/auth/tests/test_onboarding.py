"""From a new account to an approved provider: who may do what meanwhile, and that nobody raises themselves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from jose import jwt

from gigsta_auth.models.users import Role
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import APPLICATION, PASSWORD, Json, LogIn, Person, mailed_token, problem, refresh, register, verify

RAISED: Json = {
    "_id": "other",
    "user_id": "other",
    "role": "admin",
    "roles.0": "admin",
    "is_admin": True,
    "onboarding_status": "complete",
    "provider_status": "approved",
    "email_verified": True,
    "email_verified_at": "2020-01-01T00:00:00Z",
    "suspension": None,
    "session_epoch": 0,
    "password_hash": "$argon2id$x",
    "version": 99,
    "$set": {"roles": ["admin"], "provider_status": "approved"},
}

VALID: dict[str, Json] = {
    "PATCH /auth/me": {"full_name": "Eve"},
    "POST /auth/me/roles": {"roles": ["user", "provider"]},
    "POST /auth/providers/apply": APPLICATION,
    "POST /auth/me/password": {"current_password": PASSWORD, "new_password": "another-good-one"},
    "POST /auth/me/email": {"email": "eve@example.com", "password": PASSWORD},
    "DELETE /auth/me": {"password": PASSWORD},
    "POST /auth/register": {"email": "eve@example.com", "password": PASSWORD},
    "POST /auth/login": {"email": "ana@example.com", "password": PASSWORD},
}
"""What would be taken, but for what is added to it."""


def operations(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every one that takes JSON."""
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                yield method.upper(), path


@pytest.mark.parametrize("role", ["user", "admin"])
async def test_no_body_raises_anybody(service: TestService, person: LogIn, role: Role) -> None:
    ana = await person("ana@example.com", role)
    before = await service.db["users"].find().to_list()
    found = list(operations(service.app))
    assert set(VALID) <= {f"{method} {path}" for method, path in found}
    for method, path in found:
        valid = VALID.get(f"{method} {path}", {})
        url = path.replace("{user_id}", ana.id)
        answer = await service.http.request(method, url, headers=ana.headers, json={**valid, **RAISED})
        if role == "user" and "/admin/" in path:
            assert problem(answer) == (403, "admin_only")
            continue
        assert problem(answer) == (422, "validation_failed"), (method, path)
        refused = {error["field"] for error in answer.json()["errors"] if "not permitted" in error["message"]}
        assert refused >= set(RAISED) - {"user_id"}, (method, path)
    assert await service.db["users"].find().to_list() == before


async def test_an_administrators_role_is_nobodys_to_choose(service: TestService, person: LogIn) -> None:
    ana = await person()
    for roles in (["admin"], ["user", "admin"], ["user", "provider", "admin"], ["user", "root"], "admin"):
        assert problem(await ana.post("/auth/me/roles", {"roles": roles})) == (422, "validation_failed")
    assert (await ana.account())["roles"] == ["user"]


async def test_the_whole_way_of_a_provider_who_is_a_seeker_all_along(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    admin = await person("admin@example.com", "admin")
    await register(service, "ana@example.com", full_name="Ana")
    login = (await verify(service, await mailed_token(service, "ana@example.com"))).json()
    ana = Person(service, "ana@example.com", login)

    async def stands(onboarding: str, provider: str, *roles: str) -> None:
        """What the account says, and with which roles its next access token opens doors elsewhere."""
        account = await ana.account()
        assert (account["onboarding_status"], account["provider_status"]) == (onboarding, provider)
        clock.advance(timedelta(seconds=11))
        ana.login = (await refresh(service, ana.refresh_token)).raise_for_status().json()
        assert set(jwt.get_unverified_claims(ana.login["access_token"])["roles"]) == set(roles)

    await stands("provisional", "not_applied", "user")
    assert problem(await ana.post("/auth/providers/apply", APPLICATION)) == (409, "provider_role_not_chosen")
    await ana.post("/auth/me/roles", {"roles": ["user", "provider"]})
    await stands("complete", "not_applied", "user", "provider")
    assert (await ana.account())["profile_missing"] == ["phone_number", "address"]
    await ana.patch("/auth/me", {"phone_number": "021 555 0100", "address": "1 Queen St"})
    assert (await ana.account())["profile_missing"] == []
    await ana.post("/auth/providers/apply", APPLICATION)
    await stands("complete", "pending", "user", "provider")
    await admin.post(f"/auth/admin/providers/{ana.id}/reject", {"reason": "No such street."})
    await stands("complete", "rejected", "user", "provider")
    assert (await ana.account())["provider_rejection_reason"] == "No such street."
    await ana.post("/auth/providers/apply", {**APPLICATION, "address": "2 Queen St"})
    await stands("complete", "pending", "user", "provider")
    admin.login = (await refresh(service, admin.refresh_token)).json()
    await admin.post(f"/auth/admin/providers/{ana.id}/approve")
    await stands("complete", "approved", "user", "provider")
    assert (await ana.account())["provider_rejection_reason"] is None
