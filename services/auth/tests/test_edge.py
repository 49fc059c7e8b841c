"""What is sent by mistake or in malice: a 4xx with a problem document, never a 5xx. And what auth says of itself."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from fastapi import FastAPI

from gigsta_auth.main import create_app
from gigsta_auth.settings import Settings
from gigsta_common.testing.service import TestService

from .conftest import CHEAP, LogIn, mailed_token, problem, register

POSTS = [
    "/auth/register", "/auth/verify-email", "/auth/login", "/auth/token", "/auth/refresh", "/auth/me/roles",
    "/auth/providers/apply", "/auth/admin/providers/x/approve", "/auth/admin/providers/x/reject", "/auth/logout",
    "/auth/logout-all", "/auth/forgot-password", "/auth/reset-password", "/auth/me/password", "/auth/me/email",
    "/auth/confirm-email", "/auth/admin/users/x/suspend", "/auth/admin/users/x/reinstate", "/auth/login/second-factor",
    "/auth/me/totp/confirm", "/auth/me/recovery-codes", "/auth/reauthenticate",
    "/auth/passkeys", "/auth/passkeys/login",
]  # fmt: skip

BODIES: dict[str, tuple[bytes, str]] = {
    "not JSON": (b"{", "application/json"),
    "nothing": (b"", "application/json"),
    "deep": (b"[" * 50_000 + b"]" * 50_000, "application/json"),
    "deep object": (b'{"email":' * 20_000 + b"1" + b"}" * 20_000, "application/json"),
    "bad UTF-8": (b'{"email": "\xff\xfe", "password": "xxxxxxxxxxx"}', "application/json"),
    "lone surrogate": (b'{"email": "\\ud800@example.com", "password": "\\ud800xxxxxxxxxxx"}', "application/json"),
    "surrogate as a field": (b'{"\\ud800": 1}', "application/json"),
    "NUL": (b'{"email": "a\\u0000@example.com", "password": "xxxxxxxxxxx"}', "application/json"),
    "huge number": (b'{"email": 1e999999, "password": ' + b"9" * 4000 + b"}", "application/json"),
    "NaN": (b'{"email": NaN, "password": Infinity}', "application/json"),
    "operators": (b'{"email": {"$gt": ""}, "password": {"$regex": ".*"}}', "application/json"),
    "dotted": (b'{"roles.0": "admin", "$where": "1"}', "application/json"),
    "text": (b"hello", "text/plain"),
    "XML": (b"<a/>", "application/xml"),
    "multipart": (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
    "form": (b"username=%FF&password=%00", "application/x-www-form-urlencoded"),
    "unknown type": (b"\x00\x01", "application/octet-stream"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_no_body_makes_it_fall_over(service: TestService, person: LogIn, name: str) -> None:
    admin = await person("admin@example.com", "admin")
    content, kind = BODIES[name]
    for path in POSTS:
        answer = await service.http.post(path, content=content, headers={**admin.headers, "Content-Type": kind})
        if answer.status_code != 204:  # logging out reads no body
            status, _ = problem(answer)
            assert 400 <= status < 500, (path, answer.text)


@pytest.mark.parametrize("path", ["/auth/register", "/auth/login", "/auth/refresh"])
async def test_a_body_beyond_the_limit_is_a_413(service: TestService, path: str) -> None:
    answer = await service.http.post(path, json={"email": "x" * 32_769})
    assert problem(answer) == (413, "body_too_large")


async def test_strange_ids_in_paths_are_a_404(service: TestService, person: LogIn) -> None:
    admin = await person("admin@example.com", "admin")
    for strange in ("%00", "$ne", "..%2fx", "%F0%9F%92%A9", "x" * 2000, "%FF"):
        assert problem(await admin.delete(f"/auth/sessions/{strange}"))[0] == 404
        assert problem(await admin.delete(f"/auth/passkeys/{strange}"))[0] == 404
        assert problem(await admin.post(f"/auth/admin/providers/{strange}/approve"))[0] == 404


async def test_opening_the_link_does_not_use_the_token(service: TestService) -> None:
    await register(service, "ana@example.com")
    token = await mailed_token(service, "ana@example.com")
    for _ in range(3):
        page = await service.http.get("/auth/verify-email", params={"token": token})
        assert page.status_code == 200
        assert token not in page.text
    assert (await service.http.head("/auth/verify-email", params={"token": token})).status_code in (200, 405)
    assert (await service.http.post("/auth/verify-email", json={"token": token})).status_code == 200


@pytest.mark.parametrize(
    "name", ["verify-email", "reset-password", "confirm-email", "oauth/google/callback", "oauth/facebook/callback"]
)
async def test_a_page_runs_its_own_script_and_nothing_else(service: TestService, name: str) -> None:
    page = await service.http.get(f"/auth/{name}", params={"token": '"><script>alert(1)</script>'})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", policy["script-src"])
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "alert(1)" not in page.text
    assert page.text.count("<script") == page.text.count("<style") == 1
    assert not re.search(r"(src|href)\s*=\s*\"(https?:)?//", page.text)
    assert not re.search(r"\son\w+=|style=", page.text)
    assert f"/api/v1/auth/{name}" in page.text
    script = page.text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["script-src"] == f"'sha256-{digest}'"


@pytest.fixture
def app() -> FastAPI:
    required = {"mongodb_url": "mongodb://x", "amqp_url": "amqp://x", "jwks_url": "http://x", "environment": "test"}
    return create_app(Settings.model_validate({**required, **CHEAP}))


def operations(app: FastAPI) -> dict[str, dict[str, Any]]:
    paths = app.openapi()["paths"]
    return {
        f"{method.upper()} {path}": operation for path, found in paths.items() for method, operation in found.items()
    }


def test_the_document_names_every_operation_once(app: FastAPI) -> None:
    found = operations(app)
    assert set(found) == {
        "POST /auth/register",
        "POST /auth/verify-email",
        "POST /auth/login",
        "POST /auth/login/second-factor",
        "POST /auth/token",
        "POST /auth/refresh",
        "GET /auth/guests/{booking_id}",
        "POST /auth/guests/complete",
        "POST /auth/logout",
        "POST /auth/logout-all",
        "POST /auth/forgot-password",
        "POST /auth/reset-password",
        "POST /auth/me/password",
        "POST /auth/me/email",
        "POST /auth/confirm-email",
        "DELETE /auth/me",
        "GET /auth/me/export",
        "GET /auth/admin/users/{user_id}",
        "POST /auth/admin/users/{user_id}/suspend",
        "POST /auth/admin/users/{user_id}/reinstate",
        "GET /auth/me",
        "GET /auth/me/security-events",
        "GET /auth/admin/audit",
        "GET /auth/admin/parked-events",
        "POST /auth/admin/parked-events/{decision}",
        "PATCH /auth/me",
        "POST /auth/me/roles",
        "GET /auth/me/identities",
        "DELETE /auth/me/identities/{identity_id}",
        "POST /auth/me/identities/{provider}/authorize",
        "POST /auth/me/identities/{provider}/callback",
        "GET /auth/oauth",
        "GET /auth/oauth/{provider}/authorize",
        "POST /auth/oauth/{provider}/callback",
        "GET /auth/me/second-factor",
        "GET /auth/passkeys",
        "POST /auth/passkeys",
        "PATCH /auth/passkeys/{passkey_id}",
        "DELETE /auth/passkeys/{passkey_id}",
        "POST /auth/passkeys/creation-options",
        "POST /auth/passkeys/request-options",
        "POST /auth/passkeys/login",
        "POST /auth/reauthenticate",
        "POST /auth/me/totp",
        "POST /auth/me/totp/confirm",
        "DELETE /auth/me/totp",
        "POST /auth/me/recovery-codes",
        "POST /auth/providers/apply",
        "GET /auth/sessions",
        "DELETE /auth/sessions/{session_id}",
        "GET /auth/admin/users",
        "POST /auth/admin/providers/{user_id}/approve",
        "POST /auth/admin/providers/{user_id}/reject",
        "GET /auth/.well-known/jwks.json",
    }
    ids = [operation["operationId"] for operation in found.values()]
    assert len(set(ids)) == len(ids)
    for operation in found.values():
        assert operation["summary"]


def test_only_answers_without_tokens_may_be_kept_for_an_idempotency_key(app: FastAPI) -> None:
    keyed = {
        name
        for name, operation in operations(app).items()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    }
    posts = {name for name in operations(app) if name.startswith("POST ")}
    assert posts - keyed == {
        "POST /auth/verify-email",
        "POST /auth/guests/complete",
        "POST /auth/login",
        "POST /auth/login/second-factor",
        "POST /auth/token",
        "POST /auth/refresh",
        "POST /auth/me/totp",
        "POST /auth/me/totp/confirm",
        "POST /auth/me/recovery-codes",
        "POST /auth/reauthenticate",
        "POST /auth/passkeys",
        "POST /auth/passkeys/login",
        "POST /auth/passkeys/creation-options",
        "POST /auth/passkeys/request-options",
        "POST /auth/me/identities/{provider}/authorize",
        "POST /auth/me/identities/{provider}/callback",
        "POST /auth/oauth/{provider}/callback",
    }
    assert keyed <= posts


def test_every_request_model_is_closed(app: FastAPI) -> None:
    document = app.openapi()
    named = {
        ref
        for op in operations(app).values()
        for ref in re.findall(r'schemas/(\w+)"', json.dumps(op.get("requestBody", {})))
    }
    assert len(named) >= 8
    for name in named:
        assert document["components"]["schemas"][name]["additionalProperties"] is False, name
