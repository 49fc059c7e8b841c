"""Guesses are counted, by account and by real client, and nobody's guesses keep the owner out."""

from datetime import timedelta

import httpx2
import pytest
from pymongo.read_concern import ReadConcern

from gigsta_auth.crud import Auth
from gigsta_auth.main import create_app
from gigsta_auth.models.links import MOST
from gigsta_auth.models.throttling import BUDGETS, WRONG_SECRETS, Budget, Purpose
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .conftest import (
    CHEAP,
    GATEWAY_SECRET,
    MIGRATIONS,
    PASSWORD,
    LogIn,
    mailed,
    mailed_token,
    noting_calls,
    problem,
    refresh,
    register,
    together,
    verify,
)

ANA = "ana@example.com"
DEVICE_COOKIE = "__Host-gigsta_device"
GUESSING, MAILING = BUDGETS[Purpose.PASSWORD], BUDGETS[Purpose.REGISTRATION_MAIL]
TOO_MANY = (429, "too_many_attempts")


def come_from(address: str) -> dict[str, str]:
    """As the gateway says where a request comes from."""
    return {"X-Forwarded-For": address, "X-GigSta-Gateway": GATEWAY_SECRET}


async def guess(
    service: TestService, address: str = "203.0.113.1", password: str = "wrong", email: str = ANA, device: str = ""
) -> httpx2.Response:
    cookie = {"Cookie": f"{DEVICE_COOKIE}={device}"} if device else {}
    body = {"email": email, "password": password}
    answer = await service.http.post("/auth/login", json=body, headers=come_from(address) | cookie)
    service.http.cookies.clear()
    return answer


async def device_cookie(service: TestService, email: str = ANA) -> str:
    answer = await guess(service, "198.51.100.1", PASSWORD, email)
    return str(answer.raise_for_status().headers.get_list("set-cookie")[1].split("=", 1)[1].split(";")[0])


async def spend_the_account(service: TestService, email: str = ANA) -> None:
    """Strangers guess from everywhere, until none of them may."""
    for number in range(GUESSING.account.at_once):
        assert problem(await guess(service, f"2001:db8:{number:x}::1", email=email))[0] == 401
    assert problem(await guess(service, "2001:db8:ffff::1", email=email)) == TOO_MANY


async def test_one_client_has_a_few_guesses_and_then_one_from_time_to_time(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    await person()
    for _ in range(GUESSING.pair.at_once):
        assert problem(await guess(service)) == (401, "invalid_credentials")
    refused = await guess(service, password=PASSWORD)
    assert problem(refused) == TOO_MANY
    wait = timedelta(seconds=int(refused.headers["retry-after"]))
    assert wait == GUESSING.pair.every
    clock.advance(wait - timedelta(seconds=1))
    assert problem(await guess(service, password=PASSWORD)) == TOO_MANY
    clock.advance(timedelta(seconds=1))
    assert (await guess(service, password=PASSWORD)).status_code == 200


async def test_what_is_refused_is_not_looked_at(
    service: TestService, auth: Auth, person: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person()
    for _ in range(GUESSING.pair.at_once):
        await guess(service)
    calls: list[str] = []
    monkeypatch.setattr(auth.logins._hashing, "matches", noting_calls(calls, "matches", auth.logins._hashing.matches))
    monkeypatch.setattr(auth.logins._users, "_find", noting_calls(calls, "_find", auth.logins._users._find))
    assert problem(await guess(service, password=PASSWORD)) == TOO_MANY
    assert calls == ["_find"]  # for the audit trail, which is told of the first refusal
    assert problem(await guess(service, password=PASSWORD)) == TOO_MANY
    assert calls == ["_find"]
    await guess(service, "203.0.113.2")
    assert calls == ["_find", "_find", "matches"]


async def test_the_owner_reads_of_it_once(service: TestService, person: LogIn) -> None:
    ana = await person()
    for _ in range(GUESSING.pair.at_once + 3):
        await guess(service)
    kinds = [event["kind"] for event in (await ana.get("/auth/me/security-events", limit=50)).json()["items"]]
    assert kinds.count("login_failed") == GUESSING.pair.at_once
    assert kinds.count("login_throttled") == 1


async def test_who_asks_for_a_new_password_by_mail_is_no_stranger(service: TestService, person: LogIn) -> None:
    await person()
    await spend_the_account(service)
    await service.http.post("/auth/forgot-password", json={"email": ANA}, headers=come_from("192.0.2.1"))
    await service.app.state.use_cases.recovery.answer_all()
    token, new = await mailed_token(service, ANA), "another-good-long-one"
    done = await service.http.post("/auth/reset-password", json={"token": token, "password": new})
    device = done.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    service.http.cookies.clear()
    assert done.status_code == 204
    assert problem(await guess(service, "192.0.2.1", new)) == TOO_MANY
    assert (await guess(service, "192.0.2.1", new, device=device)).status_code == 200


async def test_a_logged_in_caller_guesses_no_more_than_others(service: TestService, person: LogIn) -> None:
    ana = await person()
    for _ in range(GUESSING.pair.at_once):
        body = {"current_password": "wrong", "new_password": "another-good-long-one"}
        assert problem(await ana.post("/auth/me/password", body)) == (403, "wrong_password")
    body["current_password"] = PASSWORD
    assert problem(await ana.post("/auth/me/password", body)) == TOO_MANY


async def test_a_hundred_guesses_at_once_are_a_hundred_guesses(service: TestService, person: LogIn) -> None:
    await person()
    answers = await together(*(guess(service) for _ in range(100)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(401), codes.count(429)) == (GUESSING.pair.at_once, 100 - GUESSING.pair.at_once)


async def test_instances_count_together(service: TestService, person: LogIn, start_service: ServiceStarter) -> None:
    other = await start_service(create_app, Settings, MIGRATIONS, keys=None, **CHEAP)
    await person()
    for number in range(GUESSING.pair.at_once):
        assert problem(await guess((service, other)[number % 2]))[0] == 401
    assert problem(await guess(service)) == problem(await guess(other)) == TOO_MANY


async def test_an_address_without_an_account_is_counted_alike(service: TestService, person: LogIn) -> None:
    await person()
    tries = range(GUESSING.pair.at_once + 2)
    known = [await guess(service, email=ANA) for _ in tries]
    unknown = [await guess(service, email="nobody@example.com") for _ in tries]
    for one, other in zip(known, unknown, strict=True):
        ids = {"request_id": None}
        assert one.json() | ids == other.json() | ids
        assert one.headers.get("retry-after") == other.headers.get("retry-after")
    assert known[-1].status_code == 429


async def test_spellings_of_an_address_are_one_account(service: TestService) -> None:
    for number in range(GUESSING.pair.at_once):
        assert problem(await guess(service, email=(ANA, ANA.upper(), f" {ANA} ")[number % 3]))[0] == 401
    assert problem(await guess(service, email="Ana@Example.com")) == TOO_MANY


async def test_logging_in_costs_nothing_however_often(service: TestService, person: LogIn) -> None:
    await person()
    for _ in range(GUESSING.account.at_once + 5):
        assert (await guess(service, password=PASSWORD)).status_code == 200
    assert problem(await guess(service))[0] == 401


async def test_ones_own_login_does_not_pay_for_guesses_at_others(service: TestService, person: LogIn) -> None:
    await person("eve@example.com")
    for number in range(GUESSING.client.at_once):
        assert problem(await guess(service, email=f"victim-{number}@example.com"))[0] == 401
        if number % 20 == 0:
            assert (await guess(service, password=PASSWORD, email="eve@example.com")).status_code == 200
    assert problem(await guess(service, email="another@example.com")) == TOO_MANY
    assert problem(await guess(service, "203.0.113.2", email="another@example.com"))[0] == 401


async def test_a_client_with_a_block_of_addresses_is_one_client(service: TestService) -> None:
    for number in range(GUESSING.pair.at_once):
        assert problem(await guess(service, f"2001:db8:1:2{number:x}::{number:x}"))[0] == 401
    assert problem(await guess(service, "2001:db8:1:ff::1")) == TOO_MANY
    assert problem(await guess(service, "2001:db8:1:100::1"))[0] == 401


async def test_what_a_client_says_of_its_address_is_not_believed(service: TestService) -> None:
    async def forge(number: int, **more: str) -> httpx2.Response:
        forged = {"X-Forwarded-For": f"203.0.113.{number}", **more}
        return await service.http.post("/auth/login", json={"email": ANA, "password": "wrong"}, headers=forged)

    for number in range(GUESSING.pair.at_once):
        assert problem(await forge(number))[0] == 401
    assert problem(await forge(100)) == TOO_MANY
    assert problem(await forge(101, **{"X-GigSta-Gateway": "a-guess-at-the-secret"})) == TOO_MANY
    assert problem(await guess(service))[0] == 401


async def test_strangers_everywhere_do_not_keep_the_owners_device_out(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    await person()
    cookie = await device_cookie(service)
    await spend_the_account(service)
    assert problem(await guess(service, "192.0.2.1", PASSWORD)) == TOO_MANY  # the owner, in a browser never seen before
    assert problem(await guess(service, "2001:db8:1::1", "wrong", device=cookie))[0] == 401
    assert (await guess(service, "2001:db8:1::1", PASSWORD, device=cookie)).status_code == 200
    clock.advance(timedelta(days=179))
    await spend_the_account(service)
    assert (await guess(service, "2001:db8:1::1", PASSWORD, device=cookie)).status_code == 200


async def test_a_known_device_has_few_guesses_too(service: TestService, person: LogIn) -> None:
    await person()
    cookie = await device_cookie(service)
    for number in range(GUESSING.device.at_once):
        assert problem(await guess(service, f"203.0.113.{number}", device=cookie))[0] == 401
    assert problem(await guess(service, "203.0.113.99", PASSWORD, device=cookie)) == TOO_MANY
    assert (await guess(service, "203.0.113.99", PASSWORD)).status_code == 200


async def test_the_cookie_counts_for_its_own_account_and_its_time_only(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    await person()
    await person("eve@example.com")
    eves, anas = await device_cookie(service, "eve@example.com"), await device_cookie(service)
    await spend_the_account(service)
    device, seconds, mac = anas.split(".")
    for bad in (eves, f"{device}.{int(seconds) + 1}.{mac}", f"{'A' * 22}.{seconds}.{mac}", anas[:-1], "x", "x" * 5000):
        assert problem(await guess(service, "192.0.2.1", PASSWORD, device=bad)) == TOO_MANY
    clock.advance(timedelta(days=180))
    await spend_the_account(service)
    assert problem(await guess(service, "192.0.2.1", PASSWORD, device=anas)) == TOO_MANY


async def test_the_cookie_is_out_of_reach_of_scripts_and_stays_the_same_device(
    service: TestService, person: LogIn
) -> None:
    await person()
    first = await device_cookie(service)
    answer = await guess(service, password=PASSWORD, device=first)
    cookie = answer.headers.get_list("set-cookie")[1]
    assert cookie.startswith(f"{DEVICE_COOKIE}={first.split('.')[0]}.")
    for attribute in ("HttpOnly", "Secure", "SameSite=lax", "Path=/", f"Max-Age={180 * 24 * 3600}"):
        assert attribute in cookie


async def test_mails_to_an_address_are_few(service: TestService) -> None:
    async def ask(address: str, email: str = ANA) -> httpx2.Response:
        body = {"email": email, "password": PASSWORD}
        return await service.http.post("/auth/register", json=body, headers=come_from(address))

    for number in range(MAILING.account.at_once):
        assert (await ask(f"203.0.113.{number % 3}")).status_code == 202
    assert problem(await ask("203.0.113.0")) == TOO_MANY
    assert problem(await ask("203.0.113.77")) == TOO_MANY
    assert len(await mailed(service, ANA)) == MAILING.account.at_once
    assert (await ask("203.0.113.77", "somebody@example.com")).status_code == 202
    # Whoever spent them has put links into the owner's mailbox.
    assert (await verify(service, await mailed_token(service, ANA), password=PASSWORD)).status_code == 200


@pytest.mark.parametrize("way_in", ["already_registered", "reset_password"])
async def test_the_owner_gets_in_on_a_new_device_while_strangers_guess_and_register(
    service: TestService, person: LogIn, way_in: str
) -> None:
    """What strangers can use up with registrations are the mails about registrations."""
    await person()
    await spend_the_account(service)
    body = {"email": ANA, "password": PASSWORD}
    for number in range(MAILING.account.at_once + 1):
        headers = come_from(f"203.0.113.{number % 5}")
        last = await service.http.post("/auth/register", json=body, headers=headers)
    assert problem(last) == TOO_MANY
    assert problem(await guess(service, "192.0.2.1", PASSWORD)) == TOO_MANY
    await service.app.state.use_cases.recovery.answer_all()
    asked = await service.http.post("/auth/forgot-password", json={"email": ANA}, headers=come_from("192.0.2.1"))
    assert asked.status_code == 202
    await service.app.state.use_cases.recovery.answer_all()
    mails = await mailed(service, ANA)
    assert [mail["kind"] for mail in mails] == ["already_registered"] * MOST + ["reset_password"]
    token, new = next(mail["token"] for mail in mails if mail["kind"] == way_in), "another-good-long-one"
    done = await service.http.post("/auth/reset-password", json={"token": token, "password": new})
    device = done.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    service.http.cookies.clear()
    assert (await guess(service, "192.0.2.1", new, device=device)).status_code == 200


async def test_a_right_secret_is_let_through_however_many_wrong_ones_came(service: TestService, person: LogIn) -> None:
    ana = await person()
    await register(service, "new@example.com")
    token = await mailed_token(service, "new@example.com")
    for number in range(WRONG_SECRETS.at_once):
        wrong = await (verify(service, "A" * 43) if number % 2 else refresh(service, "A" * 67))
        assert problem(wrong)[0] in (400, 401)
    assert problem(await verify(service, "A" * 43)) == TOO_MANY
    assert problem(await refresh(service, "A" * 67)) == TOO_MANY
    assert (await refresh(service, ana.refresh_token)).status_code == 200
    assert (await verify(service, token)).status_code == 200


async def test_a_guess_that_could_not_be_checked_is_not_counted(
    service: TestService, auth: Auth, person: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person()
    monkeypatch.setattr(auth.logins._hashing._places, "acquire", lambda blocking: False)
    for _ in range(GUESSING.pair.at_once + 1):
        assert problem(await guess(service)) == (503, "too_busy")
    monkeypatch.undo()
    assert (await guess(service, password=PASSWORD)).status_code == 200


async def test_nothing_kept_says_who_tried_to_get_in_where_and_it_goes_away(
    service: TestService, clock: ManualClock
) -> None:
    await guess(service)
    buckets = service.db["throttle"].with_options(read_concern=ReadConcern("local"))
    kept = await buckets.find().to_list()
    assert len(kept) == 3
    assert "ana" not in str(kept)
    assert "203.0.113" not in str(kept)
    assert max(bucket["drained_at"] for bucket in kept) == clock.now() + GUESSING.account.every
    assert (await service.db["throttle"].index_information())["drained_at"]["expireAfterSeconds"] == 0


def test_a_bucket_that_is_full_has_room_again_after_one_interval(clock: ManualClock) -> None:
    budget, now = Budget(3, timedelta(minutes=2)), clock.now()
    assert budget.wait(now + timedelta(minutes=4), now) == timedelta()
    assert budget.wait(now + timedelta(minutes=6), now) == timedelta(minutes=2)
    assert budget.wait(now + timedelta(minutes=5), now) == timedelta(minutes=1)
