"""What administrators find, and barring accounts."""

import pytest

from gigsta_auth.crud import Auth
from gigsta_common.errors import Forbidden
from gigsta_common.testing.service import TestService

from .authenticator import PasskeyBrowser
from .conftest import (
    APPLICATION,
    PASSWORD,
    Json,
    LogIn,
    Person,
    log_in,
    mailed_token,
    problem,
    refresh,
    register,
    together,
)

WHY = {"reason": "Three complaints."}


@pytest.fixture
async def admin(person: LogIn) -> Person:
    return await person("admin@example.com", "admin", full_name="Ada Admin")


async def try_to_log_in(service: TestService, email: str, password: str = PASSWORD) -> tuple[int, str]:
    return problem(await service.http.post("/auth/login", json={"email": email, "password": password}))


async def test_a_suspended_account_is_closed_to_its_owner_at_once(
    service: TestService, admin: Person, person: LogIn
) -> None:
    ana = await person()
    answer = await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    assert answer.status_code == 200
    suspension = answer.json()["suspension"]
    assert (suspension["reason"], suspension["admin_id"]) == ("Three complaints.", admin.id)
    assert problem(await refresh(service, ana.refresh_token)) == (401, "refresh_token_invalid")
    assert await try_to_log_in(service, ana.email) == (403, "account_suspended")
    assert await try_to_log_in(service, ana.email, "not-the-password") == (401, "invalid_credentials")
    assert await service.db["sessions"].count_documents({"user_id": ana.id}) == 0
    await service.settle()
    (told,) = [event for event in service.published if event.name == "user.suspended"]
    assert (told.subject, told.data["reason"]) == (ana.id, "Three complaints.")


async def test_reinstating_opens_it_again(service: TestService, admin: Person, person: LogIn) -> None:
    ana = await person()
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    answer = await admin.post(f"/auth/admin/users/{ana.id}/reinstate", {"reason": "Cleared up."})
    assert answer.json()["suspension"] is None
    ana.login = await log_in(service, ana.email)
    await service.settle()
    assert [n for n in service.published_names() if n in ("user.suspended", "user.reinstated")] == [
        "user.suspended",
        "user.reinstated",
    ]
    trail = (await ana.get("/auth/me/security-events")).json()["items"]
    assert [event["kind"] for event in trail[:3]] == ["login", "reinstated", "suspended"]
    assert trail[2]["by_administrator"]
    assert trail[2]["details"] == WHY
    actions = (await admin.get("/auth/admin/audit")).json()["items"]
    assert [action["kind"] for action in actions] == ["reinstated", "suspended"]


async def test_a_login_that_was_under_way_does_not_outlive_the_suspension(
    service: TestService, admin: Person, person: LogIn, auth: Auth
) -> None:
    ana = await person()
    as_read = await auth.accounts.get(ana.id)
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    late = await auth.logins.open(as_read, "password")
    assert problem(await refresh(service, late.refresh_token.text)) == (401, "refresh_token_invalid")


async def test_a_new_password_does_not_open_it(service: TestService, admin: Person, person: LogIn, auth: Auth) -> None:
    ana = await person()
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    await service.http.post("/auth/forgot-password", json={"email": ana.email})
    await auth.recovery.answer_all()
    token = await mailed_token(service, ana.email)
    answer = await service.http.post("/auth/reset-password", json={"token": token, "password": "another-good-one"})
    assert answer.status_code == 204
    assert await try_to_log_in(service, ana.email, "another-good-one") == (403, "account_suspended")


async def test_an_access_token_that_outlives_it_changes_nothing_that_counts(
    service: TestService, admin: Person, person: LogIn
) -> None:
    """Closing the account in its last minutes would be the way to a clean one."""
    ana = await person()
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    new = {"current_password": PASSWORD, "new_password": "another-good-one"}
    body = {"password": PASSWORD}
    for answer in (
        await ana.post("/auth/me/password", new),
        await ana.post("/auth/me/email", {"email": "ana.new@example.com", **body}),
        await service.http.request("DELETE", "/auth/me", headers=ana.headers, json=body),
    ):
        assert problem(answer) == (403, "account_suspended")
    assert (await admin.get(f"/auth/admin/users/{ana.id}")).json()["suspension"]["reason"] == "Three complaints."


async def test_nor_anything_else_of_the_account(
    service: TestService, admin: Person, person: LogIn, phone: PasskeyBrowser
) -> None:
    ana = await person()
    await phone.add(ana)
    [passkey] = (await ana.get("/auth/passkeys")).json()["items"]
    await ana.post("/auth/me/roles", {"roles": ["user", "provider"]})
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    await service.settle()
    before = await service.db["users"].find_one({"_id": ana.id})
    for answer in (
        await ana.patch("/auth/me", {"full_name": "Somebody Else"}),
        await ana.post("/auth/me/roles", {"roles": ["user"]}),
        await ana.post("/auth/providers/apply", APPLICATION),
        await ana.patch(f"/auth/passkeys/{passkey['id']}", {"name": "Other"}),
    ):
        assert problem(answer) == (403, "account_suspended")
    assert await service.db["users"].find_one({"_id": ana.id}) == before
    assert (await ana.get("/auth/me/export")).status_code == 200, "what is theirs they may read"


async def test_a_suspended_administrator_is_none_at_once_and_does_not_reinstate_themselves(
    admin: Person, person: LogIn
) -> None:
    bad, ana = await person("bad@example.com", "admin"), await person("ana@example.com", "provider")
    await ana.apply()
    await admin.post(f"/auth/admin/users/{bad.id}/suspend", WHY)
    for answer in (
        await bad.post(f"/auth/admin/users/{bad.id}/reinstate", WHY),
        await bad.post(f"/auth/admin/users/{admin.id}/suspend", WHY),
        await bad.post(f"/auth/admin/providers/{ana.id}/approve"),
        await bad.post(f"/auth/admin/providers/{ana.id}/reject", WHY),
        await bad.get("/auth/admin/users"),
        await bad.get(f"/auth/admin/users/{ana.id}"),
        await bad.get("/auth/admin/audit"),
    ):
        assert problem(answer) == (403, "account_suspended")
    actions = (await admin.get("/auth/admin/audit")).json()["items"]
    assert [action["kind"] for action in actions] == ["suspended"]


async def test_nor_is_one_who_has_gone_or_is_none_any_more(service: TestService, admin: Person, person: LogIn) -> None:
    gone, demoted = await person("gone@example.com", "admin"), await person("demoted@example.com", "admin")
    body = {"password": PASSWORD}
    closed = await service.http.request("DELETE", "/auth/me", headers=gone.headers, json=body)
    assert closed.status_code == 204
    await service.db["users"].update_one({"_id": demoted.id}, {"$set": {"roles": ["user"]}})
    assert problem(await gone.get("/auth/admin/users")) == (403, "account_closed")
    assert problem(await demoted.get("/auth/admin/users")) == (403, "admin_only")
    assert problem(await gone.patch("/auth/me", {"full_name": "Back"})) == (404, "not_found")


async def test_what_makes_no_sense_is_refused(admin: Person, person: LogIn) -> None:
    ana = await person()
    suspend, reinstate = (f"/auth/admin/users/{ana.id}/{verb}" for verb in ("suspend", "reinstate"))
    assert problem(await admin.post(reinstate, WHY)) == (409, "not_suspended")
    assert (await admin.post(suspend, WHY)).status_code == 200
    assert problem(await admin.post(suspend, WHY)) == (409, "already_suspended")
    assert problem(await admin.post(f"/auth/admin/users/{admin.id}/suspend", WHY)) == (409, "own_account")
    assert problem(await admin.post("/auth/admin/users/nobody/suspend", WHY)) == (404, "not_found")
    for body in (None, {}, {"reason": " "}, {**WHY, "until": "tomorrow"}):
        assert problem(await admin.post(suspend, body)) == (422, "validation_failed")


async def test_of_many_suspensions_at_once_one_counts(service: TestService, admin: Person, person: LogIn) -> None:
    ana = await person()
    answers = await together(*(admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    await service.settle()
    assert service.published_names().count("user.suspended") == 1


async def test_nobody_else_may(service: TestService, admin: Person, person: LogIn) -> None:
    ana, bea = await person("ana@example.com", "provider"), await person("bea@example.com")
    calls = [
        ("GET", f"/auth/admin/users/{bea.id}"),
        ("POST", f"/auth/admin/users/{bea.id}/suspend"),
        ("POST", f"/auth/admin/users/{bea.id}/reinstate"),
        ("GET", "/auth/admin/audit"),
    ]
    for method, path in calls:
        body = WHY if method == "POST" else None
        mine = await service.http.request(method, path, headers=ana.headers, json=body)
        assert problem(mine) == (403, "admin_only")
        assert problem(await service.http.request(method, path, json=body)) == (401, "not_authenticated")


async def test_accounts_are_found_by_address_name_and_status(
    service: TestService, admin: Person, person: LogIn
) -> None:
    people = [await person(f"p{n}@example.com", full_name=name) for n, name in enumerate(("Ana María Ngata", "Bea Ng"))]
    await register(service, "waiting@example.com", full_name="Ana Waiting")
    await admin.post(f"/auth/admin/users/{people[1].id}/suspend", WHY)

    async def found(**params: str) -> list[str]:
        answer = await admin.get("/auth/admin/users", **params)
        return [item["email"].partition("@")[0] for item in answer.raise_for_status().json()["items"]]

    assert await found(name="ana") == ["waiting", "p0"]
    assert await found(name="NG") == ["p1", "p0"]
    assert await found(name="ng maría") == ["p0"]
    assert await found(name="gata") == []
    assert await found(name=".* $ne") == []
    assert await found(name="ana", status="unverified") == ["waiting"]
    assert await found(status="suspended") == ["p1"]
    assert await found(status="active") == ["p0", "admin"]
    assert await found(q="p", name="ana") == ["p0"]
    await people[0].patch("/auth/me", {"full_name": "Zoë"})
    assert await found(name="zoë") == ["p0"]
    assert await found(name="ngata") == []
    assert problem(await admin.get("/auth/admin/users", status="any")) == (422, "validation_failed")


async def test_a_suspended_applicant_is_not_approved(admin: Person, person: LogIn) -> None:
    ana = await person()
    await ana.apply()
    await admin.post(f"/auth/admin/users/{ana.id}/suspend", WHY)
    approve = f"/auth/admin/providers/{ana.id}/approve"
    assert problem(await admin.post(approve)) == (409, "applicant_suspended")
    await admin.post(f"/auth/admin/users/{ana.id}/reinstate", WHY)
    assert (await admin.post(approve)).status_code == 200


async def test_one_account_is_shown_without_secrets(admin: Person, person: LogIn) -> None:
    ana = await person()
    answer = await admin.get(f"/auth/admin/users/{ana.id}")
    shown: Json = answer.raise_for_status().json()
    assert shown == {**await ana.account(), "application": None, "suspension": None}
    assert problem(await admin.get("/auth/admin/users/nobody")) == (404, "not_found")


async def test_of_administrators_who_suspend_each_other_at_once_one_stays(
    service: TestService, admin: Person, person: LogIn
) -> None:
    """Each is an administrator when asked: what counts is who still is one when it is saved."""
    bob, cyn = await person("bob@example.com", "admin"), await person("cyn@example.com", "admin")
    ring = [(admin, bob), (bob, cyn), (cyn, admin)]
    answers = await together(
        *(who.post(f"/auth/admin/users/{whom.id}/suspend", WHY) for who, whom in (*ring, *((b, a) for a, b in ring)))
    )
    left = await service.db["users"].find({"roles": "admin", "suspension.at": {"$exists": False}}).to_list()
    assert len(left) == 1
    assert sorted(answer.status_code for answer in answers)[:2] == [200, 200]
    assert {problem(answer) for answer in answers if answer.status_code != 200} <= {
        (403, "account_suspended"),
        (409, "already_suspended"),
    }


async def test_who_is_suspended_between_question_and_answer_decides_nothing(
    admin: Person, person: LogIn, auth: Auth
) -> None:
    bad, ana, bea = (
        await person("bad@example.com", "admin"),
        await person(),
        await person("bea@example.com", "provider"),
    )
    await bea.apply()
    await admin.post(f"/auth/admin/users/{bad.id}/suspend", WHY)
    for decision in (
        auth.administration.suspend(ana.id, "No.", bad.id),
        auth.administration.reinstate(bad.id, "I want to.", bad.id),
        auth.providers.approve(bea.id, admin_id=bad.id),
        auth.providers.reject(bea.id, "No.", admin_id=bad.id),
        auth.administration.suspend(ana.id, "No.", "an account that is closed"),
    ):
        with pytest.raises(Forbidden):
            await decision
    assert (await ana.account())["id"] == ana.id
    assert (await bea.account())["provider_status"] == "pending"
