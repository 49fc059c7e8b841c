"""Where administrators show two factors, a password alone neither makes them a second one nor takes theirs away."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from gigsta_auth.crud import Auth
from gigsta_auth.models.admin_factors import in_words
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .authenticator import PasskeyBrowser, make
from .conftest import PASSWORD, Json, LogIn, Person, log_in, problem, together
from .test_admin_factor import OWED, go_on
from .test_admin_factor import service as service  # noqa: PLC0414 -- the same: administrators show two
from .test_recent_login import wait
from .test_second_factor import App, first_step, second_step, turn_on, with_body


@pytest.fixture
async def admin(person: LogIn) -> Person:
    """Logged in by the password alone, and permitted nothing. A thief of the password is where they are."""
    return await person("admin@example.com", "admin")


async def permit(auth: Auth, admin: Person) -> None:
    await auth.operators.grant_admin(admin.email)


async def add_passkey(phone: PasskeyBrowser, admin: Person, credential: Json) -> httpx2.Response:
    return await phone.send("POST", "/passkeys", {"credential": credential}, admin)


async def factors_of(auth: Auth, admin: Person) -> str | None:
    return in_words(await auth.accounts.get(admin.id))


async def test_a_password_makes_no_second_factor(
    admin: Person, auth: Auth, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    assert problem(await admin.post("/auth/me/totp")) == OWED
    refused = await phone.send("POST", "/passkeys/creation-options", person=admin)
    assert problem(refused) == OWED
    assert "gigsta users grant-admin" in refused.json()["detail"]
    assert await factors_of(auth, admin) is None


async def test_nor_does_what_was_begun_before_the_account_was_an_administrators(
    service: TestService, person: LogIn, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    """A secret that waits for its code, and a device that was asked."""
    ana = await person()
    app = App((await ana.post("/auth/me/totp")).json()["secret"], clock)
    _, credential = make(await phone.creation_options(ana))
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"roles": ["user", "admin"]}})
    assert problem(await ana.post("/auth/me/totp/confirm", {"code": app.code()})) == OWED
    assert problem(await add_passkey(phone, ana, credential)) == OWED
    await service.db["users"].update_one({"_id": ana.id}, {"$set": {"roles": ["user"]}})
    assert (await add_passkey(phone, ana, credential)).status_code == 201, "the refusal has not used the challenge up"


async def test_everybody_else_turns_one_on_as_ever(person: LogIn, phone: PasskeyBrowser, clock: ManualClock) -> None:
    ana, bea = await person(), await person("bea@example.com")
    await turn_on(ana, clock)
    await phone.add(bea)
    [passkey] = (await bea.get("/auth/passkeys")).json()["items"]
    assert (await bea.delete(f"/auth/passkeys/{passkey['id']}")).status_code == 204


async def test_an_operator_permits_one_and_it_ends_that(
    admin: Person, auth: Auth, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    await permit(auth, admin)
    await wait(admin, clock, minutes=24 * 60 - 5)
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    _, credential = make(await phone.creation_options(admin))
    app, _ = await turn_on(admin, clock)
    assert problem(await add_passkey(phone, admin, credential)) == OWED
    assert await factors_of(auth, admin) == "an authenticator app"

    assert (await admin.post("/auth/reauthenticate", {"code": app.next_code()})).status_code == 204
    assert (await add_passkey(phone, admin, credential)).status_code == 201, "now a factor was shown"


async def test_the_permission_is_for_a_day(admin: Person, auth: Auth, clock: ManualClock) -> None:
    await permit(auth, admin)
    await wait(admin, clock, minutes=24 * 60)
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    assert problem(await admin.post("/auth/me/totp")) == OWED


async def test_of_two_who_use_it_at_once_one_does(
    service: TestService, admin: Person, auth: Auth, phone: PasskeyBrowser, clock: ManualClock
) -> None:
    await permit(auth, admin)
    other = PasskeyBrowser(service)
    _, first = make(await phone.creation_options(admin))
    _, second = make(await other.creation_options(admin))
    answers = await together(add_passkey(phone, admin, first), add_passkey(other, admin, second))
    assert sorted(answer.status_code for answer in answers) == [201, 403]


async def test_who_had_a_factor_when_they_became_an_administrator_adds_others_by_it(
    service: TestService, person: LogIn, auth: Auth, phone: PasskeyBrowser
) -> None:
    ana = await person()
    key = await phone.add(ana)
    await permit(auth, ana)
    await go_on(ana)
    assert problem(await ana.post("/auth/me/totp")) == OWED
    ana.login = (await phone.log_in(key)).raise_for_status().json()
    assert (await ana.post("/auth/me/totp")).status_code == 200


async def test_a_passkey_alone_does_not_let_a_password_make_a_factor_beside_it(
    service: TestService, admin: Person, auth: Auth, phone: PasskeyBrowser
) -> None:
    """Where the account has a passkey and no app, a password still logs in."""
    await permit(auth, admin)
    await phone.add(admin)
    thief = Person(service, admin.email, await log_in(service, admin.email))
    assert problem(await thief.post("/auth/me/totp")) == OWED
    assert problem(await phone.send("POST", "/passkeys/creation-options", person=thief)) == OWED


async def test_a_lost_passkey_is_replaced_once_an_operator_permits_it(
    service: TestService, admin: Person, auth: Auth, phone: PasskeyBrowser
) -> None:
    await permit(auth, admin)
    await phone.add(admin, "Lost")
    admin.login = await log_in(service, admin.email)
    await permit(auth, admin)
    key = await phone.add(admin, "New")
    assert await factors_of(auth, admin) == "the passkey 'Lost', the passkey 'New'"
    admin.login = (await phone.log_in(key)).raise_for_status().json()
    lost = (await admin.get("/auth/passkeys")).json()["items"][0]
    assert (await admin.delete(f"/auth/passkeys/{lost['id']}")).status_code == 204


TAKE_AWAY: dict[str, Callable[[Person], Awaitable[httpx2.Response]]] = {
    "turn totp off": lambda admin: with_body(admin, "DELETE", "/auth/me/totp", {"password": PASSWORD}),
    "recovery codes": lambda admin: admin.post("/auth/me/recovery-codes", {"password": PASSWORD}),
}


@pytest.mark.parametrize("name", TAKE_AWAY)
async def test_a_password_takes_none_away_and_makes_no_recovery_codes(
    admin: Person, auth: Auth, clock: ManualClock, name: str
) -> None:
    """In the session that has turned it on, in which none was shown."""
    await permit(auth, admin)
    app, _ = await turn_on(admin, clock)
    assert problem(await TAKE_AWAY[name](admin)) == OWED
    assert (await admin.post("/auth/reauthenticate", {"code": app.next_code()})).status_code == 204
    assert (await TAKE_AWAY[name](admin)).is_success


async def test_a_password_takes_no_passkey_away(
    service: TestService, admin: Person, auth: Auth, phone: PasskeyBrowser
) -> None:
    await permit(auth, admin)
    await phone.add(admin)
    [passkey] = (await admin.get("/auth/passkeys")).json()["items"]
    assert problem(await admin.delete(f"/auth/passkeys/{passkey['id']}")) == OWED
    assert await factors_of(auth, admin) == "the passkey 'Phone'"


async def test_who_takes_their_own_off_has_ten_minutes_to_add_another(
    admin: Person, auth: Auth, clock: ManualClock
) -> None:
    await permit(auth, admin)
    app, _ = await turn_on(admin, clock)
    body = {"code": app.next_code()}
    assert (await with_body(admin, "DELETE", "/auth/me/totp", body)).status_code == 204, "a code shows it as well"
    await wait(admin, clock, minutes=9.9)
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    assert (await admin.post("/auth/me/totp")).status_code == 200
    await wait(admin, clock, minutes=0.1)
    assert problem(await admin.post("/auth/me/totp")) == OWED


async def test_another_session_has_not(service: TestService, admin: Person, auth: Auth, clock: ManualClock) -> None:
    """Of whoever has the password, and has waited for this."""
    await permit(auth, admin)
    app, _ = await turn_on(admin, clock)
    assert (await with_body(admin, "DELETE", "/auth/me/totp", {"code": app.next_code()})).status_code == 204
    thief = Person(service, admin.email, await log_in(service, admin.email))
    assert problem(await thief.post("/auth/me/totp")) == OWED


async def test_a_lost_app_is_exchanged_by_a_recovery_code(
    service: TestService, admin: Person, auth: Auth, clock: ManualClock
) -> None:
    await permit(auth, admin)
    _, recovery = await turn_on(admin, clock)
    begun = await first_step(service, admin.email)
    admin.login = (await second_step(service, begun["mfa_token"], recovery[0])).raise_for_status().json()
    assert (await admin.get("/auth/admin/users")).status_code == 200
    assert (await admin.delete("/auth/me/totp")).status_code == 204
    app, _ = await turn_on(admin, clock)
    assert (await admin.post("/auth/reauthenticate", {"code": app.next_code()})).status_code == 204
    await go_on(admin)
    assert (await admin.get("/auth/admin/users")).status_code == 200
