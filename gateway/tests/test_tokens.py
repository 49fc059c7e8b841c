"""The first look at access tokens."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from jose import jwt

from gigsta_common.clock import ManualClock
from gigsta_common.security import Principal, SigningKey, issue_token
from gigsta_common.testing.plugin import TokenFor
from gigsta_common.testing.service import eventually

from .conftest import Edge, StartEdge
from .standin import Call

PUBLIC = (
    "/auth/register", "/auth/verify-email", "/auth/login", "/auth/token", "/auth/refresh", "/auth/logout",
    "/auth/forgot-password", "/auth/reset-password", "/auth/oauth/google/callback",
)  # fmt: skip


def encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def decode(part: str) -> dict[str, object]:
    decoded: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return decoded


def with_header(**changes: object) -> Callable[[str], str]:
    def mutate(token: str) -> str:
        header, rest = token.split(".", 1)
        fields = {name: value for name, value in (decode(header) | changes).items() if value is not None}
        return f"{encode(fields)}.{rest}"

    return mutate


def with_claims(**changes: object) -> Callable[[str], str]:
    def mutate(token: str) -> str:
        header, payload, signature = token.split(".")
        return f"{header}.{encode(decode(payload) | changes)}.{signature}"

    return mutate


MUTATIONS: dict[str, Callable[[str], str]] = {
    "none": with_header(alg="none"),
    "none without signature": lambda token: with_header(alg="none")(token).rpartition(".")[0] + ".",
    "other algorithm": with_header(alg="HS256"),
    "other curve": with_header(alg="ES384"),
    "other key": with_header(kid="unknown"),
    "no key": with_header(kid=None),
    "other type": with_header(typ="JWT"),
    "no type": with_header(typ=None),
    "critical": with_header(crit=["x"], x=1),
    "key of its own": with_header(jwk={"kty": "EC"}),
    "key from elsewhere": with_header(jku="https://evil.example/jwks.json"),
    "other user": with_claims(sub="somebody-else"),
    "more roles": with_claims(roles=["admin"]),
    "longer life": with_claims(exp=99999999999),
    "truncated": lambda token: token[:-10],
    "longer": lambda token: token + "AAAA",
    "no signature": lambda token: token.rpartition(".")[0],
    "two dots more": lambda token: token + "..",
    "signature of zeros": lambda token: token.rpartition(".")[0] + "." + "A" * 86,
    "not base64": lambda token: "%%%." + token.split(".", 1)[1],
    "not JSON": lambda token: "bm9uZQ." + token.split(".", 1)[1],
    "nonsense": lambda token: "nonsense",
    "huge": lambda token: "a" * 5000,
    "not ASCII": lambda token: token + "\xe9",
}


@pytest.mark.parametrize("name", MUTATIONS)
async def test_a_bad_token_is_refused_here(edge: Edge, token_for: TokenFor, name: str) -> None:
    token = MUTATIONS[name](token_for("user-1"))
    answer = await edge.http.get("/api/v1/bookings", headers=[(b"Authorization", b"Bearer " + token.encode("latin-1"))])
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["code"] == "invalid_token"
    assert not edge.services["bookings"].calls


@pytest.mark.parametrize("value", ["Basic dXNlcjpwYXNz", "Bearer", "Token x", "x"])
async def test_what_is_no_bearer_token_is_refused_here(edge: Edge, value: str) -> None:
    answer = await edge.http.get("/api/v1/bookings", headers={"Authorization": value})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_the_public_key_as_a_shared_secret_does_not_verify(edge: Edge, signing_key: SigningKey) -> None:
    claims = {"sub": "x", "iss": "https://gigsta.nz", "aud": "gigsta-api", "exp": 99999999999, "iat": 0, "jti": "x"}
    headers = {"kid": signing_key.kid, "typ": "at+jwt"}
    for secret in (json.dumps(signing_key.public_jwk()), signing_key.public_jwk()["x"]):
        token = jwt.encode(claims, secret, algorithm="HS256", headers=headers)
        assert (
            await edge.http.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"})
        ).status_code == 401


async def test_a_good_token_goes_on_as_it_is_and_its_user_is_in_the_log(edge: Edge, token_for: TokenFor) -> None:
    token = token_for("user-1")
    for _ in range(3):
        answer = await edge.http.get("/api/v1/bookings", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert edge.services["bookings"].calls[-1].all("authorization") == [f"Bearer {token}"]
    edge.app._log.flush()
    assert [line["user_id"] for line in edge.log] == ["user-1"] * 3


async def test_a_token_that_was_good_is_refused_once_it_has_expired(
    edge: Edge, clock: ManualClock, signing_key: SigningKey
) -> None:
    token = issue_token(
        signing_key,
        Principal("user-1", frozenset({"user"}), session_id="s"),
        issuer="https://gigsta.nz",
        audience="gigsta-api",
        now=clock.now(),
        lifetime=timedelta(minutes=10),
    )
    headers = {"Authorization": f"Bearer {token}"}
    assert (await edge.http.get("/api/v1/bookings", headers=headers)).status_code == 200
    clock.advance(timedelta(minutes=10))

    async def refused() -> bool:
        return (await edge.http.get("/api/v1/bookings", headers=headers)).status_code == 401

    await eventually(refused)
    answer = await edge.http.get("/api/v1/bookings", headers=headers)
    assert answer.json()["code"] == "token_expired"


async def test_no_token_is_for_the_services_to_judge(edge: Edge) -> None:
    assert (await edge.http.get("/api/v1/bookings")).status_code == 200


@pytest.mark.parametrize("path", PUBLIC)
async def test_where_nobody_needs_a_good_token_a_bad_one_does_no_harm(edge: Edge, path: str) -> None:
    for value in ("Bearer expired.or.nonsense", "Basic Y2xpZW50Og=="):
        answer = await edge.http.post(f"/api/v1{path}", headers={"Authorization": value}, json={})
        assert answer.status_code == 200
        assert edge.services["auth"].calls[-1].target == path


@pytest.mark.parametrize(
    "path", ["/auth/me", "/auth/sessions", "/auth/logout-all", "/auth/admin/users", "/auth/loginx"]
)
async def test_elsewhere_in_auth_it_does(edge: Edge, path: str) -> None:
    answer = await edge.http.get(f"/api/v1{path}", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401


async def test_keys_come_from_auth(start_edge: StartEdge, signing_key: SigningKey, token_for: TokenFor) -> None:
    edge = await start_edge(keys=None)

    async def jwks(call: Call) -> None:
        await call.answer(json.dumps({"keys": [signing_key.public_jwk()]}).encode())

    edge.services["auth"].handlers["/auth/.well-known/jwks.json"] = jwks
    headers = {"Authorization": f"Bearer {token_for('user-1')}"}
    assert (await edge.http.get("/api/v1/bookings", headers=headers)).status_code == 200
    assert (await edge.http.get("/api/v1/bookings", headers={"Authorization": "Bearer nonsense"})).status_code == 401
    await edge.services["auth"].stop()
    assert (await edge.http.get("/api/v1/bookings", headers=headers)).status_code == 200


async def test_while_the_keys_cannot_be_had_the_services_judge(start_edge: StartEdge, token_for: TokenFor) -> None:
    edge = await start_edge(keys=None)
    await edge.services["auth"].stop()
    headers = {"Authorization": f"Bearer {token_for('user-1')}"}
    answer = await edge.http.get("/api/v1/bookings", headers=headers)
    assert answer.status_code == 200
    assert edge.services["bookings"].calls[-1].header("authorization") == headers["Authorization"]
