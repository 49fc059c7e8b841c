"""The audit trail: what is in it, that it is saved with what it tells of, and who may read it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.errors import PyMongoError

from gigsta_auth.crud import Auth
from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import (
    APPLICATION,
    CHEAP,
    MIGRATIONS,
    PASSWORD,
    Json,
    LogIn,
    Person,
    log_in,
    mailed_token,
    problem,
    refresh,
    register,
    verify,
)
from .test_closing import close

SECRET = "between-gateway-and-auth"
SECRET_HEADER = "x-gigsta-gateway"


async def events_of(person: Person) -> list[Json]:
    """The latest last."""
    items = (await person.get("/auth/me/security-events", limit=100)).raise_for_status().json()["items"]
    return list(reversed(items))


async def kinds_of(person: Person) -> list[str]:
    return [event["kind"] for event in await events_of(person)]


async def test_a_person_reads_what_happened_to_their_account(service: TestService, clock: ManualClock) -> None:
    await register(service, "ana@example.com")
    await service.http.post("/auth/login", json={"email": "ana@example.com", "password": PASSWORD})
    login = (await verify(service, await mailed_token(service, "ana@example.com"))).json()
    ana = Person(service, "ana@example.com", login)
    await service.http.post("/auth/login", json={"email": "ana@example.com", "password": "not-the-password"})
    phone = await log_in(service, "ana@example.com")
    await ana.apply()
    await ana.post("/auth/me/roles", {"roles": ["user", "provider"]})  # nothing changes: not an event
    other = next(s["id"] for s in (await ana.get("/auth/sessions")).json()["items"] if not s["current"])
    await ana.delete(f"/auth/sessions/{other}")
    await refresh(service, ana.refresh_token)
    clock.advance(timedelta(seconds=11))
    await refresh(service, ana.refresh_token)
    assert await kinds_of(ana) == [
        "login_failed", "email_verified", "login", "login_failed", "login", "roles_chosen", "provider_applied",
        "session_ended", "refresh_token_reused",
    ]  # fmt: skip
    events = await events_of(ana)
    assert events[0]["details"] == {}
    assert [event["details"].get("method") for event in events if event["kind"] == "login"] == ["mail_link", "password"]
    assert events[5]["details"] == {"roles": ["user", "provider"]}
    assert events[7]["details"] == {"session_id": other}
    assert phone["user"]["id"] == ana.id
    assert events[-1]["device"].startswith("python-httpx2")
    everything = str([event async for event in service.db["security_events"].find()])
    for secret in (PASSWORD, "not-the-password", ana.refresh_token, login["access_token"]):
        assert secret not in everything


@pytest.mark.parametrize(
    ("path", "kind", "again"), [("/auth/logout", "logout", 204), ("/auth/logout-all", "all_sessions_ended", 401)]
)
async def test_logging_out_is_an_event_once(
    service: TestService, person: LogIn, path: str, kind: str, again: int
) -> None:
    ana = await person()
    for status in (204, again):
        assert (await ana.post(path)).status_code == status
    assert await kinds_of(ana) == ["login", kind]


async def test_nobody_reads_anothers(service: TestService, person: LogIn) -> None:
    ana, bea = await person(), await person("bea@example.com")
    await log_in(service, "ana@example.com")
    assert await kinds_of(ana) == ["login", "login"]
    assert await kinds_of(bea) == ["login"]
    assert problem(await service.http.get("/auth/me/security-events")) == (401, "not_authenticated")
    assert problem(await bea.get("/auth/admin/audit")) == (403, "admin_only")


async def test_the_list_comes_in_pages_and_forgets(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    for _ in range(4):
        await log_in(service, "ana@example.com")
    seen, cursor = [], None
    for expected in (2, 2, 1):
        page = (await ana.get("/auth/me/security-events", limit=2, **({"cursor": cursor} if cursor else {}))).json()
        assert len(page["items"]) == expected
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert len(set(seen)) == 5
    assert problem(await ana.get("/auth/me/security-events", cursor="eyIkZ3QiOiIifQ")) == (422, "validation_failed")
    clock.advance(timedelta(days=401))
    ana.login = await log_in(service, "ana@example.com")
    assert await kinds_of(ana) == ["login"]


async def test_an_unknown_address_is_as_much_work_as_a_wrong_password(service: TestService, person: LogIn) -> None:
    await person()
    await service.db["security_events"].delete_many({})
    for email in ("ana@example.com", "nobody@example.com", "no address at all"):
        await service.http.post("/auth/login", json={"email": email, "password": "not-the-password"})
    stored = await service.db["security_events"].find().to_list()
    assert [event["kind"] for event in stored] == ["login_failed"] * 3
    assert [event["user_id"] is None for event in stored] == [False, True, True]
    assert "nobody@example.com" not in str(stored)


async def test_decisions_are_in_the_audit_of_administrators_and_in_the_applicants_trail(
    service: TestService, person: LogIn
) -> None:
    admin, ana, bea = await person("admin@example.com", "admin"), await person(), await person("bea@example.com")
    await ana.apply()
    await bea.apply()
    await admin.post(f"/auth/admin/providers/{ana.id}/reject", {"reason": "No such street."})
    await ana.post("/auth/providers/apply", APPLICATION)
    await admin.post(f"/auth/admin/providers/{ana.id}/approve")
    await admin.post(f"/auth/admin/providers/{bea.id}/approve")
    mine = (await events_of(ana))[-3:]
    assert [event["kind"] for event in mine] == ["provider_rejected", "provider_applied", "provider_approved"]
    assert [event["by_administrator"] for event in mine] == [True, False, True]
    assert [event["client_address"] is None for event in mine] == [True, False, True]
    assert admin.id not in str(mine)
    actions = (await admin.get("/auth/admin/audit")).json()["items"]
    assert [(action["kind"], action["user_id"]) for action in actions] == [
        ("provider_approved", bea.id), ("provider_approved", ana.id), ("provider_rejected", ana.id),
    ]  # fmt: skip
    assert {action["admin_id"] for action in actions} == {admin.id}
    assert actions[-1]["details"] == {"trading_name": "Ana's Gardens", "reason": "No such street."}
    assert [action["reason"] for action in actions] == [None, None, "No such street."]
    assert [action["user"]["email"] for action in actions] == ["bea@example.com", "ana@example.com", "ana@example.com"]
    assert actions[0]["admin"] == {"email": "admin@example.com", "full_name": "Ana"}
    await close(bea, {"password": PASSWORD})
    gone = (await admin.get("/auth/admin/audit")).json()["items"][0]
    assert (gone["user_id"], gone["user"]) == (bea.id, None)
    narrowed = (await admin.get("/auth/admin/audit", user_id=bea.id)).json()["items"]
    assert [action["user_id"] for action in narrowed] == [bea.id]


async def test_a_change_that_cannot_be_recorded_does_not_happen(
    service: TestService, person: LogIn, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await person()
    before = await service.db["users"].find_one({"_id": ana.id})

    class Refusing:
        async def insert_one(self, *_: Any, **__: Any) -> None:
            raise PyMongoError("no")

    monkeypatch.setattr(auth.audit, "_events", Refusing())
    calls: list[Callable[[], Awaitable[Any]]] = [
        lambda: ana.post("/auth/me/roles", {"roles": ["user", "provider"]}),
        lambda: ana.post("/auth/logout-all"),
        lambda: service.http.post("/auth/login", json={"email": "ana@example.com", "password": PASSWORD}),
    ]
    for call in calls:
        assert (await call()).status_code == 500
    assert await service.db["users"].find_one({"_id": ana.id}) == before
    assert await service.db["sessions"].count_documents({}) == 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "127.0.0.1"),
        ({"x-forwarded-for": "203.0.113.9"}, "127.0.0.1"),
        ({"x-forwarded-for": "203.0.113.9", SECRET_HEADER: "a-guess-at-the-secret"}, "127.0.0.1"),
        ({"x-forwarded-for": "not an address", SECRET_HEADER: SECRET}, "127.0.0.1"),
        ({"x-forwarded-for": "203.0.113.9", SECRET_HEADER: SECRET}, "203.0.113.9"),
        ({"x-forwarded-for": "2001:DB8::1", SECRET_HEADER: SECRET}, "2001:db8::1"),
    ],
)
async def test_only_the_gateway_is_believed_about_a_clients_address(
    start_service: ServiceStarter, headers: dict[str, str], expected: str
) -> None:
    service = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP | {"gateway_secret": SECRET})
    answer = await service.http.post("/auth/login", json={"email": "a@example.com", "password": "x"}, headers=headers)
    assert answer.status_code == 401
    event = await service.db["security_events"].find_one({}) or {}
    assert event["client_address"] == expected


async def test_without_the_secret_nobody_is_believed(service: TestService) -> None:
    headers = {"x-forwarded-for": "203.0.113.9", SECRET_HEADER: ""}
    await service.http.post("/auth/login", json={"email": "a@example.com", "password": "x"}, headers=headers)
    event = await service.db["security_events"].find_one({}) or {}
    assert event["client_address"] == "127.0.0.1"
