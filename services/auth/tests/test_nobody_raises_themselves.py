"""Whatever an ordinary user sends, to whatever operation, in whatever place: their roles and their standing stay.

`test_onboarding` adds fields to bodies, which are refused. This one puts them everywhere else, and wrong values into
the fields that there are.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from gigsta_common.testing.service import TestService

from .conftest import Json, LogIn, Person
from .test_onboarding import RAISED, VALID

STANDING = (
    "roles", "onboarding_status", "provider_status", "email_verified_at", "suspension", "session_epoch",
    "password_hash", "passkeys", "identities", "email",
)  # fmt: skip
WISHES: list[Any] = [
    "admin", ["admin"], ["user", "admin"], ["user", "provider", "admin"], "approved", "complete", True, None,
    {"$set": {"roles": ["admin"]}}, {"$each": ["admin"]}, {"roles": ["admin"]}, {"$ne": None}, [{"role": "admin"}],
]  # fmt: skip
HEADERS = {
    "X-Roles": "admin", "X-User-Roles": "admin", "X-Role": "admin", "X-Admin": "true", "X-User-Id": "other",
    "X-HTTP-Method-Override": "PUT", "X-Original-URL": "/auth/admin/users", "X-Forwarded-User": "admin",
    "X-Gigsta-Gateway": "guess", "X-Provider-Status": "approved",
}  # fmt: skip
LEAVES = {"DELETE /auth/me", "POST /auth/logout", "POST /auth/logout-all"}
"""The account, or its session, would be gone for the rest."""


def operations(service: TestService) -> Iterator[tuple[str, str, Json]]:
    """Each, with the fields that its body has."""
    document = service.app.openapi()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            named = json.dumps(content).partition('"#/components/schemas/')[2].partition('"')[0]
            yield method.upper(), path, document["components"]["schemas"].get(named, {}).get("properties", {})


async def standing(service: TestService) -> list[Json]:
    """Of everybody."""
    found = await service.db["users"].find().sort("_id", 1).to_list()
    return [{name: user.get(name) for name in STANDING} for user in found]


class Eve:
    def __init__(self, person: Person) -> None:
        self.person = person
        self.service = person.service

    async def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        for name in ("user_id", "session_id", "identity_id", "passkey_id", "booking_id"):
            path = path.replace(f"{{{name}}}", self.person.id)
        path = path.replace("{provider}", "google")
        headers = {**self.person.headers, **more.pop("headers", {})}
        answer = await self.service.http.request(method, path, headers=headers, **more)
        self.service.http.cookies.clear()
        return answer


@pytest.fixture
async def eve(person: LogIn) -> Eve:
    await person("victim@example.com", "admin")
    return Eve(await person("eve@example.com"))


def is_fine(answer: httpx2.Response, path: str) -> bool:
    """No 5xx, and no door of an administrator's opened."""
    return answer.status_code == 403 if "/admin/" in path else answer.status_code < 500 or answer.status_code == 503


async def test_no_wish_in_a_field_is_granted(service: TestService, eve: Eve) -> None:
    before, tried = await standing(service), 0
    for method, path, fields in operations(service):
        valid = VALID.get(f"{method} {path}", {})
        for field in fields:
            for wish in WISHES:
                if f"{method} {path}" in LEAVES or (path, wish) == ("/auth/me/roles", ["user", "provider"]):
                    continue
                answer = await eve.send(method, path, json={**valid, field: wish})
                assert is_fine(answer, path), (method, path, field, wish, answer.text)
                tried += 1
        # The mails that were asked for, and what was guessed, is not what this is about.
        await service.db["throttle"].delete_many({})
        assert await standing(service) == before, (method, path)
    assert tried > 300


@pytest.mark.parametrize("place", ["query", "headers", "form", "text", "twice", "nested", "cookies"])
async def test_no_place_is_overlooked(service: TestService, eve: Eve, place: str) -> None:
    before = await standing(service)
    raised = {name: value if isinstance(value, str) else json.dumps(value) for name, value in RAISED.items()}
    raised["roles"] = "admin"
    for method, path, _ in operations(service):
        if f"{method} {path}" in LEAVES:
            continue
        body = {"full_name": "Eve"} if method == "PATCH" and path == "/auth/me" else {}
        sent: dict[str, dict[str, Any]] = {
            "query": {"params": raised, "json": body},
            "headers": {"headers": HEADERS, "json": body},
            "form": {"data": raised},
            "text": {"content": json.dumps({**body, **RAISED}), "headers": {"Content-Type": "text/plain"}},
            "twice": {
                "content": '{"roles": ["user"], "roles": ["admin"], "roles": ["user", "admin"]}',
                "headers": {"Content-Type": "application/json"},
            },
            "nested": {"json": {"user": RAISED, "data": {"attributes": RAISED}, "__proto__": RAISED, "$set": RAISED}},
            "cookies": {"headers": {"Cookie": "roles=admin; is_admin=1; user_id=other"}, "json": body},
        }
        answer = await eve.send(method, path, **sent[place])
        assert is_fine(answer, path), (method, path, answer.text)
        assert await standing(service) == before, (method, path)


async def test_what_onboarding_grants_is_all_that_it_grants(service: TestService, eve: Eve) -> None:
    """The two operations that do change roles and standing change them as far as that, however they are asked."""
    for order in (["provider", "user"], ["user", "provider"]):
        assert (await eve.send("POST", "/auth/me/roles", json={"roles": order})).status_code == 200
    application = VALID["POST /auth/providers/apply"]
    assert (await eve.send("POST", "/auth/providers/apply", json=application)).status_code == 200
    for _ in range(2):
        for method, path, _fields in operations(service):
            if f"{method} {path}" not in LEAVES:
                await eve.send(method, path, json={**application, "roles": ["user", "provider"]})
    account = await eve.person.account()
    assert (account["roles"], account["provider_status"]) == (["user", "provider"], "pending")
    [admin] = await service.db["users"].find({"roles": "admin"}).to_list()
    assert admin["email"] == "victim@example.com"
