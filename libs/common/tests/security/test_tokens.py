"""Only a token that auth issued for us, now, passes; whatever else is put before us is a 401 and never an error."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from gigsta_common.clock import ManualClock
from gigsta_common.errors import Unauthorized
from gigsta_common.security import Principal, SigningKey, StaticKeys, TokenVerifier, issue_token

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
ISSUER, AUDIENCE = "https://gigsta.nz", "gigsta-api"
KEY, OTHER_KEY = SigningKey.generate(), SigningKey.generate()
ANA = Principal("user-1", frozenset({"user", "provider"}), session_id="s-1", name="Ana")
HEADER: dict[str, Any] = {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "user-1",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
    "jti": "j-1",
    "sid": "s-1",
    "roles": ["user", "provider"],
    "name": "Ana",
}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def encoded(value: Any) -> str:
    return b64(value if isinstance(value, bytes) else json.dumps(value).encode())


def private(key: SigningKey) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_pem_private_key(key.private_pem, None)
    assert isinstance(loaded, ec.EllipticCurvePrivateKey)
    return loaded


def es256(key: SigningKey, text: str) -> str:
    r, s = decode_dss_signature(private(key).sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def signed(header: Any = HEADER, claims: Any = CLAIMS, key: SigningKey = KEY) -> str:
    """A token with a good signature over whatever it says."""
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{es256(key, text)}"


def hs256(secret: bytes, header: Any) -> str:
    text = f"{encoded(header)}.{encoded(CLAIMS)}"
    return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def public(encoding: serialization.Encoding, form: serialization.PublicFormat) -> bytes:
    return private(KEY).public_key().public_bytes(encoding, form)


PEM = public(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
DER = public(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
POINT = public(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
GOOD = signed()
HEAD, BODY, SIGNATURE = GOOD.split(".")


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


HOSTILE: dict[str, str] = {
    # no signature
    "none": f"{encoded(HEADER | {'alg': 'none'})}.{BODY}.",
    "None": f"{encoded(HEADER | {'alg': 'None'})}.{BODY}.{SIGNATURE}",
    "signature removed": f"{HEAD}.{BODY}.",
    "signature of nulls": f"{HEAD}.{BODY}.{b64(bytes(64))}",
    "signature too short": f"{HEAD}.{BODY}.{SIGNATURE[:-4]}",
    "signature as DER": f"{HEAD}.{BODY}."
    + b64(private(KEY).sign(f"{HEAD}.{BODY}".encode(), ec.ECDSA(hashes.SHA256()))),
    "signature of another key": signed(key=OTHER_KEY),
    "signature of another body": f"{HEAD}.{encoded(CLAIMS | {'sub': 'admin'})}.{SIGNATURE}",
    # another algorithm
    "HS256 with the public key as PEM": hs256(PEM, HEADER | {"alg": "HS256"}),
    "HS256 with the public key as PEM, trimmed": hs256(PEM.strip(), HEADER | {"alg": "HS256"}),
    "HS256 with the public key as DER": hs256(DER, HEADER | {"alg": "HS256"}),
    "HS256 with the public point": hs256(POINT, HEADER | {"alg": "HS256"}),
    "HS256 with the JWK": hs256(json.dumps(KEY.public_jwk()).encode(), HEADER | {"alg": "HS256"}),
    "HS256 with nothing": hs256(b"", HEADER | {"alg": "HS256"}),
    "HS256 that says ES256": hs256(PEM, HEADER),
    "ES384": signed(HEADER | {"alg": "ES384"}),
    "RS256": signed(HEADER | {"alg": "RS256"}),
    "es256 in small letters": signed(HEADER | {"alg": "es256"}),
    "several algorithms": signed(HEADER | {"alg": ["ES256"]}),
    "no algorithm": signed(without(HEADER, "alg")),
    # another key
    "unknown kid": signed(HEADER | {"kid": "nobody"}),
    "kid of a path": signed(HEADER | {"kid": "../../dev/null"}),
    "kid of another type": signed(HEADER | {"kid": 7}),
    "kid of null": signed(HEADER | {"kid": None}),
    "kid as a list": signed(HEADER | {"kid": [KEY.kid]}),
    "no kid": signed(without(HEADER, "kid")),
    "jku": signed(HEADER | {"jku": "https://evil.example/jwks.json"}),
    "x5u": signed(HEADER | {"x5u": "https://evil.example/cert.pem"}),
    "x5c": signed(HEADER | {"x5c": ["MIIB"]}),
    "jwk": signed(HEADER | {"jwk": OTHER_KEY.public_jwk(), "kid": OTHER_KEY.kid}, key=OTHER_KEY),
    "jwk with our kid": signed(HEADER | {"jwk": OTHER_KEY.public_jwk()}, key=OTHER_KEY),
    # another header
    "unknown crit": signed(HEADER | {"crit": ["exp2"], "exp2": 1}),
    "empty crit": signed(HEADER | {"crit": []}),
    "b64 false": signed(HEADER | {"crit": ["b64"], "b64": False}),
    "zip": signed(HEADER | {"zip": "DEF"}),
    "cty": signed(HEADER | {"cty": "JWT"}),
    "typ of an identity token": signed(HEADER | {"typ": "JWT"}),
    "no typ": signed(without(HEADER, "typ")),
    "header as a list": signed([HEADER]),
    "header as text": signed("ES256"),
    "header of rubbish": signed(b"\xff\xfe"),
    "header nested deep": signed(b'{"alg":' + b"[" * 2000),
    # another time
    "expired": signed(claims=CLAIMS | {"exp": CLAIMS["iat"]}),
    "expired this second": signed(claims=CLAIMS | {"iat": CLAIMS["iat"] - 600, "exp": int(NOW.timestamp())}),
    "no exp": signed(claims=without(CLAIMS, "exp")),
    "exp as text": signed(claims=CLAIMS | {"exp": "9999999999"}),
    "exp as a fraction": signed(claims=CLAIMS | {"exp": 9999999999.5}),
    "exp true": signed(claims=CLAIMS | {"exp": True}),
    "exp null": signed(claims=CLAIMS | {"exp": None}),
    "exp beyond all numbers": signed(
        claims=json.dumps(CLAIMS | {"exp": 0}).replace('"exp": 0', '"exp": 1e999').encode()
    ),
    "exp of 400 digits": signed(claims=CLAIMS | {"exp": 10**400}),
    "issued in the future": signed(claims=CLAIMS | {"iat": CLAIMS["iat"] + 3600, "exp": CLAIMS["iat"] + 7200}),
    "no iat": signed(claims=without(CLAIMS, "iat")),
    "not before tomorrow": signed(claims=CLAIMS | {"nbf": CLAIMS["iat"] + 86400}),
    "nbf as text": signed(claims=CLAIMS | {"nbf": "0"}),
    # for somebody else, of somebody else
    "no aud": signed(claims=without(CLAIMS, "aud")),
    "another aud": signed(claims=CLAIMS | {"aud": "other-api"}),
    "aud as a list": signed(claims=CLAIMS | {"aud": ["other-api", AUDIENCE]}),
    "empty aud": signed(claims=CLAIMS | {"aud": ""}),
    "aud null": signed(claims=CLAIMS | {"aud": None}),
    "no iss": signed(claims=without(CLAIMS, "iss")),
    "another iss": signed(claims=CLAIMS | {"iss": "https://evil.example"}),
    "iss as a list": signed(claims=CLAIMS | {"iss": [ISSUER]}),
    "iss with a slash": signed(claims=CLAIMS | {"iss": ISSUER + "/"}),
    "no sub": signed(claims=without(CLAIMS, "sub")),
    "empty sub": signed(claims=CLAIMS | {"sub": ""}),
    "sub as a number": signed(claims=CLAIMS | {"sub": 1}),
    "sub as an operator": signed(claims=CLAIMS | {"sub": {"$ne": None}}),
    "no jti": signed(claims=without(CLAIMS, "jti")),
    "no sid": signed(claims=without(CLAIMS, "sid")),
    "no roles": signed(claims=without(CLAIMS, "roles")),
    "roles as text": signed(claims=CLAIMS | {"roles": "admin"}),
    "roles of lists": signed(claims=CLAIMS | {"roles": [["admin"]]}),
    "name as an object": signed(claims=CLAIMS | {"name": {"a": 1}}),
    "claims as a list": signed(claims=[CLAIMS]),
    "claims of rubbish": signed(claims=b"\xff\xfe"),
    "claims nested deep": signed(claims=b'{"sub":' + b"[" * 2500),
    # not a token
    "nothing": "",
    "dots": "..",
    "one part": HEAD,
    "two parts": f"{HEAD}.{BODY}",
    "four parts": f"{GOOD}.{SIGNATURE}",
    "five parts, as if encrypted": f"{GOOD}.a.b",
    "truncated": GOOD[: len(GOOD) // 2],
    "with a space before": f" {GOOD}",
    "with a newline after": f"{GOOD}\n",
    "too long": signed(claims=CLAIMS | {"padding": "x" * 5000}),
    "not ASCII": GOOD.replace("e", "\N{CYRILLIC SMALL LETTER IE}", 1),
    "lone surrogate": f"\ud800{GOOD}",
    "null byte": f"{GOOD}\x00",
    "JSON serialisation": json.dumps({"protected": HEAD, "payload": BODY, "signature": SIGNATURE}),
}


@pytest.fixture
def now() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def verifier(now: ManualClock) -> TokenVerifier:
    return a_verifier(now)


def a_verifier(clock: ManualClock, **options: int) -> TokenVerifier:
    return TokenVerifier(StaticKeys(KEY.public_jwk()), issuer=ISSUER, audience=AUDIENCE, clock=clock, **options)


def issue(key: SigningKey = KEY, lifetime: timedelta = timedelta(minutes=10)) -> str:
    return issue_token(key, ANA, issuer=ISSUER, audience=AUDIENCE, now=NOW, lifetime=lifetime)


async def test_what_auth_issues_passes(verifier: TokenVerifier) -> None:
    assert await verifier.verify(issue()) == ANA


async def test_the_pattern_of_all_mutations_passes(verifier: TokenVerifier) -> None:
    assert await verifier.verify(GOOD) == ANA


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_forged_token_is_refused(verifier: TokenVerifier, token: str) -> None:
    for _ in range(2):
        with pytest.raises(Unauthorized) as refused:
            await verifier.verify(token)
        assert refused.value.status == 401
        assert refused.value.headers["WWW-Authenticate"] == "Bearer"
        assert verifier.recall(token) is None


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE.values())) >= 60


@given(at=st.integers(0, len(GOOD) - 1), byte=st.characters(max_codepoint=126, min_codepoint=33))
@settings(max_examples=150, deadline=None)
async def test_no_letter_may_change(at: int, byte: str) -> None:
    changed = GOOD[:at] + byte + GOOD[at + 1 :]
    verifier = a_verifier(ManualClock(NOW))
    if decoded(changed) == decoded(GOOD):
        assert await verifier.verify(GOOD) == ANA
        return
    with pytest.raises(Unauthorized):
        await verifier.verify(changed)


def decoded(token: str) -> list[bytes] | None:
    """Base64 has unused bits at the end of a part: letters that differ only there say the same."""
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token, re.ASCII):
        return None
    return [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(name=st.sampled_from(sorted(HEADER)), value=json_values)
@settings(max_examples=100, deadline=None)
async def test_a_header_is_what_we_issue_or_refused(name: str, value: Any) -> None:
    if HEADER[name] == value:
        return
    with pytest.raises(Unauthorized):
        await a_verifier(ManualClock(NOW)).verify(signed(HEADER | {name: value}))


@given(name=st.sampled_from([*sorted(CLAIMS), "nbf", "at_hash"]), value=json_values)
@settings(max_examples=200, deadline=None)
async def test_signed_claims_of_any_type_are_accepted_or_refused_and_never_crash(name: str, value: Any) -> None:
    try:
        principal = await a_verifier(ManualClock(NOW)).verify(signed(claims=CLAIMS | {name: value}))
    except Unauthorized:
        return
    assert isinstance(principal.user_id, str)
    assert principal.user_id
    assert all(isinstance(role, str) for role in principal.roles)


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
async def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(Unauthorized):
        await a_verifier(ManualClock(NOW)).verify(text)


async def test_a_verified_token_is_recalled_until_it_expires(verifier: TokenVerifier, now: ManualClock) -> None:
    token = issue(lifetime=timedelta(minutes=10))
    assert verifier.recall(token) is None
    await verifier.verify(token)
    now.advance(timedelta(minutes=9, seconds=59, milliseconds=999))
    assert verifier.recall(token) == ANA
    now.advance(timedelta(milliseconds=1))
    assert verifier.recall(token) is None
    with pytest.raises(Unauthorized) as refused:
        await verifier.verify(token)
    assert refused.value.code == "token_expired"


async def test_no_more_tokens_are_remembered_than_allowed(now: ManualClock) -> None:
    verifier = a_verifier(now, remember=3)
    tokens = [issue() for _ in range(5)]
    for token in tokens:
        await verifier.verify(token)
    assert [verifier.recall(token) for token in tokens] == [None, None, ANA, ANA, ANA]


async def test_a_clock_that_is_a_little_behind_does_not_refuse_a_new_token(now: ManualClock) -> None:
    now.advance(timedelta(seconds=-20))
    assert await a_verifier(now).verify(issue()) == ANA


@pytest.fixture(params=["key", "x"])
def broken_jwk(request: pytest.FixtureRequest) -> Callable[[], dict[str, str]]:
    jwk = KEY.public_jwk()
    return lambda: without(jwk, "x") if request.param == "x" else jwk | {"x": "AAAA"}


async def test_a_broken_key_verifies_nothing(now: ManualClock, broken_jwk: Callable[[], dict[str, str]]) -> None:
    verifier = TokenVerifier(StaticKeys(broken_jwk()), issuer=ISSUER, audience=AUDIENCE, clock=now)
    with pytest.raises(Unauthorized):
        await verifier.verify(issue())
