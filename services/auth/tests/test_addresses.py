"""The change of an address."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import PASSWORD, Json, LogIn, Person, log_in, mailed, mailed_token, problem, register, verify
from .test_credentials import NEW_EMAIL, forget, kinds_mailed, log_in_fails, reset, trail


@pytest.fixture
def ask(service: TestService) -> Callable[..., Awaitable[Json]]:
    async def asking(person: Person, email: str = NEW_EMAIL) -> Json:
        answer = await person.post("/auth/me/email", {"email": email, "password": PASSWORD})
        assert answer.status_code == 202, answer.text
        body: Json = answer.json()
        return body

    return asking


Ask = Callable[..., Awaitable[Json]]


async def confirm(service: TestService, token: str) -> tuple[int, str]:
    answer = await service.http.post("/auth/confirm-email", json={"token": token})
    return (200, answer.json()["email"]) if answer.status_code == 200 else problem(answer)


async def test_a_new_address_counts_once_its_link_is_followed(
    service: TestService, person: LogIn, ask: Ask, clock: ManualClock
) -> None:
    ana = await person()
    await ask(ana)
    (to_new,) = await mailed(service, NEW_EMAIL)
    assert (to_new["kind"], to_new["full_name"]) == ("confirm_email", None)
    (to_old,) = await mailed(service, ana.email)
    assert (to_old["kind"], to_old["new_email"], to_old["token"]) == ("email_change_requested", NEW_EMAIL, None)
    assert (await ana.account())["email"] == ana.email, "nothing changes until the link is followed"
    assert await log_in_fails(service, NEW_EMAIL, PASSWORD)
    assert await confirm(service, to_new["token"]) == (200, NEW_EMAIL)
    assert await log_in_fails(service, ana.email, PASSWORD)
    assert (await log_in(service, NEW_EMAIL))["user"]["id"] == ana.id
    assert await kinds_mailed(service, ana.email) == ["email_change_requested", "email_changed"]
    told = next(event for event in service.published if event.name == "user.email_changed")
    assert {k: v for k, v in told.data.items() if k != "changed_at"} == {
        "user_id": ana.id,
        "email": NEW_EMAIL,
        "full_name": "Ana",
    }
    assert await confirm(service, to_new["token"]) == (410, "link_used")
    events = (await ana.get("/auth/me/security-events")).json()["items"]
    changed = next(event for event in events if event["kind"] == "email_changed")
    assert changed["details"] == {"old": ana.email, "new": NEW_EMAIL}
    assert (await register(service, ana.email)).status_code == 202
    assert (await mailed(service, ana.email))[-1]["kind"] == "verify_email", "the old address is free"


async def test_asking_does_not_tell_whether_an_address_is_known(service: TestService, person: LogIn, ask: Ask) -> None:
    ana, bea = await person(), await person("bea@example.com")
    await register(service, "waiting@example.com")
    answers = [await ask(ana, email) for email in (bea.email, "waiting@example.com", "nobody@example.com")]
    assert answers[0] == answers[1] == answers[2]
    (mail,) = await mailed(service, bea.email)
    assert (mail["kind"], mail["token"]) == ("already_registered", None)
    assert await service.db["mail_links"].count_documents({}) == 3, "as much is written for each"
    assert len(await mailed(service, ana.email)) == 3


async def test_a_registration_that_nobody_verified_does_not_keep_an_address(
    service: TestService, person: LogIn, ask: Ask
) -> None:
    """Whether it was there before the owner of the address asks for it, or comes while the mail is under way."""
    ana = await person()
    await register(service, NEW_EMAIL, "a-strangers-choice")
    squatter = await service.db["users"].find_one({"email": NEW_EMAIL}) or {}
    await ask(ana)
    (*_, mail) = await mailed(service, NEW_EMAIL)
    assert mail["kind"] == "confirm_email"
    await register(service, NEW_EMAIL, "a-strangers-second-choice")
    strangers = await mailed_token(service, NEW_EMAIL)
    assert await confirm(service, mail["token"]) == (200, NEW_EMAIL)
    assert (await ana.account())["email"] == NEW_EMAIL
    assert problem(await verify(service, strangers)) == (400, "link_unknown")
    await service.settle()
    closed = [event.subject for event in service.published if event.name == "user.closed"]
    assert closed == [squatter["_id"]]
    assert "account_closed" not in await kinds_mailed(service, NEW_EMAIL)


async def test_an_address_that_was_taken_meanwhile_is_refused(service: TestService, person: LogIn, ask: Ask) -> None:
    ana = await person()
    await ask(ana)
    token = await mailed_token(service, NEW_EMAIL)
    await person(NEW_EMAIL)
    assert await confirm(service, token) == (409, "email_taken")
    assert (await ana.account())["email"] == ana.email
    assert "email_changed" not in await trail(service, ana.id)


async def test_only_the_last_link_works_and_not_for_ever(
    service: TestService, person: LogIn, ask: Ask, clock: ManualClock
) -> None:
    ana = await person()
    await ask(ana, "first@example.com")
    await ask(ana, "second@example.com")
    assert await confirm(service, await mailed_token(service, "first@example.com")) == (410, "link_used")
    clock.advance(timedelta(hours=24))
    assert await confirm(service, await mailed_token(service, "second@example.com")) == (410, "link_expired")


async def test_it_needs_the_password_and_another_address(service: TestService, person: LogIn) -> None:
    ana = await person()
    wrong = await ana.post("/auth/me/email", {"email": NEW_EMAIL, "password": "not-the-password"})
    assert problem(wrong) == (403, "wrong_password")
    same = await ana.post("/auth/me/email", {"email": "ANA@example.com", "password": PASSWORD})
    assert problem(same) == (409, "email_unchanged")
    assert await mailed(service, NEW_EMAIL) == []


async def test_strangers_are_not_flooded(service: TestService, person: LogIn, ask: Ask) -> None:
    ana = await person()
    for number in range(5):
        await ask(ana, f"stranger{number}@example.com")
    answer = await ana.post("/auth/me/email", {"email": NEW_EMAIL, "password": PASSWORD})
    assert problem(answer) == (429, "too_many_requests")
    assert answer.headers["retry-after"] == "3600"


async def test_a_reset_link_to_the_old_address_dies_with_it(service: TestService, person: LogIn, ask: Ask) -> None:
    ana = await person()
    await ask(ana)
    await forget(service, ana.email)
    old = (await mailed(service, ana.email))[-1]["token"]
    assert await confirm(service, await mailed_token(service, NEW_EMAIL)) == (200, NEW_EMAIL)
    assert await reset(service, old) == (410, "link_used")
    await log_in(service, NEW_EMAIL)
