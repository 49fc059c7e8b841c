"""Closing an account, and taking one's data along."""

from datetime import timedelta

import pytest

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Unauthorized
from gigsta_common.testing.service import TestService

from .conftest import (
    APPLICATION,
    COOKIE,
    PASSWORD,
    Json,
    LogIn,
    Person,
    log_in,
    mailed,
    mailed_token,
    problem,
    refresh,
    register,
    together,
    verify,
)


async def close(person: Person, body: Json | None) -> tuple[int, str]:
    answer = await person.service.http.request("DELETE", "/auth/me", headers=person.headers, json=body)
    person.service.http.cookies.clear()
    return (204, answer.headers.get("set-cookie", "")) if answer.status_code == 204 else problem(answer)


async def test_a_closed_account_leaves_nothing_of_its_owner_and_tells(
    service: TestService, person: LogIn, auth: Auth, clock: ManualClock
) -> None:
    ana = await person("ana.the.gardener@example.com", "provider", full_name="Ana Ngata")
    await ana.apply()
    await ana.patch("/auth/me", {"phone_number": "+64 21 555 0199", "address": "12 Rose Road"})
    await ana.post("/auth/me/email", {"email": "ana.new@example.com", "password": PASSWORD})
    await service.http.post("/auth/forgot-password", json={"email": ana.email})
    elsewhere = await log_in(service, ana.email)
    status, cookie = await close(ana, {"password": PASSWORD})
    assert status == 204
    assert cookie.startswith(f'{COOKIE}=""')
    await auth.recovery.answer_all()
    await service.settle()
    for name in await service.db.list_collection_names():
        everything = str(await service.db[name].find().to_list())
        for trace in ("ana.", "Ngata", "0199", "Rose Road", "0100", "Gardens"):
            assert trace not in everything, (name, trace)
    assert await service.db["closed_users"].find_one({"_id": ana.id}, {"outbox": 0}) == {
        "_id": ana.id,
        "closed_at": clock.now(),
        "version": service.published[-1].sequence,
    }
    for token in (ana.refresh_token, elsewhere["refresh_token"]):
        assert problem(await refresh(service, token)) == (401, "refresh_token_invalid")
    assert problem(await ana.get("/auth/me")) == (404, "not_found")
    answer = await service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD})
    assert problem(answer) == (401, "invalid_credentials")
    told = [event for event in service.published if event.subject == ana.id]
    assert [event.name for event in told][-2:] == ["user.mail_requested", "user.closed"]
    assert told[-2].data["kind"] == "account_closed"
    assert told[-1].data["user_id"] == ana.id
    assert [event.sequence for event in told] == sorted({event.sequence for event in told})


async def test_events_that_were_pending_go_out_before_the_end(service: TestService, person: LogIn, auth: Auth) -> None:
    ana = await person()
    pending = {"id": "kept"}
    await service.db["users"].update_one({"_id": ana.id}, {"$push": {"outbox": pending}})
    assert (await close(ana, {"password": PASSWORD}))[0] == 204
    kept = await service.db["closed_users"].find_one({"_id": ana.id}) or {}
    assert kept["outbox"][0] == pending


async def test_the_same_address_may_register_again_and_is_somebody_new(service: TestService, person: LogIn) -> None:
    ana = await person()
    await ana.apply()
    assert (await close(ana, {"password": PASSWORD}))[0] == 204
    await register(service, ana.email)
    login = (await verify(service, await mailed_token(service, ana.email))).json()
    assert login["user"]["id"] != ana.id
    assert (login["user"]["roles"], login["user"]["provider_status"]) == (["user"], "not_applied")
    again = Person(service, ana.email, login)
    kinds = [event["kind"] for event in (await again.get("/auth/me/security-events")).json()["items"]]
    assert kinds == ["login", "email_verified"]


async def test_it_needs_the_password(service: TestService, person: LogIn) -> None:
    ana = await person()
    assert await close(ana, {"password": "not-the-password"}) == (403, "wrong_password")
    assert await close(ana, None) == (403, "password_required")
    assert await close(ana, {}) == (403, "password_required")
    assert await close(ana, {"password": PASSWORD, "user_id": "x"}) == (422, "validation_failed")
    assert problem(await service.http.request("DELETE", "/auth/me")) == (401, "not_authenticated")
    assert (await ana.account())["email"] == ana.email


async def test_without_a_password_a_recent_login_will_do(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana, bea = await person(), await person("bea@example.com")
    unset = {"$set": {"password_hash": None}}  # as of somebody who only ever came by another provider
    await service.db["users"].update_many({}, unset)
    clock.advance(timedelta(minutes=9, seconds=59))
    assert (await close(ana, None))[0] == 204
    clock.advance(timedelta(seconds=1))
    assert problem(await bea.get("/auth/me")) == (401, "token_expired")
    bea.login = (await refresh(service, bea.refresh_token)).json()
    assert await close(bea, None) == (403, "recent_login_required")


async def test_the_last_administrator_stays(service: TestService, person: LogIn) -> None:
    ada, bob = await person("ada@example.com", "admin"), await person("bob@example.com", "admin")
    answers = await together(
        *(
            service.http.request("DELETE", "/auth/me", headers=admin.headers, json={"password": PASSWORD})
            for admin in (ada, bob)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert problem(refused) == (409, "last_admin")
    assert await service.db["users"].count_documents({"roles": "admin"}) == 1


async def test_a_suspended_administrator_does_not_count(service: TestService, person: LogIn) -> None:
    ada, bob = await person("ada@example.com", "admin"), await person("bob@example.com", "admin")
    await ada.post(f"/auth/admin/users/{bob.id}/suspend", {"reason": "Gone rogue."})
    assert await close(ada, {"password": PASSWORD}) == (409, "last_admin")


async def test_what_administrators_did_stays(service: TestService, person: LogIn) -> None:
    ada, ana = await person("ada@example.com", "admin"), await person()
    await ana.apply()
    await ada.post(f"/auth/admin/providers/{ana.id}/reject", {"reason": "No such street."})
    assert (await close(ana, {"password": PASSWORD}))[0] == 204
    (action,) = (await ada.get("/auth/admin/audit")).json()["items"]
    assert (action["kind"], action["user_id"]) == ("provider_rejected", ana.id)


async def test_closing_twice_at_once_is_one_end(service: TestService, person: LogIn) -> None:
    ana = await person()
    calls = [
        service.http.request("DELETE", "/auth/me", headers=ana.headers, json={"password": PASSWORD}) for _ in range(4)
    ]
    answers = await together(*calls)
    assert sorted(answer.status_code for answer in answers) == [204, 404, 404, 404]
    await service.settle()
    assert service.published_names().count("user.closed") == 1
    assert [mail["kind"] for mail in await mailed(service, ana.email)] == ["account_closed"]


async def test_a_login_that_is_under_way_leaves_nothing_behind(service: TestService, person: LogIn, auth: Auth) -> None:
    ana = await person()
    as_read = await auth.accounts.get(ana.id)
    assert (await close(ana, {"password": PASSWORD}))[0] == 204
    with pytest.raises(Unauthorized):
        await auth.logins.open(as_read, "password")
    for name in ("sessions", "security_events"):
        assert await service.db[name].count_documents({}) == 0


async def test_the_export_is_all_that_is_known_and_no_secret(service: TestService, person: LogIn) -> None:
    ana, bea = await person(), await person("bea@example.com")
    await ana.apply()
    await log_in(service, ana.email)
    answer = await ana.get("/auth/me/export")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    export = answer.json()
    assert export["account"] == await ana.account()
    assert export["application"]["trading_name"] == APPLICATION["trading_name"]
    assert [session["current"] for session in export["sessions"]] == [False, True]
    assert export["identities"] == []
    assert export["second_factor"] == {"totp": False, "recovery_codes_left": 0, "since": None}
    assert [event["kind"] for event in export["security_events"]] == [
        "login", "provider_applied", "roles_chosen", "login",
    ]  # fmt: skip
    assert bea.id not in answer.text
    for secret in ("$argon2id$", "hash", "token"):
        assert secret not in answer.text
    assert problem(await service.http.get("/auth/me/export")) == (401, "not_authenticated")
