"""Access tokens: ES256 JWTs (RFC 9068), issued and verified here and nowhere else.

This is the only module that imports python-jose. Left to itself the library accepts too much (no algorithm list, a
missing audience, unknown critical headers), so the header is checked first, against a closed list, and python-jose is
only handed a token that names one algorithm and one known key.
"""

import base64
import binascii
import json
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jwt
from jose.exceptions import JOSEError

from gigsta_common.clock import Clock
from gigsta_common.errors import Unauthorized
from gigsta_common.ids import new_id
from gigsta_common.security.jwks import KeySource
from gigsta_common.security.principal import Principal

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"
_HEADER_FIELDS = {"alg", "kid", "typ"}
_LEEWAY = timedelta(seconds=30)
_MAX_TOKEN_LENGTH = 4096
_SHAPE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}", re.ASCII)
_LAST_TIME = 253_402_300_800
"""The year 10000."""


@dataclass(frozen=True)
class SigningKey:
    """A private P-256 key and the id under which its public half is published."""

    kid: str
    private_pem: bytes

    @classmethod
    def generate(cls) -> "SigningKey":
        private = ec.generate_private_key(ec.SECP256R1())
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return cls(new_id(), pem)

    def public_jwk(self) -> dict[str, str]:
        """The public half, as it stands in a JWKS document."""
        public = jwk.construct(self.private_pem.decode(), ALGORITHM).public_key().to_dict()
        return {**public, "kid": self.kid, "use": "sig", "alg": ALGORITHM}


def issue_token(
    key: SigningKey, principal: Principal, *, issuer: str, audience: str, now: datetime, lifetime: timedelta
) -> str:
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": principal.user_id,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "jti": new_id(),
        "sid": principal.session_id,
        "roles": sorted(principal.roles),
        "name": principal.name,
        "amr": ["mfa"] if principal.second_factor else [],
    }
    headers = {"kid": key.kid, "typ": TOKEN_TYPE}
    return str(jwt.encode(claims, key.private_pem.decode(), algorithm=ALGORITHM, headers=headers))


class TokenVerifier:
    """Turns a bearer token into a `Principal`. Remembers what it has verified until that expires."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str,
        clock: Clock,
        remember: int = 10_000,
        admins_show_two: bool = False,
    ) -> None:
        """`admins_show_two`: whether administrators are such only in sessions that were made with a second factor."""
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._remember = remember
        self._admins_show_two = admins_show_two
        self._verified: OrderedDict[str, tuple[Principal, float]] = OrderedDict()

    def recall(self, token: str) -> Principal | None:
        """What `verify` would say, where that is known already. Never waits."""
        known = self._verified.get(token)
        if known is None:
            return None
        if self._clock.now().timestamp() >= known[1]:
            del self._verified[token]
            return None
        return known[0]

    async def verify(self, token: str) -> Principal:
        """Check signature, issuer, audience, lifetime and type.

        Raises:
            Unauthorized: says what is wrong in words that tell an attacker nothing.
            Unavailable: no signing key could be fetched yet.
        """
        known = self.recall(token)
        if known is not None:
            return known
        key = await self._keys.key(_key_id(token))
        if key is None:
            raise Unauthorized("The access token is not valid.", code="invalid_token")
        claims = _decode(token, key, self._issuer, self._audience)
        expires = self._check_times(claims)
        principal = _principal(claims, self._admins_show_two)
        self._verified[token] = (principal, expires)
        if len(self._verified) > self._remember:
            self._verified.popitem(last=False)
        return principal

    def _check_times(self, claims: dict[str, Any]) -> float:
        now = self._clock.now()
        issued: Any = claims.get("iat")
        expires: Any = claims.get("exp")
        not_before: Any = claims.get("nbf", issued)
        if not all(_is_time(moment) for moment in (issued, expires, not_before)):
            raise Unauthorized("The access token is not valid.", code="invalid_token")
        latest = (now + _LEEWAY).timestamp()
        if issued > latest or not_before > latest:
            raise Unauthorized("The access token is not valid yet.", code="invalid_token")
        if now.timestamp() >= expires:
            raise Unauthorized("The access token has expired.", code="token_expired")
        return float(expires)


def _is_time(value: Any) -> bool:
    """Whole seconds since 1970, within the years that a clock can show."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LAST_TIME


def _key_id(token: str) -> str:
    """The `kid` of a token whose header is exactly what we issue."""
    try:
        if len(token) > _MAX_TOKEN_LENGTH or not _SHAPE.fullmatch(token):
            raise ValueError("shape")
        encoded = token.split(".", 1)[0]
        header = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        if not isinstance(header, dict) or set(header) != _HEADER_FIELDS:
            raise ValueError("fields")
        if header["alg"] != ALGORITHM or header["typ"] != TOKEN_TYPE or not isinstance(header["kid"], str):
            raise ValueError("values")
    except (ValueError, binascii.Error, RecursionError):
        raise Unauthorized("The access token is not valid.", code="invalid_token") from None
    return header["kid"]


def _decode(token: str, key: dict[str, str], issuer: str, audience: str) -> dict[str, Any]:
    """Let python-jose check the signature, issuer and audience. Times are ours, by the injected clock.

    To require `exp` or `iat` of python-jose would also make it compare them with the machine's clock.
    """
    required = {f"require_{claim}": True for claim in ("aud", "iss", "sub", "jti")}
    ours = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_at_hash": False}
    try:
        claims: dict[str, Any] = jwt.decode(
            token, key, algorithms=[ALGORITHM], audience=audience, issuer=issuer, options={**required, **ours}
        )
    except (JOSEError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unauthorized("The access token is not valid.", code="invalid_token") from None
    return claims


def _principal(claims: dict[str, Any], admins_show_two: bool) -> Principal:
    subject, roles = claims["sub"], claims.get("roles")
    session, name, methods = claims.get("sid"), claims.get("name"), claims.get("amr", [])
    if not subject or not isinstance(claims["aud"], str):
        raise Unauthorized("The access token is not valid.", code="invalid_token")
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise Unauthorized("The access token is not valid.", code="invalid_token")
    if not isinstance(session, str) or not (name is None or isinstance(name, str)):
        raise Unauthorized("The access token is not valid.", code="invalid_token")
    if not isinstance(methods, list):
        raise Unauthorized("The access token is not valid.", code="invalid_token")
    return Principal(
        user_id=subject,
        roles=frozenset(roles),
        session_id=session,
        name=name,
        second_factor="mfa" in methods,
        owes_second_factor=admins_show_two and "admin" in roles and "mfa" not in methods,
        expires=float(claims["exp"]),
    )
