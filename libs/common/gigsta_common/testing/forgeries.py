"""Access tokens that must not be accepted, each wrong in one way, made with a key that is right.

With the key that really signs, what is refused is refused for what is wrong with it and not for its signature.
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from gigsta_common.security import SigningKey


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


def without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def header_for(key: SigningKey) -> dict[str, Any]:
    return {"alg": "ES256", "kid": key.kid, "typ": "at+jwt"}


def signed_token(key: SigningKey, header: Any, claims: Any) -> str:
    """A token with a good signature over whatever it says."""
    text = f"{encoded(header)}.{encoded(claims)}"
    return f"{text}.{es256(key, text)}"


class Forger:
    """Makes the bad tokens beside a good one: that of `claims`, signed with `key`."""

    def __init__(self, key: SigningKey, claims: dict[str, Any]) -> None:
        self.key = key
        self.other = SigningKey.generate()
        self.header = header_for(key)
        self.claims = claims
        self.good = self.signed()

    def signed(self, header: Any = None, claims: Any = None, key: SigningKey | None = None) -> str:
        header = self.header if header is None else header
        return signed_token(key or self.key, header, self.claims if claims is None else claims)

    def hostile(self) -> dict[str, str]:
        """By what is wrong."""
        return {
            **self._signatures(),
            **self._algorithms(),
            **self._keys(),
            **self._headers(),
            **self._times(),
            **self._parties(),
            **self._shapes(),
        }

    def _hs256(self, secret: bytes, header: Any) -> str:
        text = f"{encoded(header)}.{encoded(self.claims)}"
        return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    def _public(self, encoding: serialization.Encoding, form: serialization.PublicFormat) -> bytes:
        return private(self.key).public_key().public_bytes(encoding, form)

    def _signatures(self) -> dict[str, str]:
        head, body, signature = self.good.split(".")
        signed = self.signed
        header = self.header
        claims = self.claims
        key = self.key
        other = self.other
        return {
            "none": f"{encoded(header | {'alg': 'none'})}.{body}.",
            "None": f"{encoded(header | {'alg': 'None'})}.{body}.{signature}",
            "signature removed": f"{head}.{body}.",
            "signature of nulls": f"{head}.{body}.{b64(bytes(64))}",
            "signature too short": f"{head}.{body}.{signature[:-4]}",
            "signature as DER": f"{head}.{body}."
            + b64(private(key).sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))),
            "signature of another key": signed(key=other),
            "signature of another body": f"{head}.{encoded(claims | {'sub': 'admin'})}.{signature}",
        }

    def _algorithms(self) -> dict[str, str]:
        signed = self.signed
        hs256 = self._hs256
        header = self.header
        key = self.key
        form = serialization.PublicFormat
        pem = self._public(serialization.Encoding.PEM, form.SubjectPublicKeyInfo)
        der = self._public(serialization.Encoding.DER, form.SubjectPublicKeyInfo)
        point = self._public(serialization.Encoding.X962, form.UncompressedPoint)
        return {
            "HS256 with the public key as PEM": hs256(pem, header | {"alg": "HS256"}),
            "HS256 with the public key as PEM, trimmed": hs256(pem.strip(), header | {"alg": "HS256"}),
            "HS256 with the public key as DER": hs256(der, header | {"alg": "HS256"}),
            "HS256 with the public point": hs256(point, header | {"alg": "HS256"}),
            "HS256 with the JWK": hs256(json.dumps(key.public_jwk()).encode(), header | {"alg": "HS256"}),
            "HS256 with nothing": hs256(b"", header | {"alg": "HS256"}),
            "HS256 that says ES256": hs256(pem, header),
            "ES384": signed(header | {"alg": "ES384"}),
            "RS256": signed(header | {"alg": "RS256"}),
            "es256 in small letters": signed(header | {"alg": "es256"}),
            "several algorithms": signed(header | {"alg": ["ES256"]}),
            "no algorithm": signed(without(header, "alg")),
        }

    def _keys(self) -> dict[str, str]:
        signed = self.signed
        header = self.header
        key = self.key
        other = self.other
        return {
            "unknown kid": signed(header | {"kid": "nobody"}),
            "kid of a path": signed(header | {"kid": "../../dev/null"}),
            "kid of another type": signed(header | {"kid": 7}),
            "kid of null": signed(header | {"kid": None}),
            "kid as a list": signed(header | {"kid": [key.kid]}),
            "no kid": signed(without(header, "kid")),
            "jku": signed(header | {"jku": "https://evil.example/jwks.json"}),
            "x5u": signed(header | {"x5u": "https://evil.example/cert.pem"}),
            "x5c": signed(header | {"x5c": ["MIIB"]}),
            "jwk": signed(header | {"jwk": other.public_jwk(), "kid": other.kid}, key=other),
            "jwk with our kid": signed(header | {"jwk": other.public_jwk()}, key=other),
        }

    def _headers(self) -> dict[str, str]:
        signed = self.signed
        header = self.header
        return {
            "unknown crit": signed(header | {"crit": ["exp2"], "exp2": 1}),
            "empty crit": signed(header | {"crit": []}),
            "b64 false": signed(header | {"crit": ["b64"], "b64": False}),
            "zip": signed(header | {"zip": "DEF"}),
            "cty": signed(header | {"cty": "JWT"}),
            "typ of an identity token": signed(header | {"typ": "JWT"}),
            "no typ": signed(without(header, "typ")),
            "header as a list": signed([header]),
            "header as text": signed("ES256"),
            "header of rubbish": signed(b"\xff\xfe"),
            "header nested deep": signed(b'{"alg":' + b"[" * 2000),
        }

    def _times(self) -> dict[str, str]:
        signed = self.signed
        claims = self.claims
        return {
            "expired": signed(claims=claims | {"exp": claims["iat"]}),
            "expired this second": signed(claims=claims | {"iat": claims["iat"] - 600, "exp": claims["iat"]}),
            "no exp": signed(claims=without(claims, "exp")),
            "exp as text": signed(claims=claims | {"exp": "9999999999"}),
            "exp as a fraction": signed(claims=claims | {"exp": 9999999999.5}),
            "exp true": signed(claims=claims | {"exp": True}),
            "exp null": signed(claims=claims | {"exp": None}),
            "exp beyond all numbers": signed(
                claims=json.dumps(claims | {"exp": 0}).replace('"exp": 0', '"exp": 1e999').encode()
            ),
            "exp of 400 digits": signed(claims=claims | {"exp": 10**400}),
            "issued in the future": signed(claims=claims | {"iat": claims["iat"] + 3600, "exp": claims["iat"] + 7200}),
            "no iat": signed(claims=without(claims, "iat")),
            "not before tomorrow": signed(claims=claims | {"nbf": claims["iat"] + 86400}),
            "nbf as text": signed(claims=claims | {"nbf": "0"}),
        }

    def _parties(self) -> dict[str, str]:
        signed = self.signed
        claims = self.claims
        issuer, audience = claims["iss"], claims["aud"]
        return {
            "no aud": signed(claims=without(claims, "aud")),
            "another aud": signed(claims=claims | {"aud": "other-api"}),
            "aud as a list": signed(claims=claims | {"aud": ["other-api", audience]}),
            "empty aud": signed(claims=claims | {"aud": ""}),
            "aud null": signed(claims=claims | {"aud": None}),
            "no iss": signed(claims=without(claims, "iss")),
            "another iss": signed(claims=claims | {"iss": "https://evil.example"}),
            "iss as a list": signed(claims=claims | {"iss": [issuer]}),
            "iss with a slash": signed(claims=claims | {"iss": issuer + "/"}),
            "no sub": signed(claims=without(claims, "sub")),
            "empty sub": signed(claims=claims | {"sub": ""}),
            "sub as a number": signed(claims=claims | {"sub": 1}),
            "sub as an operator": signed(claims=claims | {"sub": {"$ne": None}}),
            "no jti": signed(claims=without(claims, "jti")),
            "no sid": signed(claims=without(claims, "sid")),
            "no roles": signed(claims=without(claims, "roles")),
            "roles as text": signed(claims=claims | {"roles": "admin"}),
            "roles of lists": signed(claims=claims | {"roles": [["admin"]]}),
            "name as an object": signed(claims=claims | {"name": {"a": 1}}),
            "claims as a list": signed(claims=[claims]),
            "claims of rubbish": signed(claims=b"\xff\xfe"),
            "claims nested deep": signed(claims=b'{"sub":' + b"[" * 2500),
        }

    def _shapes(self) -> dict[str, str]:
        head, body, signature = self.good.split(".")
        signed = self.signed
        claims = self.claims
        good = self.good
        return {
            "nothing": "",
            "dots": "..",
            "one part": head,
            "two parts": f"{head}.{body}",
            "four parts": f"{good}.{signature}",
            "five parts, as if encrypted": f"{good}.a.b",
            "truncated": good[: len(good) // 2],
            "with a space before": f" {good}",
            "with a newline after": f"{good}\n",
            "too long": signed(claims=claims | {"padding": "x" * 5000}),
            "not ASCII": good.replace("e", "\N{CYRILLIC SMALL LETTER IE}", 1),
            "lone surrogate": f"\ud800{good}",
            "null byte": f"{good}\x00",
            "JSON serialisation": json.dumps({"protected": head, "payload": body, "signature": signature}),
        }
