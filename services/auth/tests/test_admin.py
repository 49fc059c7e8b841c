"""What administrators see, and how they decide on applications."""

from datetime import datetime, timedelta

import pytest

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.testing.service import TestService

from .conftest import APPLICATION, PASSWORD, Json, LogIn, Person, problem, together


@pytest.fixture
async def admin(person: LogIn) -> Person:
    return await person("admin@example.com", "admin", full_name="Ada")


@pytest.fixture
async def applicant(person: LogIn) -> Person:
    ana = await person("ana@example.com", "provider")
    await ana.apply()
    return ana


async def test_approving_lets_in_and_tells(
    service: TestService, admin: Person, applicant: Person, clock: ManualClock
) -> None:
    answer = await admin.post(f"/auth/admin/providers/{applicant.id}/approve")
    assert answer.status_code == 200
    assert answer.json()["provider_status"] == "approved"
    assert (await applicant.account())["provider_status"] == "approved"
    await service.settle()
    told = service.published[-1]
    user = await service.db["users"].find_one({"_id": applicant.id}) or {}
    assert (told.name, told.subject, told.sequence) == ("provider.approved", applicant.id, user["version"])
    assert told.data == {"provider_id": applicant.id, **APPLICATION, "approved_at": told.data["approved_at"]}
    assert datetime.fromisoformat(told.data["approved_at"]) == clock.now()


async def test_what_the_applicant_wrote_is_the_accounts_where_it_had_nothing(
    admin: Person, applicant: Person, person: LogIn
) -> None:
    bea = await person("bea@example.com")
    await bea.patch("/auth/me", {"phone_number": "021 555 0199"})
    await bea.apply()
    for who in (applicant, bea):
        assert (await who.account())["address"] is None, "not before somebody has looked at it"
        await admin.post(f"/auth/admin/providers/{who.id}/approve")
    account = await applicant.account()
    assert (account["phone_number"], account["address"]) == (APPLICATION["phone_number"], APPLICATION["address"])
    account = await bea.account()
    assert (account["phone_number"], account["address"]) == ("021 555 0199", APPLICATION["address"])


async def test_rejecting_says_why_and_allows_another_application(
    service: TestService, admin: Person, applicant: Person
) -> None:
    answer = await admin.post(f"/auth/admin/providers/{applicant.id}/reject", {"reason": " No such street. "})
    assert answer.status_code == 200
    account = await applicant.account()
    assert (account["provider_status"], account["provider_rejection_reason"]) == ("rejected", "No such street.")
    await service.settle()
    told = service.published[-1]
    assert (told.name, told.subject) == ("provider.rejected", applicant.id)
    assert {k: v for k, v in told.data.items() if k != "rejected_at"} == {
        "provider_id": applicant.id,
        "trading_name": "Ana's Gardens",
        "reason": "No such street.",
    }
    better = {**APPLICATION, "address": "2 Queen St"}
    again = await applicant.post("/auth/providers/apply", better)
    assert (again.json()["provider_status"], again.json()["provider_rejection_reason"]) == ("pending", None)
    await admin.post(f"/auth/admin/providers/{applicant.id}/approve")
    await service.settle()
    assert service.published[-1].data["address"] == "2 Queen St"
    assert [event.sequence for event in service.published if event.subject == applicant.id] == sorted(
        event.sequence for event in service.published if event.subject == applicant.id
    )


async def test_only_what_is_pending_can_be_decided(service: TestService, admin: Person, applicant: Person) -> None:
    approve, reject = (f"/auth/admin/providers/{applicant.id}/{decision}" for decision in ("approve", "reject"))
    assert (await admin.post(approve)).status_code == 200
    for answer in (await admin.post(approve), await admin.post(reject, {"reason": "Too late"})):
        assert problem(answer) == (409, "application_not_pending")
        assert answer.json()["provider_status"] == "approved"
        assert "approved" in answer.json()["detail"]
    assert problem(await applicant.post("/auth/providers/apply", APPLICATION)) == (409, "already_approved")


async def test_a_decision_is_of_the_application_that_was_read(
    admin: Person, applicant: Person, clock: ManualClock
) -> None:
    """In between it is rejected, and another one comes in its place."""
    path = f"/auth/admin/providers/{applicant.id}"
    read = (await admin.get(f"/auth/admin/users/{applicant.id}")).json()["application"]
    (await admin.post(f"{path}/reject", {"reason": "No.", "applied_at": read["applied_at"]})).raise_for_status()
    clock.advance(timedelta(seconds=1))
    await applicant.post("/auth/providers/apply", {**APPLICATION, "trading_name": "Something Else"})
    for answer in (
        await admin.post(f"{path}/approve", {"applied_at": read["applied_at"]}),
        await admin.post(f"{path}/reject", {"reason": "No.", "applied_at": read["applied_at"]}),
    ):
        assert problem(answer) == (409, "application_changed")
    assert (await applicant.account())["provider_status"] == "pending"
    read = (await admin.get(f"/auth/admin/users/{applicant.id}")).json()["application"]
    answer = await admin.post(f"{path}/approve", {"applied_at": read["applied_at"]})
    assert answer.json()["provider_status"] == "approved"
    assert answer.json()["application"]["trading_name"] == "Something Else"


async def test_nobody_is_approved_who_did_not_apply(admin: Person, person: LogIn) -> None:
    bea = await person("bea@example.com", "provider")
    for decision, body in (("approve", None), ("reject", {"reason": "No"})):
        answer = await admin.post(f"/auth/admin/providers/{bea.id}/{decision}", body)
        assert problem(answer) == (409, "application_not_pending")
    assert (await bea.account())["provider_status"] == "not_applied"


async def test_of_many_decisions_at_once_one_counts(service: TestService, admin: Person, applicant: Person) -> None:
    path = f"/auth/admin/providers/{applicant.id}"
    approvals = [admin.post(f"{path}/approve") for _ in range(5)]
    rejections = [admin.post(f"{path}/reject", {"reason": "No"}) for _ in range(5)]
    answers = await together(*(call for pair in zip(approvals, rejections, strict=True) for call in pair))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    decided = next(answer.json()["provider_status"] for answer in answers if answer.status_code == 200)
    assert (await applicant.account())["provider_status"] == decided
    await service.settle()
    decisions = {"provider.approved", "provider.rejected"}
    assert [name for name in service.published_names() if name in decisions] == [f"provider.{decided}"]


async def test_an_account_that_is_not_there_is_a_404(admin: Person) -> None:
    assert problem(await admin.post("/auth/admin/providers/nobody/approve")) == (404, "not_found")
    assert problem(await admin.post("/auth/admin/providers/nobody/reject", {"reason": "No"})) == (404, "not_found")


@pytest.mark.parametrize(
    "body", [None, {}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"reason": "No", "a": 1}]
)
async def test_rejecting_needs_a_reason(admin: Person, applicant: Person, body: Json | None) -> None:
    answer = await admin.post(f"/auth/admin/providers/{applicant.id}/reject", body)
    assert problem(answer) == (422, "validation_failed")
    assert (await applicant.account())["provider_status"] == "pending"


async def test_nobody_else_may(service: TestService, applicant: Person) -> None:
    calls = [
        ("GET", "/auth/admin/users"),
        ("POST", f"/auth/admin/providers/{applicant.id}/approve"),
        ("POST", f"/auth/admin/providers/{applicant.id}/reject"),
    ]
    for method, path in calls:
        body = {"reason": "No"} if path.endswith("reject") else None
        mine = await service.http.request(method, path, headers=applicant.headers, json=body)
        assert problem(mine) == (403, "admin_only")
        assert problem(await service.http.request(method, path, json=body)) == (401, "not_authenticated")
    assert (await applicant.account())["provider_status"] == "pending"


async def test_the_list_shows_applications_and_no_secrets(admin: Person, applicant: Person) -> None:
    items = (await admin.get("/auth/admin/users")).json()["items"]
    assert [item["email"] for item in items] == ["ana@example.com", "admin@example.com"]
    ana, ada = items
    assert ana == {**await applicant.account(), "application": ana["application"], "suspension": None}
    assert {k: v for k, v in ana["application"].items() if k != "applied_at"} == APPLICATION
    assert ada["application"] is None


async def test_the_list_can_be_narrowed_and_comes_in_pages(admin: Person, auth: Auth) -> None:
    for number in range(5):
        user = await auth.operators.create_verified_user(f"p{number}@example.com", PASSWORD, None, ["provider"])
        if number != 2:
            await auth.providers.apply(user["_id"], **APPLICATION)

    async def emails(**params: str | int) -> list[str]:
        answer = await admin.get("/auth/admin/users", **params)
        return [item["email"].partition("@")[0] for item in answer.raise_for_status().json()["items"]]

    assert await emails(provider_status="pending") == ["p4", "p3", "p1", "p0"]
    assert await emails(provider_status="not_applied") == ["p2", "admin"]
    assert await emails(q="P") == ["p4", "p3", "p2", "p1", "p0"]
    assert await emails(q="p2@") == ["p2"]
    assert await emails(q="b", provider_status="pending") == []
    for pattern in (".*", "^p", "$", "%", "p.", "2@example"):
        assert await emails(q=pattern) == []
    assert await emails(provider_status="pending", q="a") == ["p4", "p3", "p1", "p0"], "by the trading name"
    first = (await admin.get("/auth/admin/users", provider_status="pending", limit=3)).json()
    rest = await emails(provider_status="pending", limit=3, cursor=first["next_cursor"])
    assert len(first["items"]) == 3
    assert rest == ["p0"]


async def test_one_field_finds_names_and_addresses(admin: Person, person: LogIn) -> None:
    gus = await person("gus6@example.org", full_name="Gus Guest")
    found = {
        text: [item["id"] for item in (await admin.get("/auth/admin/users", q=text)).json()["items"]]
        for text in ("gus6", "GUS6@EXAMPLE.ORG", " gue", "guest gu", "us", "gus6 guest", "gus bea", "$ne", "example")
    }
    assert found.pop("us") == found.pop("gus6 guest") == found.pop("gus bea") == []
    assert found.pop("$ne") == found.pop("example") == []
    assert found == {text: [gus.id] for text in found}


async def test_who_has_waited_the_longest_comes_first(admin: Person, person: LogIn, clock: ManualClock) -> None:
    people = [await person(f"w{number}@example.com", "provider") for number in range(4)]
    for applicant in (people[2], people[0], people[3]):
        await applicant.apply()
        clock.advance(timedelta(minutes=1))
    asked = {"provider_status": "pending", "sort": "longest_waiting", "limit": 2}
    first = (await admin.get("/auth/admin/users", **asked)).raise_for_status().json()
    rest = (await admin.get("/auth/admin/users", **asked, cursor=first["next_cursor"])).raise_for_status().json()
    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert ids == [people[2].id, people[0].id, people[3].id]
    assert rest["next_cursor"] is None
    newest = (await admin.get("/auth/admin/users", limit=1)).json()["next_cursor"]
    assert problem(await admin.get("/auth/admin/users", **asked, cursor=newest)) == (422, "validation_failed")


async def test_a_provider_is_found_by_either_name(admin: Person, applicant: Person) -> None:
    for words, found in (("gard", True), ("ana's ana", True), ("ANA", True), ("gardens bea", False)):
        items = (await admin.get("/auth/admin/users", name=words)).json()["items"]
        assert [item["id"] for item in items] == [applicant.id] * found, words
    await applicant.patch("/auth/me", {"full_name": "Bea"})
    assert len((await admin.get("/auth/admin/users", name="gardens bea")).json()["items"]) == 1


@pytest.mark.parametrize("params", [{"provider_status": "any"}, {"cursor": "x"}, {"limit": 101}, {"q": "x" * 255}])
async def test_another_query_is_a_422(admin: Person, params: Json) -> None:
    assert problem(await admin.get("/auth/admin/users", **params)) == (422, "validation_failed")
