"""A2: one user's token on everything of another's. Every operation of the API is in this table, or the test fails."""

from typing import Any

import httpx2
import pytest

from gigsta_common.security import SigningKey

from .conftest import API, Stack, bearer, client_at, log_in, token_of

pytestmark = pytest.mark.e2e

ADMINS = {
    "GET /auth/admin/audit", "GET /auth/admin/users", "GET /auth/admin/users/{user_id}",
    "POST /auth/admin/users/{user_id}/suspend", "POST /auth/admin/users/{user_id}/reinstate",
    "POST /auth/admin/providers/{user_id}/approve", "POST /auth/admin/providers/{user_id}/reject",
    "GET /catalog/admin/audit", "POST /catalog/categories", "PATCH /catalog/categories/{category_id}",
    "DELETE /catalog/categories/{category_id}",
    "POST /catalog/categories/{category_id}/subcategories",
    "PATCH /catalog/categories/{category_id}/subcategories/{subcategory_id}",
    "DELETE /catalog/categories/{category_id}/subcategories/{subcategory_id}", "GET /bookings/admin/metrics",
    "GET /notifications/admin/deliveries", "POST /notifications/admin/deliveries/{delivery_id}/resend",
    "GET /ratings/admin/reports", "POST /ratings/admin/{rating_id}/{decision}",
} | {
    operation
    for service in ("auth", "catalog", "bookings", "ratings", "geo", "notifications")
    for operation in (f"GET /{service}/admin/parked-events", f"POST /{service}/admin/parked-events/{{decision}}")
}  # fmt: skip
"""Refused to everybody else, whatever they send."""

OTHERS: dict[str, Any] = {
    "DELETE /auth/sessions/{session_id}": None,
    "DELETE /auth/me/identities/{identity_id}": None,
    "PATCH /auth/passkeys/{passkey_id}": {"name": "Eve was here"},
    "DELETE /auth/passkeys/{passkey_id}": None,
    "PATCH /catalog/services/{service_id}": {"title": "Eve was here"},
    "DELETE /catalog/services/{service_id}": None,
    "POST /catalog/services/{service_id}/publish": None,
    "POST /catalog/services/{service_id}/archive": None,
    "POST /catalog/services/{service_id}/media": {"content_type": "image/jpeg", "size_bytes": 1000},
    "PUT /catalog/services/{service_id}/media": {"media_ids": []},
    "POST /catalog/services/{service_id}/media/{media_id}/complete": None,
    "PATCH /catalog/services/{service_id}/media/{media_id}": {"alt_text": "Eve was here"},
    "DELETE /catalog/services/{service_id}/media/{media_id}": None,
    "GET /bookings/{booking_id}": None,
    "GET /bookings/{booking_id}/actions": None,
    "GET /bookings/{booking_id}/calendar.ics": None,
    "GET /bookings/{booking_id}/history/verify": None,
    "POST /bookings/{booking_id}/actions/{action_name}": {"reason": "because"},
    "POST /ratings": {"booking_id": "{booking_id}", "stars": 1},
    "PATCH /ratings/{rating_id}": {"stars": 1},
    "POST /ratings/{rating_id}/reply": {"comment": "Eve was here"},
    "POST /notifications/{notification_id}/read": None,
}
"""Belongs to somebody: refused, or not there, for anybody else. With the body that its owner would send."""

OWN = {
    "GET /auth/me/identities", "GET /auth/me/second-factor", "GET /auth/passkeys",
    "GET /auth/me", "GET /auth/me/export", "GET /auth/me/security-events", "GET /auth/sessions", "GET /catalog/export",
    "GET /bookings", "GET /bookings/export", "GET /bookings/schedule", "GET /bookings/policy", "GET /bookings/feed",
    "GET /ratings/pending", "GET /ratings/mine", "GET /ratings/received", "GET /ratings/export", "GET /notifications",
    "GET /notifications/export", "GET /notifications/preferences",
}  # fmt: skip
"""Only ever about whoever asks: nothing of the victim's may be in the answer."""

NAMES_NOBODY = {
    "POST /auth/me/totp", "POST /auth/me/totp/confirm", "DELETE /auth/me/totp", "POST /auth/me/recovery-codes",
    "PATCH /auth/me", "DELETE /auth/me", "POST /auth/me/roles", "POST /auth/me/password", "POST /auth/me/email",
    "POST /auth/providers/apply", "POST /auth/logout", "POST /auth/logout-all", "PUT /bookings/schedule",
    "POST /auth/reauthenticate", "POST /auth/passkeys", "POST /auth/passkeys/creation-options",
    "PUT /bookings/policy", "POST /bookings/feed", "DELETE /bookings/feed", "POST /catalog/services", "POST /bookings",
    "POST /notifications/read-all", "PUT /notifications/preferences", "GET /notifications/stream",
}  # fmt: skip
"""Changes what is the caller's, whom the token names: no parameter says whose. (The owner is no field of a body.)"""

OPEN = {
    "GET /catalog/images/{image}", "PUT /catalog/uploads/{upload}",
    "POST /notifications/unsubscribe", "POST /ratings/{rating_id}/report",
    "POST /auth/passkeys/request-options", "POST /auth/passkeys/login",
    "POST /auth/login/second-factor", "GET /auth/oauth", "GET /auth/oauth/{provider}/authorize",
    "POST /auth/oauth/{provider}/callback",
    "POST /auth/me/identities/{provider}/authorize", "POST /auth/me/identities/{provider}/callback",
    "POST /auth/register", "POST /auth/login", "POST /auth/token", "POST /auth/refresh", "POST /auth/verify-email",
    "POST /auth/forgot-password", "POST /auth/reset-password", "POST /auth/confirm-email",
    "GET /auth/.well-known/jwks.json", "GET /catalog/categories", "GET /catalog/services",
    "GET /catalog/services/{service_id}", "GET /catalog/providers/{provider_id}", "GET /bookings/availability",
    "GET /bookings/policies/{provider_id}", "GET /bookings/state-machine", "GET /bookings/feed.ics",
    "GET /bookings/mail-link", "POST /bookings/mail-link",
    "POST /bookings/guest", "GET /ratings", "GET /ratings/summary", "GET /ratings/reliability",
    "GET /geo/nearby", "GET /geo/clusters",
    "GET /geo/places", "GET /geo/reverse", "GET /auth/guests/{booking_id}", "POST /auth/guests/complete",
}  # fmt: skip
"""For everybody, or for whoever has the secret that is sent along."""


@pytest.fixture(scope="module")
def operations(stack: Stack) -> dict[str, Any]:
    with client_at(stack.url) as client:
        paths = client.get("/api/openapi.json").json()["paths"]
    return {
        f"{method.upper()} {path.removeprefix(API)}": operation
        for path, item in paths.items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    }


@pytest.fixture(scope="module")
def victims(api: httpx2.Client) -> dict[str, str]:
    """What there is of the demo customer's and provider's, by the names that paths have for it."""
    customer, provider = log_in(api, "customer"), log_in(api, "provider")
    theirs = api.get("/bookings", params={"role": "customer"}, headers=bearer(customer)).json()["items"]
    provider_id = provider["user"]["id"]
    booking = next(booking for booking in theirs if booking["status"] == "completed")
    services = api.get("/catalog/services", params={"provider_id": provider_id}).json()["items"]
    category = api.get("/catalog/categories").json()["items"][0]
    return {
        "user_id": customer["user"]["id"],
        "provider_id": provider_id,
        "session_id": api.get("/auth/sessions", headers=bearer(customer)).json()["items"][0]["id"],
        "booking_id": booking["id"],
        "service_id": services[0]["id"],
        "media_id": services[0]["images"][0]["id"],
        "category_id": category["id"],
        "subcategory_id": category["subcategories"][0]["id"],
        "notification_id": api.get("/notifications", headers=bearer(customer)).json()["items"][0]["id"],
        "rating_id": api.get("/ratings/mine", headers=bearer(customer)).json()["items"][0]["id"],
        "decision": "hide",
        "action_name": "cancel",
        "identity_id": "0" * 32,
        "delivery_id": "0" * 32,
        "passkey_id": "0" * 32,
    }


def everything(api: httpx2.Client, victims: dict[str, str]) -> list[Any]:
    """What the victims see of what is theirs."""
    found = []
    seen = (("customer", f"/bookings/{victims['booking_id']}"), ("provider", "/bookings/schedule", "/bookings/policy"))
    for who, *more in seen:
        headers = bearer(log_in(api, who))
        paths = ("/auth/me", "/ratings/mine", *more)
        found += [api.get(path, headers=headers).raise_for_status().json() for path in paths]
    notifications = api.get("/notifications", params={"limit": 100}, headers=bearer(log_in(api, "customer"))).json()
    return [*found, notifications["unread_count"], api.get(f"/catalog/services/{victims['service_id']}").json()]


def test_every_operation_of_the_api_is_in_the_table(operations: dict[str, Any]) -> None:
    tables = [ADMINS, set(OTHERS), OWN, NAMES_NOBODY, OPEN]
    assert sum(len(table) for table in tables) == len(set().union(*tables))
    assert set(operations) - set().union(*tables) == set(), "say in this table whose it is"
    assert set().union(*tables) - set(operations) == set(), "no longer there"


def test_what_names_nobody_has_no_name_to_give(operations: dict[str, Any]) -> None:
    assert [name for name in NAMES_NOBODY | OWN if "{" in name] == []
    for name in NAMES_NOBODY:
        assert [p["name"] for p in operations[name].get("parameters", ()) if p["in"] == "query"] == [], name


@pytest.mark.parametrize("through", ["gateway", "their own doors"])
@pytest.mark.parametrize("role", ["user", "provider"])
def test_nobody_reads_or_changes_what_is_anothers(
    stack: Stack, api: httpx2.Client, victims: dict[str, str], signing_key_of_auth: SigningKey, role: str, through: str
) -> None:
    eve = token_of(signing_key_of_auth, "eve", "user", role)
    doors = stack.doors if through == "their own doors" else dict.fromkeys(stack.doors, stack.doors["gateway"])
    before = everything(api, victims)
    marks = [victims[name] for name in ("user_id", "provider_id", "session_id", "booking_id", "notification_id")]
    marks += ["customer@example.com", "provider@example.com"]
    wrong: dict[str, Any] = {}
    for name in sorted(ADMINS | set(OTHERS) | OWN):
        method, path = name.split(" ", 1)
        body = OTHERS.get(name) or ({"reason": "because", "name": "Eve's"} if method in ("POST", "PATCH") else None)
        if name == "POST /ratings":
            body = {"booking_id": victims["booking_id"], "stars": 1}
        with client_at(doors[path.split("/")[1]]) as client:
            answer = client.request(method, path.format(**victims), json=body, headers=eve)
        expected = {403} if name in ADMINS else {403, 404} if name in OTHERS else {200, 403, 404}
        # A refusal repeats the path that was asked for, and may say no more.
        said = (
            answer.text.replace(answer.json().get("instance", "\0"), "") if answer.status_code >= 400 else answer.text
        )
        if answer.status_code not in expected or any(mark in said for mark in marks):
            wrong[name] = (answer.status_code, answer.text[:200])
    assert wrong == {}
    assert everything(api, victims) == before
