"""A1: forged access tokens, at the gateway and at every service's own door."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from gigsta_common.security import SigningKey
from gigsta_common.testing.forgeries import Forger

from .conftest import AUDIENCE, ISSUER, Stack, client_at

pytestmark = pytest.mark.e2e

DOORS = {
    "auth": "/auth/me/security-events",
    "catalog": "/catalog/export",
    "bookings": "/bookings",
    "ratings": "/ratings/pending",
    "geo": "/geo/nearby?lat=-36.85&lng=174.76",  # open to all, but not with a bad token
    "notifications": "/notifications",
}


@pytest.fixture(scope="module")
def forger(signing_key_of_auth: SigningKey) -> Forger:
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "nobody", "iat": now, "exp": now + 600, "jti": "j", "sid": "s"}
    return Forger(signing_key_of_auth, {**claims, "roles": ["user"], "name": "Eve"})


def can_be_sent(token: str) -> bool:
    """As the value of a header, and as another one than the good token: spaces before a token are no part of it."""
    return token != "" and token == token.strip() and token.isascii() and token.isprintable()


@pytest.mark.parametrize("service", DOORS)
@pytest.mark.parametrize("through", ["gateway", "its own door"])
def test_no_forged_token_is_taken(stack: Stack, forger: Forger, service: str, through: str) -> None:
    hostile = {what: token for what, token in forger.hostile().items() if can_be_sent(token)}
    assert len(hostile) >= 75
    with client_at(stack.doors["gateway" if through == "gateway" else service]) as client:

        def send(token: str) -> httpx2.Response:
            return client.get(DOORS[service], headers={"Authorization": f"Bearer {token}"})

        assert send(forger.good).status_code == 200
        answers = {what: send(token) for what, token in hostile.items()}
        assert {what: answer.status_code for what, answer in answers.items() if answer.status_code != 401} == {}
        assert {answer.json()["code"] for answer in answers.values()} <= {"invalid_token", "token_expired"}
        assert send(forger.good).status_code == 200


@pytest.mark.parametrize("service", [name for name in DOORS if name != "geo"])
def test_no_token_is_no_entry(stack: Stack, service: str) -> None:
    for door in ("gateway", service):
        with client_at(stack.doors[door]) as client:
            answer = client.get(DOORS[service])
            assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_what_is_published_of_the_keys_signs_nothing(stack: Stack, signing_key_of_auth: SigningKey) -> None:
    with client_at(stack.doors["gateway"]) as client:
        keys: list[dict[str, Any]] = client.get("/auth/.well-known/jwks.json").json()["keys"]
    assert signing_key_of_auth.kid in {key["kid"] for key in keys}
    assert all(set(key) == {"kid", "kty", "crv", "x", "y", "use", "alg"} for key in keys)
    assert all(len(base64.urlsafe_b64decode(key["x"] + "=")) == 32 for key in keys)
    assert b"PRIVATE" not in json.dumps(keys).encode()
