"""Forged, altered and stale access tokens, sent to auth itself: each of them is a 401."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gigsta_auth.crud import Auth
from gigsta_common.clock import ManualClock
from gigsta_common.security import SigningKey
from gigsta_common.testing.service import TestService

from .conftest import LogIn, problem

Part = Mapping[str, Any]
ECDSA = ec.ECDSA(hashes.SHA256())


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(part: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))  # type: ignore[no-any-return]


def private_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    private = serialization.load_pem_private_key(pem, None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private


def es256(pem: bytes, message: bytes) -> bytes:
    r, s = decode_dss_signature(private_key(pem).sign(message, ECDSA))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Forger:
    """Has a good token and, as no attacker has, the key that signed it: so every mutation is signed rightly, and is
    refused for what it changes and for nothing else."""

    def __init__(self, token: str, key: SigningKey) -> None:
        self.token = token
        self.key = key
        self.header, self.claims = (decode(part) for part in token.split(".")[:2])
        self.other = SigningKey.generate()
        public = private_key(key.private_pem).public_key()
        self.public_pem = public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.public_der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def make(self, header: Part, claims: object, sign: Callable[[bytes], bytes] | None = None) -> str:
        message = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"
        signature = (sign or self.sign)(message.encode())
        return f"{message}.{encode(signature)}"

    def sign(self, message: bytes) -> bytes:
        return es256(self.key.private_pem, message)

    def header_with(self, **fields: Any) -> str:
        return self.make({**self.header, **fields}, self.claims)

    def header_without(self, field: str) -> str:
        return self.make({k: v for k, v in self.header.items() if k != field}, self.claims)

    def claims_with(self, **fields: Any) -> str:
        return self.make(self.header, {**self.claims, **fields})

    def claims_without(self, field: str) -> str:
        return self.make(self.header, {k: v for k, v in self.claims.items() if k != field})

    def hs256(self, secret: bytes, **header: Any) -> str:
        return self.make(
            {**self.header, "alg": "HS256", **header},
            self.claims,
            lambda message: hmac.digest(secret, message, hashlib.sha256),
        )

    def part(self, index: int, change: Callable[[str], str]) -> str:
        parts = self.token.split(".")
        parts[index] = change(parts[index])
        return ".".join(parts)


def rs256(message: bytes) -> bytes:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.sign(message, padding.PKCS1v15(), hashes.SHA256())


MUTATIONS: dict[str, Callable[[Forger], str]] = {
    "alg none": lambda f: f.make({**f.header, "alg": "none"}, f.claims, lambda _: b""),
    "alg None": lambda f: f.make({**f.header, "alg": "None"}, f.claims, lambda _: b""),
    "alg none, signed": lambda f: f.header_with(alg="none"),
    "HS256 with the public key as PEM": lambda f: f.hs256(f.public_pem),
    "HS256 with the public key as PEM, stripped": lambda f: f.hs256(f.public_pem.strip()),
    "HS256 with the public key as DER": lambda f: f.hs256(f.public_der),
    "HS256 with the public key as JWK": lambda f: f.hs256(json.dumps(f.key.public_jwk()).encode()),
    "HS256 with an empty secret": lambda f: f.hs256(b""),
    "HS256 with the kid": lambda f: f.hs256(f.key.kid.encode()),
    "RS256": lambda f: f.make({**f.header, "alg": "RS256"}, f.claims, rs256),
    "ES384": lambda f: f.header_with(alg="ES384"),
    "es256 in lower case": lambda f: f.header_with(alg="es256"),
    "alg is a list": lambda f: f.header_with(alg=["ES256"]),
    "no alg": lambda f: f.header_without("alg"),
    "another key": lambda f: f.make(f.header, f.claims, lambda m: es256(f.other.private_pem, m)),
    "another key under its own kid": lambda f: f.make(
        {**f.header, "kid": f.other.kid}, f.claims, lambda m: es256(f.other.private_pem, m)
    ),
    "unknown kid": lambda f: f.header_with(kid="unknown"),
    "kid is a path": lambda f: f.header_with(kid="../../dev/null"),
    "kid is an operator": lambda f: f.header_with(kid={"$ne": None}),
    "kid is null": lambda f: f.header_with(kid=None),
    "no kid": lambda f: f.header_without("kid"),
    "crit": lambda f: f.header_with(crit=["exp"]),
    "unknown crit": lambda f: f.header_with(crit=["x"], x=1),
    "empty crit": lambda f: f.header_with(crit=[]),
    "jku": lambda f: f.header_with(jku="https://evil.example/jwks.json"),
    "x5u": lambda f: f.header_with(x5u="https://evil.example/cert.pem"),
    "x5c": lambda f: f.header_with(x5c=["AAAA"]),
    "jwk of another key": lambda f: f.make(
        {**f.header, "jwk": f.other.public_jwk()}, f.claims, lambda m: es256(f.other.private_pem, m)
    ),
    "b64 false": lambda f: f.header_with(b64=False),
    "typ JWT": lambda f: f.header_with(typ="JWT"),
    "typ in upper case": lambda f: f.header_with(typ="AT+JWT"),
    "no typ": lambda f: f.header_without("typ"),
    "no aud": lambda f: f.claims_without("aud"),
    "another aud": lambda f: f.claims_with(aud="another-api"),
    "aud is a list": lambda f: f.claims_with(aud=["gigsta-api", "another-api"]),
    "aud is null": lambda f: f.claims_with(aud=None),
    "no iss": lambda f: f.claims_without("iss"),
    "another iss": lambda f: f.claims_with(iss="https://evil.example"),
    "no exp": lambda f: f.claims_without("exp"),
    "exp is null": lambda f: f.claims_with(exp=None),
    "exp is text": lambda f: f.claims_with(exp=str(f.claims["exp"])),
    "exp is true": lambda f: f.claims_with(exp=True),
    "exp is infinite": lambda f: f.claims_with(exp=1e308 * 10),
    "expired": lambda f: f.claims_with(exp=f.claims["iat"]),
    "issued in the future": lambda f: f.claims_with(iat=f.claims["iat"] + 300),
    "not before the future": lambda f: f.claims_with(nbf=f.claims["iat"] + 300),
    "no iat": lambda f: f.claims_without("iat"),
    "no sub": lambda f: f.claims_without("sub"),
    "empty sub": lambda f: f.claims_with(sub=""),
    "sub is an operator": lambda f: f.claims_with(sub={"$ne": None}),
    "no jti": lambda f: f.claims_without("jti"),
    "no roles": lambda f: f.claims_without("roles"),
    "roles is text": lambda f: f.claims_with(roles="admin"),
    "roles of numbers": lambda f: f.claims_with(roles=[1]),
    "no sid": lambda f: f.claims_without("sid"),
    "claims are a list": lambda f: f.make(f.header, [f.claims]),
    "claims altered": lambda f: f.part(1, lambda p: encode(json.dumps({**decode(p), "roles": ["admin"]}).encode())),
    "header altered": lambda f: f.part(0, lambda p: encode(json.dumps(decode(p)).encode() + b" ")),
    "signature truncated": lambda f: f.token[:-2],
    "signature cut off": lambda f: f.part(2, lambda _: ""),
    "signature of zeros": lambda f: f.part(2, lambda _: encode(bytes(64))),
    "signature in DER": lambda f: f.make(f.header, f.claims, lambda m: private_key(f.key.private_pem).sign(m, ECDSA)),
    "two parts": lambda f: f.token.rpartition(".")[0],
    "four parts": lambda f: f.token + ".x",
    "first half": lambda f: f.token[: len(f.token) // 2],
    "much too long": lambda f: f.claims_with(padding="x" * 5000),
    "not base64": lambda f: f.part(0, lambda _: "%%%"),
    "deep header": lambda f: f.part(0, lambda _: encode(b"[" * 2000)),
    "only dots": lambda _: "..",
    "nothing much": lambda _: "x",
}


@pytest.fixture
async def forger(service: TestService, person: LogIn, auth: Auth) -> Forger:
    ana = await person()
    return Forger(ana.login["access_token"], await auth.keyring.signing_key())


async def test_every_mutation_is_refused(service: TestService, forger: Forger) -> None:
    async def status(token: str) -> tuple[int, str]:
        answer = await service.http.get("/auth/me", headers={"Authorization": f"Bearer {token}"})
        return (200, "") if answer.status_code == 200 else problem(answer)

    assert len(MUTATIONS) >= 40
    untouched = forger.make(forger.header, forger.claims)
    assert await status(untouched) == (200, ""), "the forger's signature is good"
    said = {name: await status(mutate(forger)) for name, mutate in MUTATIONS.items()}
    assert {name: answer for name, answer in said.items() if answer[0] != 401} == {}
    assert {code for _, code in said.values()} == {"invalid_token", "token_expired"}
    assert await status(forger.token) == (200, "")


@pytest.mark.parametrize("value", ["", "Bearer", "Basic YTpi", "Token x", "Bearer  ", "bearer x"])
async def test_another_authorization_header_is_refused(service: TestService, value: str) -> None:
    answer = await service.http.get("/auth/me", headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_refresh_token_is_no_access_token_nor_the_reverse(service: TestService, person: LogIn) -> None:
    ana = await person()
    answer = await service.http.get("/auth/me", headers={"Authorization": f"Bearer {ana.refresh_token}"})
    assert problem(answer) == (401, "invalid_token")
    answer = await service.http.post("/auth/refresh", json={"refresh_token": ana.login["access_token"][:200]})
    assert problem(answer) == (401, "refresh_token_invalid")


async def test_a_token_expires_even_where_it_was_verified_before(
    service: TestService, person: LogIn, clock: ManualClock
) -> None:
    ana = await person()
    assert (await ana.get("/auth/me")).status_code == 200
    clock.advance(timedelta(minutes=9, seconds=59))
    assert (await ana.get("/auth/me")).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert problem(await ana.get("/auth/me")) == (401, "token_expired")
