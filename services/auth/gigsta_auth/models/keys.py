"""The keys that sign access tokens: how they are stored, which one signs and which are published.

A key is `next` until its `not_before`, from when on it signs without anybody having to relabel it, so that every
instance changes over at the same moment and verifiers have had the time to fetch it. A `retired` key only verifies, for
as long as tokens that it signed may be about. A unique index allows one `active` and one `next` key.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gigsta_common.security import SigningKey

ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
PUBLIC_KEYS_MAX_AGE = timedelta(minutes=5)
"""How long others may keep the published keys without asking again."""
PUBLISHED_BEFORE_USE = 2 * PUBLIC_KEYS_MAX_AGE + timedelta(minutes=1)
"""From publishing to signing: verifiers, and whatever caches for them, have the new key by then."""
PUBLISHED_AFTER_RETIREMENT = ACCESS_TOKEN_LIFETIME + 2 * PUBLIC_KEYS_MAX_AGE

_NONCE_BYTES = 12

PublicKey = dict[str, str]


class StoredKey(TypedDict):
    _id: str
    """The `kid`."""
    status: Literal["next", "active", "retired"]
    public_jwk: PublicKey
    private_pem_encrypted: bytes
    """AES-256-GCM: a nonce of 12 bytes, then the ciphertext; the `kid` is bound to it."""
    created_at: datetime
    not_before: datetime
    retired_at: datetime | None


class WrongEncryptionKey(Exception):
    """The stored key was encrypted under another KEY_ENCRYPTION_KEY."""


def seal(key: SigningKey, encryption_key: bytes, now: datetime) -> StoredKey:
    """A new key, ready to sign from now on, in the form in which it is stored."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(encryption_key).encrypt(nonce, key.private_pem, key.kid.encode())
    return StoredKey(
        _id=key.kid,
        status="active",
        public_jwk=key.public_jwk(),
        private_pem_encrypted=sealed,
        created_at=now,
        not_before=now,
        retired_at=None,
    )


def unseal(stored: StoredKey, encryption_key: bytes) -> SigningKey:
    """The private key again.

    Raises:
        WrongEncryptionKey: `encryption_key` is not the one it was sealed with.
    """
    sealed, kid = bytes(stored["private_pem_encrypted"]), stored["_id"]
    try:
        pem = AESGCM(encryption_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], kid.encode())
    except InvalidTag:
        raise WrongEncryptionKey(kid) from None
    return SigningKey(kid, pem)


def signing(keys: Sequence[StoredKey], now: datetime) -> StoredKey | None:
    """The key that signs now: the newest whose time has come."""
    ready = [key for key in keys if key["status"] != "retired" and key["not_before"] <= now]
    return max(ready, key=lambda key: key["not_before"], default=None)


def following(keys: Sequence[StoredKey]) -> StoredKey | None:
    """The key that is next, whether or not its time has come."""
    return next((key for key in keys if key["status"] == "next"), None)


def is_forgettable(key: StoredKey, now: datetime) -> bool:
    """Whether nothing that the key signed can be good any more."""
    return key["retired_at"] is not None and now >= key["retired_at"] + PUBLISHED_AFTER_RETIREMENT


def published(keys: Sequence[StoredKey], now: datetime) -> list[PublicKey]:
    """The public halves that verifiers need now, those that will sign next included."""
    return [key["public_jwk"] for key in keys if not is_forgettable(key, now)]
