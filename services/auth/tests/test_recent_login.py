"""What protects an account is changed by somebody who has just shown that it is theirs, and an access token shows
nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from gigsta_auth.crud import Auth
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.main import create_app
from gigsta_auth.models.users import User
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .authenticator import PasskeyBrowser, make
from .conftest import CHEAP, MIGRATIONS, PASSWORD, Json, LogIn, Person, log_in, mailed, problem, refresh, together
from .openid_browser import Browser
from .test_audit import kinds_of
from .test_second_factor import App, first_step, second_step, turn_on, with_body

NEEDED = (403, "recent_login_required")


@pytest.fixture
async def service(start_service: ServiceStarter, oauth_settings: Json) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP, **oauth_settings)


async def wait(person: Person, clock: ManualClock, minutes: float = 10) -> None:
    """So much later, in the same session."""
    clock.advance(timedelta(minutes=minutes))
    person.login = (await refresh(person.service, person.refresh_token)).raise_for_status().json()


async def reauthenticate(person: Person, **shown: str) -> httpx2.Response:
    return await person.post("/auth/reauthenticate", shown)


CHANGES: dict[str, Callable[[Person], Awaitable[httpx2.Response]]] = {
    "begin totp": lambda ana: ana.post("/auth/me/totp"),
    "begin to link": lambda ana: ana.post("/auth/me/identities/google/authorize"),
    "link": lambda ana: ana.post("/auth/me/identities/google/callback", {"code": "x", "state": "x"}),
    "unlink": lambda ana: ana.delete("/auth/me/identities/x"),
}
WITH_A_SECOND_FACTOR: dict[str, Callable[[Person], Awaitable[httpx2.Response]]] = {
    "turn totp off": lambda ana: ana.delete("/auth/me/totp"),
    "recovery codes": lambda ana: ana.post("/auth/me/recovery-codes"),
}
WITHOUT_A_PASSWORD: dict[str, Callable[[Person], Awaitable[httpx2.Response]]] = {
    "first password": lambda ana: ana.post("/auth/me/password", {"new_password": "a-first-long-one"}),
    "other address": lambda ana: ana.post("/auth/me/email", {"email": "other@example.com"}),
    "close": lambda ana: ana.delete("/auth/me"),
}


@pytest.mark.parametrize("name", [*CHANGES, *WITH_A_SECOND_FACTOR, *WITHOUT_A_PASSWORD])
async def test_a_change_needs_a_recent_login(
    service: TestService, person: LogIn, clock: ManualClock, name: str
) -> None:
    change = {**CHANGES, **WITH_A_SECOND_FACTOR, **WITHOUT_A_PASSWORD}[name]
    ana = await person()
    if name in WITH_A_SECOND_FACTOR:
        await turn_on(ana, clock)
    if name in WITHOUT_A_PASSWORD:
        await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    await wait(ana, clock, 9.9)
    await wait(ana, clock, 0.2)
    before = await service.db["users"].find_one({"_id": ana.id})
    assert problem(await change(ana)) == NEEDED
    assert await service.db["users"].find_one({"_id": ana.id}) == before
    await service.db["sessions"].update_one({"user_id": ana.id}, {"$set": {"proven_at": clock.now()}})
    assert problem_code(await change(ana)) != NEEDED[1]


def problem_code(answer: httpx2.Response) -> str:
    return problem(answer)[1] if answer.is_error else ""


async def test_the_password_shown_again_is_as_good_as_a_login(person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    await wait(ana, clock)
    refused = await ana.post("/auth/me/totp")
    assert problem(refused) == NEEDED
    assert refused.json()["methods"] == ["password"]
    assert problem(await reauthenticate(ana, password="not-this-one")) == (403, "wrong_password")
    assert problem(await ana.post("/auth/me/totp")) == NEEDED
    assert (await reauthenticate(ana, password=PASSWORD)).status_code == 204
    await wait(ana, clock, 9.9)
    assert (await ana.post("/auth/me/totp")).status_code == 200
    await wait(ana, clock, 0.1)
    assert problem(await ana.post("/auth/me/totp")) == NEEDED
    assert await kinds_of(ana) == ["login", "login_failed", "reauthenticated"]


async def test_a_code_shown_again_is_as_good(person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    app, recovery = await turn_on(ana, clock)
    await wait(ana, clock)
    refused = await ana.delete("/auth/me/totp")
    assert problem(refused) == NEEDED
    assert refused.json()["methods"] == ["password", "code"]
    assert problem(await reauthenticate(ana, code=app.wrong_code())) == (403, "code_wrong")
    assert problem(await reauthenticate(ana, code="aaaa-bbbb")) == (403, "code_wrong")
    code = app.next_code()
    assert (await reauthenticate(ana, code=code)).status_code == 204
    assert problem(await reauthenticate(ana, code=code)) == (403, "code_used")
    assert (await reauthenticate(ana, code=recovery[0])).status_code == 204
    assert (await ana.delete("/auth/me/totp")).status_code == 204
    assert problem(await reauthenticate(ana, code=app.next_code())) == (409, "second_factor_off")


async def test_a_proof_is_for_one_session(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana, eve = await person(), await person("eve@example.com")
    thief = Person(service, ana.email, await log_in(service, ana.email))
    for one in (ana, eve, thief):
        await wait(one, clock, 4)
    assert (await reauthenticate(ana, password=PASSWORD)).status_code == 204
    assert (await ana.post("/auth/me/totp")).status_code == 200
    assert problem(await thief.post("/auth/me/totp")) == NEEDED
    assert problem(await eve.post("/auth/me/totp")) == NEEDED


async def test_an_access_token_that_outlives_its_session_changes_nothing(service: TestService, person: LogIn) -> None:
    """It was logged in a moment ago, and is logged out now."""
    ana = await person()
    await ana.post("/auth/logout")
    assert problem(await ana.post("/auth/me/totp")) == NEEDED
    assert problem(await reauthenticate(ana, password=PASSWORD)) == (401, "session_ended")
    assert problem(await ana.post("/auth/me/totp")) == NEEDED
    again = Person(service, ana.email, await log_in(service, ana.email))
    elsewhere = Person(service, ana.email, await log_in(service, ana.email))
    new = {"current_password": PASSWORD, "new_password": "another-good-one"}
    assert (await again.post("/auth/me/password", new)).status_code == 204
    assert problem(await elsewhere.post("/auth/me/totp")) == NEEDED
    assert (await again.post("/auth/me/totp")).status_code == 200


async def test_a_session_opened_at_the_moment_of_a_change_changes_nothing(
    service: TestService, person: LogIn, auth: Auth
) -> None:
    """By whoever knows the old password: it is of the epoch before."""
    ana = await person()
    await service.db["users"].update_one({"_id": ana.id}, {"$inc": {"session_epoch": 1}})
    assert problem(await ana.post("/auth/me/totp")) == NEEDED


@pytest.mark.parametrize("name", ["add a passkey", "turn totp on", "link", "first password"])
async def test_a_session_that_ends_at_the_moment_of_a_change_does_not_make_it(
    service: TestService,
    person: LogIn,
    phone: PasskeyBrowser,
    browser: Browser,
    auth: Auth,
    clock: ManualClock,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The owner logs everybody out while a thief's change is between its proof and its write."""
    ana = await person()
    _, credential = make(await phone.creation_options(ana))
    secret = (await ana.post("/auth/me/totp")).json()["secret"]
    back = await browser.say_yes(await browser.depart(link=ana))
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    before = await service.db["users"].find_one({"_id": ana.id})
    prove = Proofs.owner

    async def prove_and_be_overtaken(self: Proofs, *who: Any) -> User:
        user = await prove(self, *who)
        await auth.sessions.end_all(ana.id, by=who[1])
        return user

    monkeypatch.setattr(Proofs, "owner", prove_and_be_overtaken)
    answer = {
        "add a passkey": lambda: phone.send("POST", "/passkeys", {"credential": credential}, ana),
        "turn totp on": lambda: ana.post("/auth/me/totp/confirm", {"code": App(secret, clock).code()}),
        "link": lambda: browser.call_back(back, link=ana),
        "first password": lambda: ana.post("/auth/me/password", {"new_password": "a-first-long-one"}),
    }
    assert problem(await answer[name]()) == (401, "session_ended")
    assert await service.db["users"].find_one({"_id": ana.id}) == before


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD, "code": "123456"}, {"code": "1"}, {"user_id": "x"}])
async def test_one_thing_is_shown(person: LogIn, body: Json) -> None:
    ana = await person()
    assert problem(await ana.post("/auth/reauthenticate", body)) == (422, "validation_failed")


async def test_guesses_at_what_is_shown_are_counted(person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    for _ in range(10):
        assert problem(await reauthenticate(ana, password="not-this-one")) == (403, "wrong_password")
    assert problem(await reauthenticate(ana, password=PASSWORD)) == (429, "too_many_attempts")


async def test_who_came_by_a_provider_logs_in_there_once_more(
    service: TestService, browser: Browser, clock: ManualClock
) -> None:
    ana = Person(service, "ana@example.com", (await browser.log_in()).json())
    await wait(ana, clock)
    refused = await ana.post("/auth/me/password", {"new_password": "a-first-long-one"})
    assert problem(refused) == NEEDED
    assert refused.json()["methods"] == []
    ana.login = (await browser.log_in()).json()
    assert (await ana.post("/auth/me/password", {"new_password": "a-first-long-one"})).status_code == 204


async def test_what_a_provider_sent_back_is_not_used_up_by_a_refusal(
    browser: Browser, person: LogIn, clock: ManualClock
) -> None:
    bo = await person("bo@example.com")
    clock.advance(timedelta(minutes=9))
    sent = await browser.say_yes(await browser.depart(link=bo))
    await wait(bo, clock, 2)
    assert problem(await browser.call_back(sent, link=bo)) == NEEDED
    assert (await reauthenticate(bo, password=PASSWORD)).status_code == 204
    assert (await browser.call_back(sent, link=bo)).status_code == 200


# A second factor turned on or off


async def test_turning_it_on_or_off_ends_the_other_sessions(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana, bea = await person(), await person("bea@example.com")
    elsewhere = await log_in(service, ana.email)
    app, _ = await turn_on(ana, clock)
    assert problem(await refresh(service, elsewhere["refresh_token"])) == (401, "refresh_token_invalid")
    await wait(ana, clock, 1)

    token = (await first_step(service))["mfa_token"]
    elsewhere = (await second_step(service, token, app.next_code())).json()
    assert (await with_body(ana, "DELETE", "/auth/me/totp", {"code": app.next_code()})).status_code == 204
    assert problem(await refresh(service, elsewhere["refresh_token"])) == (401, "refresh_token_invalid")
    await wait(ana, clock, 1)
    assert (await refresh(service, bea.refresh_token)).status_code == 200


async def test_a_login_that_is_under_way_does_not_outlive_a_new_password(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    """Who has shown the old password has not shown the new one."""
    ana = await person()
    app, _ = await turn_on(ana, clock)
    token = (await first_step(service))["mfa_token"]
    body = {"current_password": PASSWORD, "new_password": "another-good-one"}
    assert (await ana.post("/auth/me/password", body)).status_code == 204
    assert problem(await second_step(service, token, app.next_code())) == (401, "mfa_token_invalid")


async def test_a_login_and_the_turning_on_at_once(service: TestService, person: LogIn, clock: ManualClock) -> None:
    """Whichever is first: no session that has not shown the second factor lives on beside it."""
    ana = await person()
    app = App((await ana.post("/auth/me/totp")).json()["secret"], clock)
    logins = [service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD}) for _ in range(5)]
    confirmed, *answers = await together(ana.post("/auth/me/totp/confirm", {"code": app.code()}), *logins)
    assert confirmed.status_code == 200
    for answer in answers:
        if answer.status_code == 200:
            token = answer.json()["refresh_token"]
            assert problem(await refresh(service, token)) == (401, "refresh_token_invalid")
        else:
            assert problem(answer) == (401, "second_factor_required")


async def test_many_wrong_codes_after_the_right_password_are_told_once(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    """Somebody knows the password."""
    ana = await person()
    app, _ = await turn_on(ana, clock)
    for _ in range(4):
        token = (await first_step(service))["mfa_token"]
        for _ in range(2):
            assert problem(await second_step(service, token, app.wrong_code())) == (401, "code_wrong")
    kinds = [mail["kind"] for mail in await mailed(service, ana.email)]
    assert kinds == ["second_factor_on", "codes_guessed"]
