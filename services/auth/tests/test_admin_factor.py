"""Where it is demanded, administrators are such only in sessions in which they have shown a second factor."""

from typing import Any

import pytest

from gigsta_auth.crud import Auth
from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import ServiceStarter, TestService

from .authenticator import PasskeyBrowser
from .conftest import CHEAP, MIGRATIONS, PASSWORD, LogIn, Person, problem, refresh
from .test_second_factor import first_step, second_step, turn_on

OWED = (403, "second_factor_required")


@pytest.fixture
async def service(start_service: ServiceStarter) -> TestService:
    return await start_service(create_app, Settings, MIGRATIONS, keys=None, admin_second_factor=True, **CHEAP)


@pytest.fixture
async def admin(person: LogIn, auth: Auth) -> Person:
    """An operator has made them one, so that they may turn a first factor on."""
    made = await person("admin@example.com")
    await auth.operators.grant_admin(made.email)
    await go_on(made)
    return made


async def go_on(admin: Person) -> None:
    admin.login = (await refresh(admin.service, admin.refresh_token)).raise_for_status().json()


async def test_a_password_alone_makes_nobody_an_administrator(admin: Person, person: LogIn) -> None:
    ana = await person("ana@example.com")
    for answer in (
        await admin.get("/auth/admin/users"),
        await admin.get("/auth/admin/audit"),
        await admin.post(f"/auth/admin/users/{ana.id}/suspend", {"reason": "None."}),
    ):
        assert problem(answer) == OWED
    assert (await admin.get("/auth/me")).status_code == 200, "what everybody may do, they may"
    assert problem(await ana.get("/auth/admin/users")) == (403, "admin_only")


async def test_a_login_with_a_code_does_and_so_does_the_session_after_it(
    service: TestService, admin: Person, clock: ManualClock
) -> None:
    app, _ = await turn_on(admin, clock)
    await go_on(admin)
    assert problem(await admin.get("/auth/admin/users")) == OWED, "none was shown in this session"
    begun = await first_step(service, admin.email)
    admin.login = (await second_step(service, begun["mfa_token"], app.next_code())).raise_for_status().json()
    assert (await admin.get("/auth/admin/users")).status_code == 200
    await go_on(admin)
    assert (await admin.get("/auth/admin/users")).status_code == 200


async def test_so_does_a_passkey(admin: Person, phone: PasskeyBrowser) -> None:
    key = await phone.add(admin)
    admin.login = (await phone.log_in(key)).raise_for_status().json()
    assert (await admin.get("/auth/admin/users")).status_code == 200


async def test_and_so_does_showing_one_later(service: TestService, admin: Person, clock: ManualClock) -> None:
    app, _ = await turn_on(admin, clock)
    assert (await admin.post("/auth/reauthenticate", {"code": app.next_code()})).status_code == 204
    await go_on(admin)
    assert (await admin.get("/auth/admin/users")).status_code == 200


async def test_a_password_shown_once_more_is_still_one_factor(admin: Person) -> None:
    assert (await admin.post("/auth/reauthenticate", {"password": PASSWORD})).status_code == 204
    await go_on(admin)
    assert problem(await admin.get("/auth/admin/users")) == OWED


async def test_the_proof_does_not_outlive_the_factor(
    service: TestService, admin: Person, clock: ManualClock, phone: PasskeyBrowser
) -> None:
    """Of two, the one that stays has to be shown anew."""
    app, _ = await turn_on(admin, clock)
    await admin.post("/auth/reauthenticate", {"code": app.next_code()})
    key = await phone.add(admin)
    await go_on(admin)
    assert (await admin.get("/auth/admin/users")).status_code == 200

    assert (await admin.delete("/auth/me/totp")).status_code == 204
    await go_on(admin)
    assert problem(await admin.get("/auth/admin/users")) == OWED

    admin.login = (await phone.log_in(key)).raise_for_status().json()
    assert (await admin.get("/auth/admin/users")).status_code == 200
    stored = await service.db["users"].find_one({"_id": admin.id}) or {}
    assert (await admin.delete(f"/auth/passkeys/{stored['passkeys'][0]['id']}")).status_code == 204
    await go_on(admin)
    assert problem(await admin.get("/auth/admin/users")) == OWED


async def test_a_proof_without_any_factor_is_none(service: TestService, admin: Person) -> None:
    """However it has come to be noted: shown at the very moment in which the factor went, say."""
    await service.db["sessions"].update_many({}, {"$set": {"second_factor": True}})
    await go_on(admin)
    assert problem(await admin.get("/auth/admin/users")) == OWED


@pytest.mark.parametrize(
    ("environment", "said", "demanded"),
    [("production", None, True), ("production", False, False), ("development", None, False), ("test", True, True)],
)
def test_production_demands_it_unless_it_is_told_otherwise(environment: str, said: bool | None, demanded: bool) -> None:
    given: dict[str, Any] = {"environment": environment, "admin_second_factor": said}
    assert Settings.model_construct(**given).admins_show_two is demanded
