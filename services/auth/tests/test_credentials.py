"""Forgotten and changed passwords."""

import asyncio
from datetime import timedelta

import pytest

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService, eventually

from .conftest import (
    PASSWORD,
    Json,
    LogIn,
    Person,
    log_in,
    mailed,
    mailed_token,
    noting_calls,
    problem,
    refresh,
    register,
    together,
    verify,
)

NEW = "another-good-one"
NEW_EMAIL = "ana.new@example.com"


async def forget(service: TestService, email: str) -> Json:
    answer = await service.http.post("/auth/forgot-password", json={"email": email})
    assert answer.status_code == 202
    await service.app.state.use_cases.recovery.answer_all()
    body: Json = answer.json()
    return body


async def reset(service: TestService, token: str, password: str = NEW) -> tuple[int, str]:
    answer = await service.http.post("/auth/reset-password", json={"token": token, "password": password})
    return (204, "") if answer.status_code == 204 else problem(answer)


async def log_in_fails(service: TestService, email: str, password: str) -> bool:
    answer = await service.http.post("/auth/login", json={"email": email, "password": password})
    return problem(answer) == (401, "invalid_credentials")


async def kinds_mailed(service: TestService, email: str) -> list[str]:
    return [mail["kind"] for mail in await mailed(service, email)]


async def trail(service: TestService, user_id: str) -> list[str]:
    return [event["kind"] async for event in service.db["security_events"].find({"user_id": user_id}).sort("_id", 1)]


# --- forgotten ------------------------------------------------------------------------------------------------------


async def test_a_forgotten_password_is_replaced_by_the_link(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    await log_in(service, ana.email)
    await forget(service, ana.email)
    (mail,) = await mailed(service, ana.email)
    assert (mail["kind"], mail["user_id"], mail["full_name"]) == ("reset_password", ana.id, "Ana")
    assert mail["expires_at"] == (clock.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    await log_in(service, ana.email)
    assert await reset(service, mail["token"]) == (204, "")
    assert await log_in_fails(service, ana.email, PASSWORD)
    assert await service.db["sessions"].count_documents({}) == 0, "every session has ended, and none has begun"
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")
    await log_in(service, ana.email, NEW)
    assert await kinds_mailed(service, ana.email) == ["reset_password", "password_changed"]
    kinds = await trail(service, ana.id)
    assert [kind for kind in kinds if "password" in kind] == ["password_reset_requested", "password_reset"]


async def test_neither_token_nor_password_is_stored(service: TestService, person: LogIn) -> None:
    ana = await person()
    await forget(service, ana.email)
    token = await mailed_token(service, ana.email)
    await reset(service, token)
    await service.settle()
    for name in await service.db.list_collection_names():
        everything = str(await service.db[name].find().to_list())
        assert token not in everything, name
        assert NEW not in everything, name


async def test_by_itself_the_mail_follows_within_seconds(service: TestService, person: LogIn) -> None:
    ana = await person()
    await service.http.post("/auth/forgot-password", json={"email": ana.email})

    async def has_come() -> bool:
        return bool(await mailed(service, ana.email))

    await eventually(has_come)
    assert await service.db["reset_requests"].count_documents({}) == 0


async def test_asking_is_the_same_for_every_address(
    service: TestService, person: LogIn, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One insert: whose address it is, is looked up later. That is where the time goes, counted rather than timed."""
    await person()
    await register(service, "waiting@example.com")
    calls: list[str] = []
    users = auth.recovery._users
    watched = [(users, "_find"), (users, "_save"), (auth.recovery._requests, "insert_one")]
    for thing, name in watched:
        monkeypatch.setattr(thing, name, noting_calls(calls, name, getattr(thing, name)))
    monkeypatch.setattr(auth.recovery._wake, "set", lambda: None)
    answers = []
    for email in ("ana@example.com", "waiting@example.com", "nobody@example.com"):
        calls.clear()
        answers.append(await service.http.post("/auth/forgot-password", json={"email": email}))
        assert calls == ["insert_one"]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(k for k in answer.headers if k != "x-request-id") for answer in answers}) == 1
    await auth.recovery.answer_all()
    assert await service.db["mail_links"].count_documents({}) == 2
    assert await service.db["reset_requests"].count_documents({}) == 0


async def test_a_link_works_once_and_not_for_long(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    await forget(service, ana.email)
    first = await mailed_token(service, ana.email)
    await forget(service, ana.email)
    second = await mailed_token(service, ana.email)
    assert await reset(service, second) == (204, "")
    assert await reset(service, second, "yet-another-one") == (410, "link_used")
    assert await reset(service, first, "yet-another-one") == (410, "link_used"), "the other link ended with it"
    await forget(service, ana.email)
    third = await mailed_token(service, ana.email)
    clock.advance(timedelta(hours=1))
    assert await reset(service, third) == (410, "link_expired")
    clock.advance(timedelta(days=7))
    assert await reset(service, third) == (400, "link_unknown")
    await log_in(service, ana.email, NEW)


async def test_of_many_who_follow_one_link_one_sets_the_password(service: TestService, person: LogIn) -> None:
    ana = await person()
    await forget(service, ana.email)
    token = await mailed_token(service, ana.email)
    passwords = [f"password-number-{n}" for n in range(8)]
    answers = await together(
        *(service.http.post("/auth/reset-password", json={"token": token, "password": p}) for p in passwords)
    )
    assert sorted(answer.status_code for answer in answers) == [204] + [410] * 7
    chosen = next(p for p, answer in zip(passwords, answers, strict=True) if answer.status_code == 204)
    await log_in(service, ana.email, chosen)


async def test_a_link_is_for_its_purpose_only(service: TestService, person: LogIn) -> None:
    ana = await person()
    await forget(service, ana.email)
    token = await mailed_token(service, ana.email)
    for path in ("verify-email", "confirm-email"):
        assert problem(await service.http.post(f"/auth/{path}", json={"token": token})) == (400, "link_unknown")
    await ana.post("/auth/me/email", {"email": NEW_EMAIL, "password": PASSWORD})
    assert await reset(service, await mailed_token(service, NEW_EMAIL)) == (400, "link_unknown")
    for made_up in ("x", "A" * 43, "$ne"):
        assert await reset(service, made_up) == (400, "link_unknown")


async def test_the_link_proves_an_address_that_was_not_yet(service: TestService) -> None:
    await register(service, "ana@example.com", "a-strangers-choice", full_name="You have won")
    strangers = await mailed_token(service, "ana@example.com")
    await forget(service, "ana@example.com")
    assert (await mailed(service, "ana@example.com"))[-1]["full_name"] is None, "a stranger's words are not mailed on"
    assert await reset(service, await mailed_token(service, "ana@example.com")) == (204, "")
    login = await log_in(service, "ana@example.com", NEW)
    assert (login["user"]["email_verified"], login["user"]["full_name"]) == (True, None)
    await service.settle()
    (told,) = (event.data for event in service.published if event.name == "user.verified")
    assert told["full_name"] is None
    assert problem(await verify(service, strangers)) == (410, "link_used")
    assert await log_in_fails(service, "ana@example.com", "a-strangers-choice")
    user = await service.db["users"].find_one({}) or {}
    assert [link["password_hash"] for link in user["links"]] == [None]


async def test_nobodys_mailbox_is_flooded(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    for _ in range(8):
        await forget(service, ana.email)
    assert len(await mailed(service, ana.email)) == 5
    clock.advance(timedelta(hours=1))
    await forget(service, ana.email)
    assert len(await mailed(service, ana.email)) == 6


async def test_many_who_answer_send_one_mail(service: TestService, person: LogIn, auth: Auth) -> None:
    ana = await person()
    await service.http.post("/auth/forgot-password", json={"email": ana.email})
    await asyncio.gather(*(auth.recovery.answer_all() for _ in range(4)))
    assert len(await mailed(service, ana.email)) == 1


@pytest.mark.parametrize("password", ["short", "password123", "x" * 129])
async def test_a_new_password_has_to_be_a_good_one(service: TestService, person: LogIn, password: str) -> None:
    ana = await person()
    await forget(service, ana.email)
    token = await mailed_token(service, ana.email)
    assert await reset(service, token, password) == (422, "validation_failed")
    body = {"current_password": PASSWORD, "new_password": password}
    assert problem(await ana.post("/auth/me/password", body)) == (422, "validation_failed")
    assert await reset(service, token) == (204, "")


# --- changed --------------------------------------------------------------------------------------------------------


async def change(ana: Person, current: str = PASSWORD, new: str = NEW) -> tuple[int, str]:
    answer = await ana.post("/auth/me/password", {"current_password": current, "new_password": new})
    return (204, "") if answer.status_code == 204 else problem(answer)


async def test_a_changed_password_ends_every_other_session_and_tells(service: TestService, person: LogIn) -> None:
    ana = await person()
    bea = await person("bea@example.com")
    elsewhere = await log_in(service, ana.email)
    assert await change(ana) == (204, "")
    assert problem(await refresh(service, elsewhere["refresh_token"])) == (401, "refresh_token_invalid")
    assert (await refresh(service, ana.refresh_token)).status_code == 200
    assert (await refresh(service, bea.refresh_token)).status_code == 200
    assert await log_in_fails(service, ana.email, PASSWORD)
    await log_in(service, ana.email, NEW)
    assert await kinds_mailed(service, ana.email) == ["password_changed"]
    assert (await trail(service, ana.id))[2] == "password_changed"


async def test_the_current_password_has_to_be_shown(service: TestService, person: LogIn) -> None:
    ana = await person()
    assert await change(ana, "not-the-password") == (403, "wrong_password")
    assert await trail(service, ana.id) == ["login", "login_failed"]
    await log_in(service, ana.email)
    answer = await service.http.post("/auth/me/password", json={"current_password": PASSWORD, "new_password": NEW})
    assert problem(answer) == (401, "not_authenticated")


async def test_the_same_password_again_is_no_change(service: TestService, person: LogIn) -> None:
    ana = await person()
    answer = await ana.post("/auth/me/password", {"current_password": PASSWORD, "new_password": PASSWORD})
    assert problem(answer) == (422, "validation_failed")
    assert [error["field"] for error in answer.json()["errors"]] == ["new_password"]
    assert await mailed(service, ana.email) == []


async def test_of_many_changes_at_once_one_counts(service: TestService, person: LogIn) -> None:
    ana = await person()
    passwords = [f"password-number-{n}" for n in range(6)]
    results = await together(
        *(ana.post("/auth/me/password", {"current_password": PASSWORD, "new_password": p}) for p in passwords)
    )
    codes = sorted(answer.status_code for answer in results)
    assert codes[0] == 204
    assert set(codes[1:]) <= {403, 409}
    chosen = next(p for p, answer in zip(passwords, results, strict=True) if answer.status_code == 204)
    await log_in(service, ana.email, chosen)


async def test_a_login_with_the_old_password_at_the_same_moment_does_not_outlive_the_change(
    service: TestService, person: LogIn, auth: Auth
) -> None:
    """The password was found right before the change, and the session is opened after it."""
    ana = await person()
    as_read = await auth.accounts.get(ana.id)
    assert await change(ana) == (204, "")
    late = await auth.logins.open(as_read, "password")
    assert problem(await refresh(service, late.refresh_token.text)) == (401, "refresh_token_invalid")


async def test_a_changed_password_ends_open_links(service: TestService, person: LogIn) -> None:
    ana = await person()
    await forget(service, ana.email)
    await ana.post("/auth/me/email", {"email": NEW_EMAIL, "password": PASSWORD})
    assert await change(ana) == (204, "")
    assert await reset(service, (await mailed(service, ana.email))[0]["token"]) == (410, "link_used")
    token = await mailed_token(service, NEW_EMAIL)
    assert problem(await service.http.post("/auth/confirm-email", json={"token": token})) == (410, "link_used")
