"""Registering and proving the address."""

import hashlib
from datetime import datetime, timedelta

import httpx2
import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import PASSWORD, log_in, mailed, mailed_token, noting_calls, problem, register, together, verify


async def test_registering_tells_of_the_account_and_asks_for_a_mail(service: TestService, clock: ManualClock) -> None:
    answer = await register(service, " Ana@Example.COM ", full_name="Ana")
    assert answer.status_code == 202
    await service.settle()

    user = await service.db["users"].find_one({"email": "ana@example.com"})
    assert user is not None
    registered, mail = service.published
    assert (registered.name, registered.subject, registered.sequence) == ("user.registered", user["_id"], 1)
    assert registered.source == "/gigsta/auth"
    assert registered.type == "nz.gigsta.user.registered.v1"
    assert registered.data == {
        "user_id": user["_id"],
        "email": "ana@example.com",
        "full_name": "Ana",
        "registered_at": registered.data["registered_at"],
    }
    assert datetime.fromisoformat(registered.data["registered_at"]) == clock.now()
    assert (mail.name, mail.subject, mail.sequence) == ("user.mail_requested", user["_id"], 2)
    assert mail.data["kind"] == "verify_email"
    assert mail.data["email"] == "ana@example.com"
    assert mail.data["full_name"] is None, "whoever registers may have written it to a stranger"
    assert len(mail.data["token"]) == 43
    assert (user["version"], user["outbox"]) == (2, [])


async def test_neither_password_nor_token_is_stored(service: TestService) -> None:
    await register(service, "ana@example.com")
    token = await mailed_token(service, "ana@example.com")
    user = await service.db["users"].find_one({"email": "ana@example.com"})
    assert user is not None
    assert token not in str(user)
    assert PASSWORD not in str(user)
    assert user["links"][0]["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert user["password_hash"].startswith("$argon2id$")


async def test_the_answer_is_the_same_for_every_address(service: TestService) -> None:
    await register(service, "verified@example.com")
    await verify(service, await mailed_token(service, "verified@example.com"))
    await register(service, "waiting@example.com")

    answers = [
        await register(service, email, "another-good-one", full_name="Eve")
        for email in ("new@example.com", "waiting@example.com", "verified@example.com")
    ]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(k for k in answer.headers if k != "x-request-id") for answer in answers}) == 1


async def test_it_costs_the_same_whoever_registers(service: TestService, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash, one read, one write: that is where the time goes, and it is counted rather than timed."""
    await register(service, "verified@example.com")
    await verify(service, await mailed_token(service, "verified@example.com"))
    await register(service, "waiting@example.com")
    auth = service.app.state.use_cases
    users = auth.accounts._users
    calls: list[str] = []
    for thing, name in (
        (auth._hashing, "hash"),
        (users, "_find"),
        (users._users, "insert_one"),
        (users, "_save"),
        (auth.recovery, "_note"),
    ):
        monkeypatch.setattr(thing, name, noting_calls(calls, name, getattr(thing, name)))
    for email, write in (("new@", "insert_one"), ("waiting@", "_save"), ("verified@", "_note")):
        calls.clear()
        await register(service, f"{email}example.com")
        assert calls == ["hash", "_find", write]


async def test_an_address_that_waits_gets_a_fresh_link(service: TestService) -> None:
    await register(service, "ana@example.com")
    await register(service, "ana@example.com")
    first, second = await mailed(service, "ana@example.com")
    assert first["kind"] == second["kind"] == "verify_email"
    assert first["token"] != second["token"]
    assert (await verify(service, first["token"], password=PASSWORD)).status_code == 200
    assert problem(await verify(service, second["token"])) == (410, "link_used")


async def test_a_verified_address_is_told_by_mail_with_a_way_in_and_nothing_changes(
    service: TestService, clock: ManualClock
) -> None:
    await register(service, "ana@example.com", full_name="Ana")
    await verify(service, await mailed_token(service, "ana@example.com"))
    await register(service, "ana@example.com", "the-password-of-eve", full_name="Eve")
    await service.app.state.use_cases.recovery.answer_all()

    said = (await mailed(service, "ana@example.com"))[-1]
    assert (said["kind"], said["full_name"]) == ("already_registered", "Ana")
    assert datetime.fromisoformat(said["expires_at"]) == clock.now() + timedelta(hours=1)
    assert (await log_in(service, "ana@example.com"))["user"]["full_name"] == "Ana"
    answer = await service.http.post(
        "/auth/login", json={"email": "ana@example.com", "password": "the-password-of-eve"}
    )
    assert problem(answer) == (401, "invalid_credentials")
    reset = {"token": said["token"], "password": "another-good-one"}
    assert (await service.http.post("/auth/reset-password", json=reset)).status_code == 204
    await log_in(service, "ana@example.com", "another-good-one")


OWNER = "owner@example.com"


async def owner_and_stranger_register(service: TestService, times: int = 5) -> str:
    """The owner, once, and then a stranger until all the mails that are good for something are of their making. The
    cookie of the owner's browser."""
    answer = await register(service, OWNER, "the-owners-password", full_name="Olive")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-gigsta_registrant=")
    for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", f"Max-Age={24 * 3600}"):
        assert attribute in cookie
    service.http.cookies.clear()
    for _ in range(times):
        await register(service, OWNER, "the-password-of-eve", full_name="Eve")
        service.http.cookies.clear()
    return cookie.partition(";")[0]


async def follow(service: TestService, token: str, cookie: str = "", **chosen: str) -> httpx2.Response:
    """Somebody clicks, in a browser."""
    headers = {"Sec-Fetch-Site": "same-origin"} | ({"Cookie": cookie} if cookie else {})
    answer = await service.http.post("/auth/verify-email", json={"token": token, **chosen}, headers=headers)
    service.http.cookies.clear()
    return answer


async def lets_in(service: TestService, password: str) -> bool:
    answer = await service.http.post("/auth/login", json={"email": OWNER, "password": password})
    service.http.cookies.clear()
    return answer.status_code == 200


async def test_no_click_brings_the_password_of_a_stranger_to_life(service: TestService) -> None:
    await owner_and_stranger_register(service)
    tokens = [mail["token"] for mail in await mailed(service, OWNER)]
    for token in tokens[1:]:
        assert problem(await follow(service, token)) == (409, "password_to_choose")
        assert problem(await verify(service, token)) == (409, "password_to_choose"), "nor does a program"
    assert (await service.db["users"].find_one({}))["email_verified_at"] is None  # type: ignore[index]
    login = await follow(service, tokens[-1], password="the-owners-choice", full_name="Olive")
    assert login.json()["user"]["full_name"] == "Olive"
    assert [await lets_in(service, one) for one in ("the-owners-choice", "the-password-of-eve")] == [True, False]


async def test_nor_does_one_on_the_mail_of_a_registration_that_was_a_strangers_alone(service: TestService) -> None:
    await register(service, OWNER, "the-password-of-eve", full_name="Eve")
    service.http.cookies.clear()
    token = await mailed_token(service, OWNER)
    assert problem(await follow(service, token)) == (409, "password_to_choose")
    assert (await follow(service, token, password="the-owners-choice")).json()["user"]["full_name"] is None
    assert not await lets_in(service, "the-password-of-eve")


async def test_the_browser_that_registered_gets_its_own_from_whichever_mail(service: TestService) -> None:
    cookie = await owner_and_stranger_register(service, times=4)
    newest = await mailed_token(service, OWNER)
    assert (await follow(service, newest, cookie)).json()["user"]["full_name"] == "Olive"
    assert [await lets_in(service, one) for one in ("the-owners-password", "the-password-of-eve")] == [True, False]


async def test_a_browser_keeps_its_cookie_and_makes_none_up(service: TestService) -> None:
    first = (await register(service, OWNER)).headers["set-cookie"]
    service.http.cookies.clear()

    async def again(cookie: str) -> str:
        body = {"email": "other@example.com", "password": PASSWORD}
        answer = await service.http.post("/auth/register", json=body, headers={"Cookie": cookie})
        service.http.cookies.clear()
        return str(answer.headers["set-cookie"])

    assert await again(first.partition(";")[0]) == first
    assert "=known-to-eve;" not in await again("__Host-gigsta_registrant=known-to-eve")


async def test_a_password_chosen_with_the_link_is_held_to_the_same_rules(service: TestService) -> None:
    await register(service, OWNER)
    token = await mailed_token(service, OWNER)
    for bad in ("too-short", "qwertyuiop", OWNER):
        assert problem(await follow(service, token, password=bad)) == (422, "validation_failed")
    assert (await follow(service, token, password="the-owners-choice")).status_code == 200


async def test_many_registrations_of_one_address_at_once_make_one_account(service: TestService) -> None:
    answers = await together(*(register(service, "ana@example.com", f"the-password-{n}") for n in range(10)))
    assert {answer.status_code for answer in answers} == {202}
    assert await service.db["users"].count_documents({}) == 1
    tokens = [mail["token"] for mail in await mailed(service, "ana@example.com")]
    assert len(set(tokens)) == 10
    events = [event for event in service.published if event.name.startswith("user.")]
    assert sorted(event.sequence for event in events) == list(range(1, 12))
    assert service.published_names().count("user.registered") == 1
    assert (await verify(service, tokens[-1], password=PASSWORD)).status_code == 200


async def test_addresses_that_differ_in_case_only_are_one(service: TestService) -> None:
    await together(*(register(service, email) for email in ("ana@example.com", "ANA@example.com", "Ana@Example.Com")))
    assert [user["email"] async for user in service.db["users"].find()] == ["ana@example.com"]


async def test_following_the_link_verifies_and_logs_in(service: TestService, clock: ManualClock) -> None:
    await register(service, "ana@example.com", full_name="Ana")
    clock.advance(timedelta(hours=23))
    answer = await verify(service, await mailed_token(service, "ana@example.com"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    login = answer.json()
    assert login["user"]["email_verified"] is True
    me = await service.http.get("/auth/me", headers={"Authorization": f"Bearer {login['access_token']}"})
    assert me.json() == login["user"]
    await service.settle()
    told = service.published[-1]
    assert (told.name, told.subject, told.sequence) == ("user.verified", login["user"]["id"], 3)
    assert told.data["email"] == "ana@example.com"
    assert told.data["full_name"] == "Ana"


async def test_a_link_works_once(service: TestService) -> None:
    await register(service, "ana@example.com")
    token = await mailed_token(service, "ana@example.com")
    answers = await together(*(verify(service, token) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 7
    assert {problem(answer) for answer in answers if answer.status_code != 200} == {(410, "link_used")}
    await service.settle()
    assert service.published_names().count("user.verified") == 1


async def test_a_link_expires(service: TestService, clock: ManualClock) -> None:
    await register(service, "ana@example.com")
    token = await mailed_token(service, "ana@example.com")
    clock.advance(timedelta(hours=24))
    assert problem(await verify(service, token)) == (410, "link_expired")
    await register(service, "ana@example.com")
    assert problem(await verify(service, token)) == (410, "link_expired")
    assert (await verify(service, await mailed_token(service, "ana@example.com"))).status_code == 200


@pytest.mark.parametrize("token", ["x", "A" * 43, "$ne", "ana@example.com"])
async def test_an_unknown_link_is_a_400(service: TestService, token: str) -> None:
    await register(service, "ana@example.com")
    assert problem(await verify(service, token)) == (400, "link_unknown")


async def test_only_the_last_few_links_are_kept(service: TestService) -> None:
    for _ in range(7):
        await register(service, "ana@example.com")
    tokens = [mail["token"] for mail in await mailed(service, "ana@example.com")]
    user = await service.db["users"].find_one({"email": "ana@example.com"})
    assert user is not None
    assert len(user["links"]) == 5
    assert problem(await verify(service, tokens[1])) == (400, "link_unknown")
    assert (await verify(service, tokens[2], password=PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "ana@example.com"},
        {"password": PASSWORD},
        {"email": "not an address", "password": PASSWORD},
        {"email": "ana@localhost", "password": PASSWORD},
        {"email": "ana@example.com\r\nBcc: eve@example.com", "password": PASSWORD},
        {"email": {"$gt": ""}, "password": PASSWORD},
        {"email": ["ana@example.com"], "password": PASSWORD},
        {"email": "ana@example.com", "password": {"$ne": ""}},
        {"email": "ana@example.com", "password": 1234567890123},
        {"email": "ana@example.com", "password": "too-short"},
        {"email": "ana@example.com", "password": "x" * 129},
        {"email": "ana@example.com", "password": "PassWord123"},
        {"email": "ana@example.com", "password": "qwertyuiop"},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": " "},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "x" * 101},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "Ana\nBcc: eve@example.com"},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "Your prize: http://evil.example"},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "Claim it at evil.example"},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "Ana\u202eterces"},
        {"email": "ana@example.com", "password": PASSWORD, "full_name": "Ana\u2028Bea"},
        {"email": "ana@example.com", "password": PASSWORD, "roles": ["admin"]},
        {"email": "ana@example.com", "password": PASSWORD, "provider_status": "approved"},
        {"email": "ana@example.com", "password": PASSWORD, "email_verified_at": "2020-01-01T00:00:00Z"},
        {"email": "ana@example.com", "password": PASSWORD, "_id": "1"},
        [],
        "ana@example.com",
        None,
    ],
)
async def test_what_does_not_validate_is_a_422_and_registers_nobody(service: TestService, body: object) -> None:
    answer = await service.http.post("/auth/register", json=body)
    assert problem(answer) == (422, "validation_failed")
    assert PASSWORD not in answer.text
    assert await service.db["users"].count_documents({}) == 0


async def test_the_demo_password_may_be_chosen_and_spaces_count(service: TestService) -> None:
    for email, password in (("a@example.com", "gigsta-demo"), ("b@example.com", "  spaces around  ")):
        assert (await register(service, email, password)).status_code == 202
        await verify(service, await mailed_token(service, email))
        await log_in(service, email, password)
    answer = await service.http.post("/auth/login", json={"email": "b@example.com", "password": "spaces around"})
    assert problem(answer) == (401, "invalid_credentials")


async def test_a_password_typed_on_another_keyboard_is_the_same(service: TestService) -> None:
    await register(service, "ana@example.com", "p\u00e9t\u00e9-and-more")
    await verify(service, await mailed_token(service, "ana@example.com"))
    await log_in(service, "ana@example.com", "pe\u0301te\u0301-and-more")


async def test_an_idempotency_key_sends_one_mail(service: TestService) -> None:
    async def once() -> httpx2.Response:
        body = {"email": "ana@example.com", "password": PASSWORD}
        return await service.http.post("/auth/register", json=body, headers={"Idempotency-Key": "key-1"})

    first, second = await once(), await once()
    assert first.status_code == second.status_code == 202
    assert second.headers["idempotency-replayed"] == "true"
    assert len(await mailed(service, "ana@example.com")) == 1


async def test_no_answer_with_tokens_is_stored_for_an_idempotency_key(service: TestService) -> None:
    key = {"Idempotency-Key": "key-1"}
    await register(service, "ana@example.com")
    token = await mailed_token(service, "ana@example.com")
    verified = await service.http.post("/auth/verify-email", json={"token": token}, headers=key)
    credentials = {"email": "ana@example.com", "password": PASSWORD}
    logged_in = await service.http.post("/auth/login", json=credentials, headers=key)
    form = {"username": "ana@example.com", "password": PASSWORD}
    by_form = await service.http.post("/auth/token", data=form, headers=key)
    refresh_token = {"refresh_token": logged_in.json()["refresh_token"]}
    refreshed = await service.http.post("/auth/refresh", json=refresh_token, headers=key)
    assert {a.status_code for a in (verified, logged_in, by_form, refreshed)} == {200}
    assert await service.db["idempotency_keys"].count_documents({}) == 0
