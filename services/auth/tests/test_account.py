"""One's own account: profile, roles, and the application to become a provider."""

from datetime import datetime

import pytest
from jose import jwt

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import (
    APPLICATION,
    Json,
    LogIn,
    Person,
    mailed_token,
    problem,
    refresh,
    register,
    together,
    verify,
)


async def newcomer(service: TestService, email: str = "new@example.com") -> Person:
    """Somebody who has just verified their address."""
    await register(service, email)
    return Person(service, email, (await verify(service, await mailed_token(service, email))).json())


async def test_a_newcomer_has_still_to_choose(service: TestService) -> None:
    account = await (await newcomer(service)).account()
    assert account["roles"] == ["user"]
    assert account["onboarding_status"] == "provisional"
    assert account["provider_status"] == "not_applied"


async def test_the_profile_can_be_changed_and_cleared(service: TestService, person: LogIn) -> None:
    ana = await person()
    changed = await ana.patch("/auth/me", {"phone_number": " +64 21 555 0100 ", "address": "1 Queen St"})
    assert changed.status_code == 200
    assert changed.json() == {
        **ana.login["user"],
        "phone_number": "+64 21 555 0100",
        "address": "1 Queen St",
        "profile_missing": [],
    }
    assert await ana.account() == changed.json()
    assert (await ana.patch("/auth/me", {"address": None, "full_name": "Ana B"})).json() == {
        **changed.json(),
        "address": None,
        "full_name": "Ana B",
        "profile_missing": ["address"],
    }
    again = (await refresh(service, ana.refresh_token)).json()["access_token"]
    assert jwt.get_unverified_claims(again)["name"] == "Ana B"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "eve@example.com"},
        {"roles": ["user", "admin"]},
        {"full_name": "Ana", "roles": ["admin"]},
        {"provider_status": "approved"},
        {"onboarding_status": "complete"},
        {"email_verified": True},
        {"email_verified_at": "2020-01-01T00:00:00Z"},
        {"password_hash": "x"},
        {"version": 7},
        {"id": "other"},
        {"_id": "other"},
        {"$set": {"roles": ["admin"]}},
        {"roles.0": "admin"},
        {"full_name": {"$set": "x"}},
        {"full_name": ""},
        {"full_name": None},
        {"full_name": "see evil.example"},
        {"full_name": "x" * 101},
        {"phone_number": "call me"},
        {"phone_number": "1" * 40},
        {"address": "x" * 301},
        {"address": "a\x00b"},
    ],
)
async def test_nothing_else_can_be_changed(service: TestService, person: LogIn, body: Json) -> None:
    ana = await person()
    await service.settle()
    before = await service.db["users"].find_one({"_id": ana.id})
    assert problem(await ana.patch("/auth/me", body)) == (422, "validation_failed")
    assert await service.db["users"].find_one({"_id": ana.id}) == before


async def test_what_may_be_written_is_said_in_words(person: LogIn) -> None:
    ana = await person()
    answer = await ana.patch("/auth/me", {"full_name": "A & B", "phone_number": "call me"})
    said = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert said["full_name"] == "may have letters, digits, spaces and . , ' ( ) - in it, and nothing else"
    assert said["phone_number"].startswith("must be a phone number, such as +64")


async def test_changes_at_once_do_not_undo_each_other(service: TestService, person: LogIn) -> None:
    ana = await person()
    before = await service.db["users"].find_one({"_id": ana.id}) or {}
    answers = await together(
        ana.patch("/auth/me", {"full_name": "Ana B"}),
        ana.patch("/auth/me", {"phone_number": "021 555 0100"}),
        ana.patch("/auth/me", {"address": "1 Queen St"}),
        ana.post("/auth/me/roles", {"roles": ["user", "provider"]}),
    )
    assert {answer.status_code for answer in answers} == {200}
    account = await ana.account()
    assert (account["full_name"], account["phone_number"], account["address"]) == (
        "Ana B",
        "021 555 0100",
        "1 Queen St",
    )
    assert account["roles"] == ["user", "provider"]
    after = await service.db["users"].find_one({"_id": ana.id}) or {}
    assert after["version"] == before["version"] + 4


@pytest.mark.parametrize("roles", [["user"], ["user", "provider"], ["provider", "user"]])
async def test_choosing_roles_completes_onboarding(service: TestService, roles: list[str]) -> None:
    new = await newcomer(service)
    answer = await new.post("/auth/me/roles", {"roles": roles})
    assert answer.status_code == 200
    account = answer.json()
    assert account["roles"] == [role for role in ("user", "provider") if role in roles]
    assert account["onboarding_status"] == "complete"
    assert account["provider_status"] == "not_applied"
    claims = jwt.get_unverified_claims((await refresh(service, new.refresh_token)).json()["access_token"])
    assert set(claims["roles"]) == set(roles)
    await service.settle()
    assert "provider.applied" not in service.published_names()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"roles": []},
        {"roles": ["provider"]},
        {"roles": ["admin"]},
        {"roles": ["user", "admin"]},
        {"roles": ["user", "provider", "admin"]},
        {"roles": ["user", "user"]},
        {"roles": "user"},
        {"roles": [["user"]]},
        {"roles": {"$set": ["admin"]}},
        {"roles": ["user"], "provider_status": "approved"},
        {"roles": ["user"], "onboarding_status": "complete"},
    ],
)
async def test_no_other_roles_can_be_chosen(service: TestService, person: LogIn, body: Json) -> None:
    ana = await person()
    assert problem(await ana.post("/auth/me/roles", body)) == (422, "validation_failed")
    assert (await ana.account())["roles"] == ["user"]


async def test_an_administrator_who_chooses_stays_one(service: TestService, person: LogIn) -> None:
    admin = await person("admin@example.com", "admin")
    answer = await admin.post("/auth/me/roles", {"roles": ["user", "provider"]})
    assert answer.json()["roles"] == ["user", "provider", "admin"]


async def test_a_choice_can_be_changed_until_it_is_in_use(service: TestService, person: LogIn) -> None:
    ana = await person()
    for roles in (["user", "provider"], ["user"], ["user", "provider"]):
        assert (await ana.post("/auth/me/roles", {"roles": roles})).json()["roles"] == roles
    await ana.apply()
    refused = await ana.post("/auth/me/roles", {"roles": ["user"]})
    assert problem(refused) == (409, "provider_role_in_use")
    assert refused.json()["provider_status"] == "pending"


async def test_applying_makes_it_pending_and_tells(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person("ana@example.com", "provider")
    answer = await ana.post("/auth/providers/apply", APPLICATION)
    assert answer.status_code == 200
    assert answer.json() == {**ana.login["user"], "provider_status": "pending"}
    await service.settle()
    told = service.published[-1]
    user = await service.db["users"].find_one({"_id": ana.id}) or {}
    assert (told.name, told.subject, told.sequence) == ("provider.applied", ana.id, user["version"])
    assert told.data == {
        "provider_id": ana.id,
        "trading_name": "Ana's Gardens",
        "applied_at": told.data["applied_at"],
    }
    assert datetime.fromisoformat(told.data["applied_at"]) == clock.now()
    assert user["outbox"] == []


async def test_applying_needs_the_choice(service: TestService, person: LogIn) -> None:
    ana = await person()
    assert problem(await ana.post("/auth/providers/apply", APPLICATION)) == (409, "provider_role_not_chosen")


async def test_applying_twice_is_a_conflict(service: TestService, person: LogIn) -> None:
    ana = await person("ana@example.com", "provider")
    answers = await together(*(ana.post("/auth/providers/apply", APPLICATION) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert {problem(answer) for answer in answers if answer.status_code == 409} == {(409, "application_pending")}
    await service.settle()
    assert service.published_names().count("provider.applied") == 1


async def test_the_same_application_with_one_key_is_answered_once_more(service: TestService, person: LogIn) -> None:
    ana = await person("ana@example.com", "provider")
    first = await ana.post("/auth/providers/apply", APPLICATION, **{"Idempotency-Key": "one"})
    second = await ana.post("/auth/providers/apply", APPLICATION, **{"Idempotency-Key": "one"})
    other = await ana.post("/auth/providers/apply", {**APPLICATION, "trading_name": "X2"}, **{"Idempotency-Key": "one"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert problem(other) == (422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "change",
    [
        {"trading_name": None},
        {"trading_name": "x"},
        {"trading_name": "x" * 101},
        {"phone_number": "none"},
        {"address": ""},
        {"provider_status": "approved"},
        {"roles": ["admin"]},
        {"user_id": "other"},
    ],
)
async def test_an_application_that_does_not_validate_is_a_422(
    service: TestService, person: LogIn, change: Json
) -> None:
    ana = await person("ana@example.com", "provider")
    assert problem(await ana.post("/auth/providers/apply", {**APPLICATION, **change})) == (422, "validation_failed")
    assert (await ana.account())["provider_status"] == "not_applied"


async def test_all_of_it_needs_a_token(service: TestService) -> None:
    calls = [("GET", "/auth/me"), ("PATCH", "/auth/me"), ("POST", "/auth/me/roles"), ("POST", "/auth/providers/apply")]
    for method, path in calls:
        assert problem(await service.http.request(method, path)) == (401, "not_authenticated")
