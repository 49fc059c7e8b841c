"""The second factor: turning it on and off, and logging in with it."""

from datetime import timedelta
from typing import Any

import httpx2
import pyotp
import pytest

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import COOKIE, PASSWORD, Json, LogIn, Person, mailed, problem, refresh, together

OFF = {"totp": False, "recovery_codes_left": 0, "since": None}
STEP = timedelta(seconds=30)


class App:
    """An authenticator app. Moves the clock to the next step for each code, as its owner would wait."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self.secret = secret
        self.clock = clock

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now() + steps * STEP)

    def next_code(self) -> str:
        self.clock.advance(STEP)
        return self.code()

    def wrong_code(self) -> str:
        right = {self.code(steps) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


async def turn_on(person: Person, clock: ManualClock) -> tuple[App, list[str]]:
    begun = (await person.post("/auth/me/totp")).raise_for_status().json()
    app = App(begun["secret"], clock)
    confirmed = await person.post("/auth/me/totp/confirm", {"code": app.code()})
    return app, confirmed.raise_for_status().json()["recovery_codes"]


async def first_step(service: TestService, email: str = "ana@example.com") -> Json:
    answer = await service.http.post("/auth/login", json={"email": email, "password": PASSWORD})
    assert problem(answer) == (401, "second_factor_required")
    body: Json = answer.json()
    return body


async def second_step(service: TestService, mfa_token: str, code: str) -> httpx2.Response:
    answer = await service.http.post("/auth/login/second-factor", json={"mfa_token": mfa_token, "code": code})
    service.http.cookies.clear()
    return answer


async def with_body(person: Person, method: str, path: str, body: Any) -> httpx2.Response:
    return await person.service.http.request(method, path, json=body, headers=person.headers)


async def test_it_is_turned_on_and_asked_for(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    app, recovery = await turn_on(ana, clock)
    assert len(set(recovery)) == 10
    assert (await ana.get("/auth/me/second-factor")).json() == {
        "totp": True,
        "recovery_codes_left": 10,
        "since": clock.now().isoformat().replace("+00:00", "Z"),
    }

    first = await service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD})
    assert problem(first) == (401, "second_factor_required")
    assert first.headers["cache-control"] == "no-store"
    assert COOKIE not in first.headers.get("set-cookie", "")
    assert first.json()["methods"] == ["totp", "recovery_code"]
    assert first.json()["expires_in"] == 600

    second = await second_step(service, first.json()["mfa_token"], app.next_code())
    assert second.status_code == 200
    assert second.headers["cache-control"] == "no-store"
    assert COOKIE in second.headers["set-cookie"]
    assert set(second.json()) == set(ana.login)
    assert (await refresh(service, second.json()["refresh_token"])).status_code == 200


async def test_what_the_app_is_given(person: LogIn) -> None:
    ana = await person()
    answer = await ana.post("/auth/me/totp")
    assert answer.headers["cache-control"] == "no-store"
    parsed = pyotp.parse_uri(answer.json()["otpauth_uri"])
    assert isinstance(parsed, pyotp.TOTP)
    assert (parsed.secret, parsed.name, parsed.issuer) == (answer.json()["secret"], "ana@example.com", "GigSta")
    assert len(parsed.byte_secret()) == 20


async def test_nothing_is_asked_for_before_a_code_has_confirmed_the_secret(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    first = App((await ana.post("/auth/me/totp")).json()["secret"], clock)
    second = App((await ana.post("/auth/me/totp")).json()["secret"], clock)
    assert problem(await ana.post("/auth/me/totp/confirm", {"code": second.wrong_code()})) == (400, "code_wrong")
    if first.code() != second.code():
        assert problem(await ana.post("/auth/me/totp/confirm", {"code": first.code()})) == (400, "code_wrong")
    assert (await ana.get("/auth/me/second-factor")).json() == OFF
    login = await service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD})
    assert login.status_code == 200


async def test_the_order_of_things(person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    assert problem(await ana.post("/auth/me/totp/confirm", {"code": "123456"})) == (409, "second_factor_not_begun")
    assert problem(await with_body(ana, "DELETE", "/auth/me/totp", {"password": PASSWORD})) == (
        409,
        "second_factor_off",
    )
    assert problem(await ana.post("/auth/me/recovery-codes", {"password": PASSWORD})) == (409, "second_factor_off")
    app, _ = await turn_on(ana, clock)
    assert problem(await ana.post("/auth/me/totp")) == (409, "second_factor_on")
    assert problem(await ana.post("/auth/me/totp/confirm", {"code": app.next_code()})) == (409, "second_factor_on")


async def test_secrets_are_encrypted_and_codes_hashed(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    app, recovery = await turn_on(ana, clock)
    await first_step(service)
    stored = str(await service.db["users"].find_one({"_id": ana.id}))
    stored += str(await service.db["ceremonies"].find().to_list())
    assert app.secret not in stored
    assert not [code for code in recovery if code in stored or code.replace("-", "").upper() in stored]


async def test_the_sealed_secret_of_another_account_is_of_no_use(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    """Who can write to the database but has no key cannot move a secret they know to the account they want."""
    ana, eve = await person("ana@example.com"), await person("eve@example.com")
    await turn_on(ana, clock)
    app, _ = await turn_on(eve, clock)
    of_eve = (await service.db["users"].find_one({"_id": eve.id}) or {})["totp"]
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"totp": of_eve}})
    token = (await first_step(service))["mfa_token"]
    assert problem(await second_step(service, token, app.next_code())) == (503, "second_factor_unavailable")


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_clock_may_be_one_step_off(
    service: TestService, person: LogIn, clock: ManualClock, steps: int, good: bool
) -> None:
    app, _ = await turn_on(await person(), clock)
    clock.advance(timedelta(minutes=5))
    answer = await second_step(service, (await first_step(service))["mfa_token"], app.code(steps))
    if app.code(steps) in {app.code(near) for near in (-1, 0, 1)}:
        good = True
    assert (answer.status_code == 200) == good


async def test_a_code_is_good_once(service: TestService, person: LogIn, clock: ManualClock) -> None:
    """Not for a second login, not the code that turned it on, and not an older one after a newer."""
    app, _ = await turn_on(await person(), clock)
    token = (await first_step(service))["mfa_token"]
    assert problem(await second_step(service, token, app.code())) == (401, "code_used")
    clock.advance(2 * STEP)
    code, older = app.code(), app.code(-1)
    assert (await second_step(service, token, code)).status_code == 200
    token = (await first_step(service))["mfa_token"]
    assert problem(await second_step(service, token, code)) == (401, "code_used")
    assert problem(await second_step(service, token, older))[0] == 401


async def test_many_at_once_get_in_once(service: TestService, person: LogIn, clock: ManualClock) -> None:
    app, _ = await turn_on(await person(), clock)
    tokens = [(await first_step(service))["mfa_token"] for _ in range(4)]
    code = app.next_code()
    answers = await together(*(second_step(service, token, code) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_an_mfa_token_is_good_once_and_for_ten_minutes(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    app, recovery = await turn_on(await person(), clock)
    token = (await first_step(service))["mfa_token"]
    assert (await second_step(service, token, app.next_code())).status_code == 200
    assert problem(await second_step(service, token, app.next_code())) == (401, "mfa_token_invalid")
    token = (await first_step(service))["mfa_token"]
    clock.advance(timedelta(minutes=10))
    assert problem(await second_step(service, token, app.code())) == (401, "mfa_token_invalid")
    assert problem(await second_step(service, "x" * 43, recovery[0])) == (401, "mfa_token_invalid")


async def test_an_mfa_token_opens_nothing_else(service: TestService, person: LogIn, clock: ManualClock) -> None:
    await turn_on(await person(), clock)
    token = (await first_step(service))["mfa_token"]
    answer = await service.http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert problem(answer) == (401, "invalid_token")
    assert problem(await refresh(service, token)) == (401, "refresh_token_invalid")


async def test_the_password_comes_first(service: TestService, person: LogIn, clock: ManualClock) -> None:
    """Who does not have it learns neither that there is a second factor nor gets a token to guess with."""
    await turn_on(await person(), clock)
    wrong = await service.http.post("/auth/login", json={"email": "ana@example.com", "password": "not-this-one"})
    assert problem(wrong) == (401, "invalid_credentials")
    assert "mfa_token" not in wrong.json()
    assert await service.db["ceremonies"].count_documents({}) == 0


async def test_the_form_of_oauth_asks_for_it_too(service: TestService, person: LogIn, clock: ManualClock) -> None:
    await turn_on(await person(), clock)
    answer = await service.http.post("/auth/token", data={"username": "ana@example.com", "password": PASSWORD})
    assert problem(answer) == (401, "second_factor_required")


async def test_five_guesses_and_the_token_is_gone(service: TestService, person: LogIn, clock: ManualClock) -> None:
    app, _ = await turn_on(await person(), clock)
    token = (await first_step(service))["mfa_token"]
    clock.advance(STEP)
    for _ in range(5):
        assert problem(await second_step(service, token, app.wrong_code())) == (401, "code_wrong")
    assert problem(await second_step(service, token, app.code())) == (401, "mfa_token_invalid")
    assert (await second_step(service, (await first_step(service))["mfa_token"], app.code())).status_code == 200


async def test_who_has_the_password_cannot_guess_for_ever(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    """Ten wrong codes, over however many logins and all at once, and codes wait; recovery codes never do."""
    app, recovery = await turn_on(await person(), clock)
    clock.advance(STEP)
    tokens = [(await first_step(service))["mfa_token"] for _ in range(6)]
    guesses = [second_step(service, token, app.wrong_code()) for token in tokens for _ in range(3)]
    answers = [problem(answer) for answer in await together(*guesses)]
    assert answers.count((401, "code_wrong")) == 10
    assert answers.count((429, "too_many_codes")) == 8

    refused = await second_step(service, (await first_step(service))["mfa_token"], app.code())
    assert problem(refused) == (429, "too_many_codes")
    assert refused.headers["retry-after"] == "60"

    owner = await second_step(service, (await first_step(service))["mfa_token"], recovery[0])
    assert owner.status_code == 200
    assert (await second_step(service, (await first_step(service))["mfa_token"], app.code())).status_code == 200


async def test_each_wrong_code_after_that_doubles_the_wait(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    app, _ = await turn_on(await person(), clock)
    for _ in range(2):
        token = (await first_step(service))["mfa_token"]
        for _ in range(5):
            await second_step(service, token, app.wrong_code())
    waits = []
    for _ in range(8):
        token = (await first_step(service))["mfa_token"]
        refused = await second_step(service, token, app.wrong_code())
        waits.append(int(refused.headers["retry-after"]))
        clock.advance(timedelta(seconds=waits[-1]))
        token = (await first_step(service))["mfa_token"]
        assert problem(await second_step(service, token, app.wrong_code())) == (401, "code_wrong")
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]


async def test_a_recovery_code_is_good_once_however_it_is_typed(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    _, recovery = await turn_on(ana, clock)
    token = (await first_step(service))["mfa_token"]
    assert (await second_step(service, token, f" {recovery[3].upper().replace('-', ' ')} ")).status_code == 200
    assert (await ana.get("/auth/me/second-factor")).json()["recovery_codes_left"] == 9
    token = (await first_step(service))["mfa_token"]
    assert problem(await second_step(service, token, recovery[3])) == (401, "code_wrong")
    assert problem(await second_step(service, token, "aaaa-bbbb")) == (401, "code_wrong")
    assert (await second_step(service, token, recovery[4])).status_code == 200


async def test_one_door_and_several_recovery_codes_at_once(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    """They open it once, so one of them is used up."""
    ana = await person()
    _, recovery = await turn_on(ana, clock)
    token = (await first_step(service))["mfa_token"]
    answers = await together(*(second_step(service, token, code) for code in recovery[:3]))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert {problem(answer)[1] for answer in answers if answer.status_code != 200} == {"mfa_token_invalid"}
    assert (await ana.get("/auth/me/second-factor")).json()["recovery_codes_left"] == 9


async def test_one_recovery_code_at_two_doors_at_once(service: TestService, person: LogIn, clock: ManualClock) -> None:
    _, recovery = await turn_on(await person(), clock)
    tokens = [(await first_step(service))["mfa_token"] for _ in range(4)]
    answers = await together(*(second_step(service, token, recovery[0]) for token in tokens))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_new_recovery_codes_in_place_of_the_old(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    app, old = await turn_on(ana, clock)
    assert problem(await ana.post("/auth/me/recovery-codes", {"password": "not-this-one"})) == (403, "wrong_password")
    assert problem(await ana.post("/auth/me/recovery-codes", {"code": app.wrong_code()})) == (403, "code_wrong")
    answer = await ana.post("/auth/me/recovery-codes", {"code": app.next_code()})
    assert answer.headers["cache-control"] == "no-store"
    new = answer.json()["recovery_codes"]
    assert not set(new) & set(old)
    token = (await first_step(service))["mfa_token"]
    assert problem(await second_step(service, token, old[0])) == (401, "code_wrong")
    assert (await second_step(service, token, new[0])).status_code == 200


@pytest.mark.parametrize("proof", ["password", "code", "recovery code"])
async def test_it_is_turned_off_by_its_owner(
    service: TestService, person: LogIn, clock: ManualClock, proof: str
) -> None:
    ana = await person()
    app, recovery = await turn_on(ana, clock)
    waiting = (await first_step(service))["mfa_token"]
    for wrong in ({"password": "not-this-one"}, {"code": app.wrong_code()}, {"code": "aaaa-bbbb"}):
        assert problem(await with_body(ana, "DELETE", "/auth/me/totp", wrong))[0] == 403
    for malformed in ({"password": PASSWORD, "code": "123456"}, {"password": PASSWORD, "user_id": "x"}):
        assert problem(await with_body(ana, "DELETE", "/auth/me/totp", malformed))[0] == 422
    body = {
        "password": {"password": PASSWORD},
        "code": {"code": app.next_code()},
        "recovery code": {"code": recovery[0]},
    }
    assert (await with_body(ana, "DELETE", "/auth/me/totp", body[proof])).status_code == 204
    assert (await ana.get("/auth/me/second-factor")).json() == OFF
    assert (await service.http.post("/auth/login", json={"email": ana.email, "password": PASSWORD})).status_code == 200
    assert problem(await second_step(service, waiting, recovery[1])) == (401, "mfa_token_invalid")


async def test_its_owner_is_told_by_mail(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    app, recovery = await turn_on(ana, clock)
    await second_step(service, (await first_step(service))["mfa_token"], recovery[0])
    await ana.post("/auth/me/recovery-codes", {"password": PASSWORD})
    await with_body(ana, "DELETE", "/auth/me/totp", {"password": PASSWORD})
    mails = await mailed(service, ana.email)
    assert [(mail["kind"], mail["about"]) for mail in mails] == [
        ("second_factor_on", None),
        ("recovery_code_used", "9 left"),
        ("recovery_codes_renewed", None),
        ("second_factor_off", None),
    ]
    assert app.secret not in str(mails)
    assert recovery[1] not in str(mails)


async def test_answers_with_secrets_are_never_kept(service: TestService, person: LogIn, clock: ManualClock) -> None:
    ana = await person()
    key = {"Idempotency-Key": "once"}
    secret = (await ana.post("/auth/me/totp", **key)).json()["secret"]
    code = App(secret, clock).code()
    await ana.post("/auth/me/totp/confirm", {"code": code}, **key)
    await ana.post("/auth/me/recovery-codes", {"password": PASSWORD}, **key)
    assert await service.db["idempotency_keys"].count_documents({}) == 0


async def test_nobody_without_a_login_gets_near_it(service: TestService) -> None:
    for method, path in [
        ("POST", "/auth/me/totp"),
        ("POST", "/auth/me/totp/confirm"),
        ("DELETE", "/auth/me/totp"),
        ("POST", "/auth/me/recovery-codes"),
        ("GET", "/auth/me/second-factor"),
    ]:
        answer = await service.http.request(method, path, json={"password": PASSWORD})
        assert problem(answer) == (401, "not_authenticated")


async def test_an_account_without_a_password(
    service: TestService, person: LogIn, auth: Auth, clock: ManualClock
) -> None:
    """It cannot be logged in to with any, and its owner proves themselves by codes."""
    ana = await person()
    app, _ = await turn_on(ana, clock)
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"password_hash": None}})
    for password in (PASSWORD, "None", "null"):
        login = await service.http.post("/auth/login", json={"email": ana.email, "password": password})
        assert problem(login) == (401, "invalid_credentials")
        answer = await with_body(ana, "DELETE", "/auth/me/totp", {"password": password})
        assert problem(answer) == (403, "wrong_password")
    assert (await with_body(ana, "DELETE", "/auth/me/totp", {"code": app.next_code()})).status_code == 204
