"""A browser and an authenticator in software: they make passkeys and use them, and lie where a test wants them to."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import cbor2
import httpx2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from gigsta_common.testing.service import TestService

from .openid_browser import BROWSER, LoggedIn

__all__ = ["phone"]
"""The fixture; the rest is imported by name."""

Json = dict[str, Any]
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 1, 4, 8, 16, 64


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def cose(private: Private) -> Json:
    """The public half, as COSE has it (RFC 9053)."""
    match private:
        case ec.EllipticCurvePrivateKey():
            point = private.public_key().public_numbers()
            return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}  # type: ignore[dict-item]
        case ed25519.Ed25519PrivateKey():
            return {1: 1, 3: -8, -1: 6, -2: private.public_key().public_bytes_raw()}  # type: ignore[dict-item]
        case rsa.RSAPrivateKey():
            numbers = private.public_key().public_numbers()
            return {1: 3, 3: -257, -1: _number(numbers.n), -2: _number(numbers.e)}  # type: ignore[dict-item]
    raise TypeError(private)


def sign(private: Private, data: bytes) -> bytes:
    match private:
        case ec.EllipticCurvePrivateKey():
            return private.sign(data, ec.ECDSA(hashes.SHA256()))
        case ed25519.Ed25519PrivateKey():
            return private.sign(data)
        case rsa.RSAPrivateKey():
            return private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    raise TypeError(private)


@dataclass(frozen=True)
class Lies:
    """What is said instead of the truth."""

    origin: str = ORIGIN
    rp_id: str | None = None
    challenge: str | None = None
    kind: str | None = None
    """`webauthn.get` where it should be `webauthn.create`, or the reverse."""
    cross_origin: bool = False
    flags: int = PRESENT | VERIFIED
    user_handle: bytes | Literal["none"] | None = None
    sign_count: int | None = None
    private: Private | None = None
    """The key that it is signed with."""
    attestation: str = "none"
    more: Json = field(default_factory=dict)
    """More members of the client data."""


TRUTH = Lies()


@dataclass
class Key:
    """A passkey on a device. `counts` is false for one that is kept in a keychain."""

    credential_id: bytes
    private: Private
    user_handle: bytes
    rp_id: str
    sign_count: int = 0
    counts: bool = True


def _client_data(kind: str, challenge: str, lies: Lies) -> bytes:
    said = {
        "type": lies.kind or kind,
        "challenge": lies.challenge or challenge,
        "origin": lies.origin,
        "crossOrigin": lies.cross_origin,
        **lies.more,
    }
    return json.dumps(said).encode()


def make(options: Json, private: Private | None = None, lies: Lies = TRUTH, *, counts: bool = True) -> tuple[Key, Json]:
    """What `navigator.credentials.create()` does: a key, and what the browser says of it."""
    key = Key(
        secrets.token_bytes(32),
        private or ec.generate_private_key(ec.SECP256R1()),
        decode(options["user"]["id"]),
        options["rp"]["id"],
        counts=counts,
    )
    client_data = _client_data("webauthn.create", options["challenge"], lies)
    data = _authenticator_data(key, lies, ATTESTED)
    data += bytes(16) + len(key.credential_id).to_bytes(2, "big") + key.credential_id + cbor2.dumps(cose(key.private))
    statement: Json = {}
    if lies.attestation == "packed":
        signed = sign(lies.private or key.private, data + hashlib.sha256(client_data).digest())
        statement = {"alg": cose(key.private)[3], "sig": signed}  # type: ignore[index]
    attestation = cbor2.dumps({"fmt": lies.attestation, "attStmt": statement, "authData": data})
    return key, _credential(key, clientDataJSON=encode(client_data), attestationObject=encode(attestation))


def use(key: Key, options: Json, lies: Lies = TRUTH) -> Json:
    """What `navigator.credentials.get()` does."""
    key.sign_count += key.counts
    client_data = _client_data("webauthn.get", options["challenge"], lies)
    data = _authenticator_data(key, lies)
    signature = sign(lies.private or key.private, data + hashlib.sha256(client_data).digest())
    handle = {} if lies.user_handle == "none" else {"userHandle": encode(lies.user_handle or key.user_handle)}
    return _credential(
        key,
        clientDataJSON=encode(client_data),
        authenticatorData=encode(data),
        signature=encode(signature),
        **handle,
    )


def _authenticator_data(key: Key, lies: Lies, more_flags: int = 0) -> bytes:
    count = key.sign_count if lies.sign_count is None else lies.sign_count
    rp_id = hashlib.sha256((lies.rp_id or key.rp_id).encode()).digest()
    return rp_id + bytes([lies.flags | more_flags]) + count.to_bytes(4, "big")


def _credential(key: Key, **response: str) -> Json:
    """As `toJSON()` has it, with what we have no use for."""
    return {
        "id": encode(key.credential_id),
        "rawId": encode(key.credential_id),
        "type": "public-key",
        "response": {**response, "transports": ["internal"], "something": "of next year"},
        "clientExtensionResults": {},
        "authenticatorAttachment": "platform",
    }


class PasskeyBrowser:
    """A browser: keeps the cookie between two halves."""

    def __init__(self, service: TestService) -> None:
        self.service = service
        self.cookie: str | None = None

    async def send(self, method: str, path: str, body: Any = None, person: LoggedIn | None = None) -> httpx2.Response:
        cookie = {"Cookie": f"{BROWSER}={self.cookie}"} if self.cookie is not None else {}
        headers = {**cookie, **(person.headers if person else {})}
        answer = await self.service.http.request(method, f"/auth{path}", json=body, headers=headers)
        self.cookie = answer.cookies.get(BROWSER, self.cookie)
        self.service.http.cookies.clear()
        return answer

    async def creation_options(self, person: LoggedIn) -> Json:
        answer = await self.send("POST", "/passkeys/creation-options", person=person)
        return answer.raise_for_status().json()["public_key"]  # type: ignore[no-any-return]

    async def request_options(self) -> Json:
        answer = await self.send("POST", "/passkeys/request-options")
        return answer.raise_for_status().json()["public_key"]  # type: ignore[no-any-return]

    async def add(self, person: LoggedIn, name: str = "Phone", private: Private | None = None, **more: Any) -> Key:
        """Add a passkey as one does."""
        key, credential = make(await self.creation_options(person), private, **more)
        body = {"credential": credential, "name": name}
        (await self.send("POST", "/passkeys", body, person)).raise_for_status()
        return key

    async def shown(self, key: Key, **lies: Any) -> Json:
        """A passkey used for fresh options."""
        return use(key, await self.request_options(), replace(TRUTH, **lies))

    async def log_in(self, key: Key, **lies: Any) -> httpx2.Response:
        return await self.send("POST", "/passkeys/login", {"credential": await self.shown(key, **lies)})


@pytest.fixture
def phone(service: TestService) -> PasskeyBrowser:
    return PasskeyBrowser(service)
