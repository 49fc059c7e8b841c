"""Logging in with a password, as JSON and as the form of OAuth 2."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from jose import jwt

from gigsta_auth.crud import Auth
from gigsta_auth.hashing import Hashing
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.errors import Unavailable
from gigsta_common.testing.service import TestService, eventually

from .conftest import (
    CHEAP,
    COOKIE,
    PASSWORD,
    Json,
    LogIn,
    log_in,
    mailed_token,
    noting_calls,
    problem,
    register,
    verify,
)


async def test_the_answer_is_the_contract(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    assert set(ana.login) == {"access_token", "token_type", "expires_in", "refresh_token", "user"}
    assert ana.login["token_type"] == "bearer"
    assert ana.login["expires_in"] == 600
    assert ana.login["user"] == {
        "id": ana.id,
        "email": "ana@example.com",
        "full_name": "Ana",
        "phone_number": None,
        "address": None,
        "roles": ["user"],
        "onboarding_status": "complete",
        "provider_status": "not_applied",
        "provider_rejection_reason": None,
        "profile_missing": ["phone_number", "address"],
        "email_verified": True,
        "created_at": ana.login["user"]["created_at"],
    }
    assert ana.login["user"]["created_at"].endswith("Z")
    assert datetime.fromisoformat(ana.login["user"]["created_at"]) == clock.now()
    assert ana.login["user"] == await ana.account()


async def test_the_access_token_says_who_for_ten_minutes(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person("ana@example.com", "provider", "admin")
    header = jwt.get_unverified_header(ana.login["access_token"])
    claims = jwt.get_unverified_claims(ana.login["access_token"])
    published = (await service.http.get("/auth/.well-known/jwks.json")).json()["keys"]
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": published[0]["kid"]}
    assert claims["sub"] == ana.id
    assert claims["roles"] == ["admin", "provider", "user"]
    assert claims["name"] == "Ana"
    assert (claims["iss"], claims["aud"]) == ("https://gigsta.nz", "gigsta-api")
    assert datetime.fromtimestamp(claims["exp"], UTC) - datetime.fromtimestamp(claims["iat"], UTC) == timedelta(
        minutes=10
    )
    assert (await service.db["sessions"].find_one({"_id": claims["sid"]}) or {})["user_id"] == ana.id
    clock.advance(timedelta(minutes=10))
    assert problem(await ana.get("/auth/me")) == (401, "token_expired")


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_hosts(service: TestService, person: LogIn) -> None:
    await person()
    answer = await service.http.post("/auth/login", json={"email": "ana@example.com", "password": PASSWORD})
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    value, *attributes = cookie.split("; ")
    assert value == f"{COOKIE}={answer.json()['refresh_token']}"
    assert {a.lower() for a in attributes} == {"httponly", "secure", "samesite=lax", "path=/", "max-age=2592000"}
    assert answer.headers["cache-control"] == "no-store"


async def test_no_other_way_in_is_offered_where_none_is_set_up(service: TestService) -> None:
    assert (await service.http.get("/auth/oauth")).json() == {"items": [], "next_cursor": None}


async def test_the_oauth_form_is_the_same(service: TestService, person: LogIn) -> None:
    ana = await person()
    form = {"grant_type": "password", "username": "Ana@example.com", "password": PASSWORD, "scope": ""}
    answer = await service.http.post("/auth/token", data=form)
    assert answer.status_code == 200
    assert set(answer.json()) == set(ana.login)
    assert answer.json()["user"] == ana.login["user"]
    wrong = await service.http.post("/auth/token", data={**form, "password": "wrong"})
    assert problem(wrong) == (401, "invalid_credentials")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
async def test_another_sites_form_logs_nobody_in(service: TestService, person: LogIn, headers: dict[str, str]) -> None:
    await person()
    form = {"username": "ana@example.com", "password": PASSWORD}
    answer = await service.http.post("/auth/token", data=form, headers=headers)
    assert problem(answer) == (403, "cross_site_request")
    assert "set-cookie" not in answer.headers
    assert await service.db["sessions"].count_documents({}) == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "ana@example.com"},
        {"username": "ana@example.com", "password": PASSWORD, "grant_type": "authorization_code"},
        {"username": "ana@example.com", "password": PASSWORD, "roles": "admin"},
    ],
)
async def test_another_form_is_a_422(service: TestService, person: LogIn, form: dict[str, str]) -> None:
    await person()
    assert problem(await service.http.post("/auth/token", data=form)) == (422, "validation_failed")


async def test_unknown_address_and_wrong_password_are_answered_alike(service: TestService, person: LogIn) -> None:
    await person()
    bodies = []
    for email in ("ana@example.com", "nobody@example.com", "no address at all", "ana@localhost", "$gt"):
        answer = await service.http.post("/auth/login", json={"email": email, "password": "not-the-password"})
        assert problem(answer) == (401, "invalid_credentials")
        bodies.append({**answer.json(), "request_id": None})
        assert "set-cookie" not in answer.headers
    assert all(body == bodies[0] for body in bodies)


async def test_unknown_address_and_wrong_password_cost_the_same(
    service: TestService, person: LogIn, auth: Auth, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person()
    verified: list[str] = []
    hashing = auth._hashing
    argon2 = hashing._argon2
    real = argon2.verify

    class Noting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored.rsplit("$", 2)[0])
            return real(stored, password)

    monkeypatch.setattr(hashing, "_argon2", Noting())
    calls: list[str] = []
    monkeypatch.setattr(auth.logins._users, "_find", noting_calls(calls, "find", auth.logins._users._find))
    for email in ("ana@example.com", "nobody@example.com", "no address at all"):
        await service.http.post("/auth/login", json={"email": email, "password": "not-the-password"})
    assert len(verified) == 3
    assert len(set(verified)) == 1, "the same parameters"
    assert calls == ["find"] * 3


async def test_before_the_address_is_verified_the_right_password_is_as_wrong_as_any(service: TestService) -> None:
    await register(service, "ana@example.com")
    credentials = {"email": "ana@example.com", "password": PASSWORD}
    answer = await service.http.post("/auth/login", json=credentials)
    assert problem(answer) == (401, "invalid_credentials")
    assert "not confirmed yet" in answer.json()["detail"]
    assert "set-cookie" not in answer.headers
    wrong = await service.http.post("/auth/login", json={**credentials, "password": "not-the-password"})
    assert problem(wrong) == (401, "invalid_credentials")
    assert await service.db["sessions"].count_documents({}) == 0
    await verify(service, await mailed_token(service, "ana@example.com"))
    await log_in(service, "ana@example.com")


@pytest.mark.parametrize(
    "body",
    [
        {"email": "ana@example.com"},
        {"email": "ana@example.com", "password": ""},
        {"email": "ana@example.com", "password": "x" * 129},
        {"email": "ana@example.com", "password": PASSWORD, "remember": True},
        {"email": {"$gt": ""}, "password": PASSWORD},
        {"email": "ana@example.com", "password": {"$ne": "x"}},
        {"email": "ana@example.com", "password": [PASSWORD]},
    ],
)
async def test_another_shape_is_a_422(service: TestService, person: LogIn, body: Json) -> None:
    await person()
    assert problem(await service.http.post("/auth/login", json=body)) == (422, "validation_failed")


async def test_a_hash_under_old_parameters_is_renewed_at_login(service: TestService, person: LogIn) -> None:
    ana = await person()
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": old}})
    await log_in(service, "ana@example.com")
    renewed = (await service.db["users"].find_one({"_id": ana.id}) or {})["password_hash"]
    assert "m=8,t=1,p=1" in renewed
    await log_in(service, "ana@example.com")
    assert (await service.db["users"].find_one({"_id": ana.id}) or {})["password_hash"] == renewed


async def test_a_full_queue_is_a_503_that_passes(service: TestService, person: LogIn, auth: Auth) -> None:
    await person()
    places = auth._hashing._places
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    answer = await service.http.post("/auth/login", json={"email": "ana@example.com", "password": PASSWORD})
    assert problem(answer) == (503, "too_busy")
    assert int(answer.headers["retry-after"]) >= 1
    assert problem(await register(service, "bea@example.com")) == (503, "too_busy")
    places.release(taken)
    await log_in(service, "ana@example.com")


class Gate:
    """An argon2 none of whose checks ends before it is opened, and that knows how many have run at once."""

    def __init__(self, real: PasswordHasher) -> None:
        self._real = real
        self._lock = threading.Lock()
        self.opened = threading.Event()
        self.running = self.most = 0

    def verify(self, stored: str, password: str) -> bool:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            assert self.opened.wait(60)
            return self._real.verify(stored, password)
        finally:
            with self._lock:
                self.running -= 1


async def test_of_two_hundred_logins_only_so_many_hash_at_once(database_free_settings: Settings) -> None:
    """Each hash takes 19 MiB in production: so much for each thread, and not for each login, whatever comes."""
    threads, waiting = 3, 64
    settings = database_free_settings.model_copy(update={"password_workers": threads, "password_queue": waiting})
    hashing = Hashing(settings)
    gate = Gate(hashing._argon2)
    hashing._argon2 = gate  # type: ignore[assignment]
    logins = [asyncio.create_task(hashing.matches(PASSWORD, None)) for _ in range(200)]

    async def the_others_are_refused() -> bool:
        return sum(login.done() for login in logins) == 200 - threads - waiting and gate.running == threads

    await eventually(the_others_are_refused)
    gate.opened.set()
    answers = await asyncio.gather(*logins, return_exceptions=True)
    assert [isinstance(answer, Unavailable) for answer in answers].count(True) == 200 - threads - waiting
    assert answers.count(False) == threads + waiting
    assert gate.most == threads
    hashing.close()


async def test_places_in_the_queue_come_back_when_callers_hang_up(database_free_settings: Settings) -> None:
    hashing = Hashing(database_free_settings)
    waiting = [asyncio.create_task(hashing.hash(PASSWORD)) for _ in range(3)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(10):
        while True:
            try:
                hashed = await asyncio.gather(*(hashing.hash(PASSWORD) for _ in range(3)))
                break
            except Unavailable:
                await asyncio.sleep(0.005)
    assert await hashing.matches(PASSWORD, hashed[0])
    assert not await hashing.matches("another", hashed[0])
    assert not await hashing.matches(PASSWORD, None)
    gate = Gate(hashing._argon2)
    hashing._argon2 = gate  # type: ignore[assignment]
    waiting_still = [asyncio.create_task(hashing.matches(PASSWORD, None)) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await hashing.matches(PASSWORD, None)
    gate.opened.set()
    await asyncio.gather(*waiting_still)
    hashing.close()


@pytest.fixture
def database_free_settings() -> Settings:
    required = {"mongodb_url": "mongodb://x", "amqp_url": "amqp://x", "jwks_url": "http://x", "environment": "test"}
    return Settings.model_validate({**required, **CHEAP, "password_workers": 1, "password_queue": 2})
