"""What operators do from the command line."""

import pytest

from gigsta_auth.crud import Auth
from gigsta_auth.models.users import Role
from gigsta_common.errors import Conflict, Forbidden, NotFound
from gigsta_common.testing.service import TestService

from .conftest import PASSWORD, LogIn, Person, log_in, register, together


async def test_an_account_made_for_somebody_works_at_once_and_tells(service: TestService, auth: Auth) -> None:
    roles: list[Role] = ["provider"]
    user = await auth.operators.create_verified_user(" Ana@Example.com", "gigsta-demo", "Ana", roles)
    login = await log_in(service, "ana@example.com", "gigsta-demo")
    assert login["user"]["id"] == user["_id"]
    assert (login["user"]["roles"], login["user"]["onboarding_status"]) == (["user", "provider"], "complete")
    await service.settle()
    assert [(event.name, event.sequence) for event in service.published] == [
        ("user.registered", 1),
        ("user.verified", 2),
    ]
    assert user["version"] == 2
    assert {event.data["email"] for event in service.published} == {"ana@example.com"}


async def test_nothing_is_made_twice_or_badly(service: TestService, auth: Auth) -> None:
    await auth.operators.create_verified_user("ana@example.com", PASSWORD)
    with pytest.raises(Conflict) as taken:
        await auth.operators.create_verified_user("ANA@example.com", PASSWORD)
    assert taken.value.code == "email_taken"
    for email, password in (("not an address", PASSWORD), ("bea@example.com", "password123")):
        with pytest.raises(ValueError, match=r"."):
            await auth.operators.create_verified_user(email, password)
    assert await service.db["users"].count_documents({}) == 1


async def test_an_administrator_is_made_of_a_verified_account(service: TestService, auth: Auth) -> None:
    await auth.operators.create_verified_user("ana@example.com", PASSWORD)
    await auth.operators.grant_admin("Ana@example.com")
    user = await auth.operators.grant_admin("ana@example.com")
    assert user["roles"] == ["user", "admin"]
    ana = Person(service, "ana@example.com", await log_in(service, "ana@example.com"))
    assert (await ana.get("/auth/admin/users")).status_code == 200


async def test_what_operators_do_is_in_the_audit(service: TestService, auth: Auth, person: LogIn) -> None:
    ada, ana = await person("ada@example.com"), await person("ana@example.com", "provider")
    await ana.apply()
    await auth.operators.grant_admin(ada.email)
    await auth.operators.grant_admin(ada.email)
    await auth.providers.approve(ana.id)
    ada.login = await log_in(service, ada.email)
    actions = (await ada.get("/auth/admin/audit")).json()["items"]
    assert [(action["kind"], action["admin_id"]) for action in actions] == [
        ("provider_approved", "operator"),
        ("second_factor_permitted", "operator"),
        ("second_factor_permitted", "operator"),
        ("admin_granted", "operator"),
    ]


async def test_nobody_who_is_suspended_is_made_an_administrator(
    service: TestService, auth: Auth, person: LogIn
) -> None:
    ana, admin = await person(), await person("admin@example.com", "admin")
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", {"reason": "No."})
    with pytest.raises(Forbidden):
        await auth.operators.grant_admin(ana.email)
    assert (await auth.accounts.get(ana.id))["roles"] == ["user"]


async def test_an_operator_opens_a_suspended_account_again(service: TestService, auth: Auth, person: LogIn) -> None:
    ada, bad = await person("ada@example.com", "admin"), await person("bad@example.com", "admin")
    await bad.post(f"/auth/admin/users/{ada.id}/suspend", {"reason": "No."})
    await auth.operators.reinstate("Ada@example.com", "By mistake.")
    ada.login = await log_in(service, ada.email)
    actions = (await ada.get("/auth/admin/audit")).json()["items"]
    assert [(action["kind"], action["admin_id"]) for action in actions] == [
        ("reinstated", "operator"),
        ("suspended", bad.id),
    ]
    await service.settle()
    assert service.published[-1].data["reason"] == "By mistake."
    with pytest.raises(Conflict) as refused:
        await auth.operators.reinstate(ada.email, "Again.")
    assert refused.value.code == "not_suspended"
    with pytest.raises(NotFound):
        await auth.operators.reinstate("nobody@example.com", "Who?")


async def test_nobody_else_is_made_an_administrator(service: TestService, auth: Auth) -> None:
    with pytest.raises(NotFound):
        await auth.operators.grant_admin("nobody@example.com")
    await register(service, "new@example.com")
    with pytest.raises(Conflict) as refused:
        await auth.operators.grant_admin("new@example.com")
    assert refused.value.code == "email_not_verified"


async def test_an_applicant_can_be_approved_without_http(service: TestService, auth: Auth) -> None:
    """As the demo data are made."""
    user = await auth.operators.create_verified_user("ana@example.com", PASSWORD, "Ana", ["provider"])
    await auth.providers.apply(user["_id"], trading_name="Ana's", phone_number="021 555 0100", address="1 Queen St")
    assert (await auth.providers.approve(user["_id"]))["provider_status"] == "approved"
    await service.settle()
    assert service.published_names() == ["user.registered", "user.verified", "provider.applied", "provider.approved"]
    assert [event.sequence for event in service.published] == [1, 2, 3, 4]


async def test_registering_and_making_at_once_give_one_account(service: TestService, auth: Auth) -> None:
    async def make() -> None:
        try:
            await auth.operators.create_verified_user("ana@example.com", PASSWORD)
        except Conflict:
            return

    answers = await together(*(register(service, "ana@example.com") for _ in range(3)))
    await make()
    assert {answer.status_code for answer in answers} == {202}
    assert await service.db["users"].count_documents({}) == 1
