"""Only a token that auth issued for us, now, passes; whatever else is put before us is a 401 and never an error."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gigsta_common.clock import ManualClock
from gigsta_common.errors import Unauthorized
from gigsta_common.security import Principal, SigningKey, StaticKeys, TokenVerifier, issue_token
from gigsta_common.testing.forgeries import Forger, without

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


FORGER = Forger(KEY, CLAIMS)
GOOD, HOSTILE, signed = FORGER.good, FORGER.hostile(), FORGER.signed
HEAD, BODY, SIGNATURE = GOOD.split(".")


@pytest.fixture
def now() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def verifier(now: ManualClock) -> TokenVerifier:
    return a_verifier(now)


def a_verifier(clock: ManualClock, **options: Any) -> TokenVerifier:
    return TokenVerifier(StaticKeys(KEY.public_jwk()), issuer=ISSUER, audience=AUDIENCE, clock=clock, **options)


def issue(key: SigningKey = KEY, lifetime: timedelta = timedelta(minutes=10)) -> str:
    return issue_token(key, ANA, issuer=ISSUER, audience=AUDIENCE, now=NOW, lifetime=lifetime)


async def test_what_auth_issues_passes(verifier: TokenVerifier) -> None:
    assert await verifier.verify(issue()) == ANA


async def test_an_administrator_is_one_by_a_second_factor_where_that_is_demanded(now: ManualClock) -> None:
    strict, lax = a_verifier(now, admins_show_two=True), a_verifier(now)
    for amr, demanded in (
        ({}, False),
        ({"amr": []}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["pwd", "mfa"]}, True),
    ):
        token = signed(claims={**CLAIMS, "roles": ["user", "admin"], **amr})
        assert (await strict.verify(token)).is_admin is demanded
        assert (await lax.verify(token)).is_admin
    with pytest.raises(Unauthorized):
        await lax.verify(signed(claims={**CLAIMS, "amr": "mfa"}))


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
