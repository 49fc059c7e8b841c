"""Codes that change every 30 seconds (RFC 6238), and the recovery codes for the day the phone is lost.

Secrets are stored encrypted. Recovery codes have 120 bits and are stored as plain SHA-256, like every secret here that
nobody can guess.
"""

import base64
import secrets
from datetime import datetime, timedelta
from typing import TypedDict

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.exceptions import OTPVerificationError

from gigsta_auth.models.sessions import digest
from gigsta_common.errors import Unavailable

ISSUER = "GigSta"
RECOVERY_CODES = 10
FREE_MISSES = 10
"""So many wrong codes in a row cost nothing but the logins they were part of."""
TOLD_AFTER = 5
"""After so many, once, a mail tells the owner: whoever tries them knows the password, or has another way in."""
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)

_SECRET_BYTES = 20
_NONCE_BYTES = 12
_RECOVERY_BYTES = 15
_GROUP = 4


class Totp(TypedDict):
    secret_encrypted: bytes
    """AES-256-GCM: a nonce of 12 bytes, then the ciphertext; the user's id is bound to it."""
    confirmed_at: datetime | None
    """Null until a first code has shown that the app has the secret: only then is it asked for."""
    last_step: int
    """The step, of 30 seconds, of the last code that was used: none before or in it is good again."""
    recovery_hashes: list[str]
    misses: int
    """Wrong codes since the last right one."""
    missed_at: datetime | None


def new_secret() -> str:
    """In base32, as authenticator apps want it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def unconfirmed(secret: str, user_id: str, encryption_key: bytes) -> Totp:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(encryption_key).encrypt(nonce, secret.encode(), user_id.encode())
    return Totp(secret_encrypted=sealed, confirmed_at=None, last_step=0, recovery_hashes=[], misses=0, missed_at=None)


def secret_of(totp: Totp, user_id: str, encryption_key: bytes) -> str:
    """Raises Unavailable where this instance was given another key than the one it was encrypted with."""
    sealed = bytes(totp["secret_encrypted"])
    try:
        secret = AESGCM(encryption_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], user_id.encode())
    except InvalidTag:
        raise Unavailable("Codes cannot be checked at this moment.", code="second_factor_unavailable") from None
    return secret.decode()


def otpauth_uri(secret: str, account: str) -> str:
    """What the QR code says that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """The step whose code this is, of the present one and its two neighbours; None for a wrong code."""
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now, valid_window=1)
    except OTPVerificationError:
        return None


def wait(totp: Totp, now: datetime) -> timedelta:
    """How long no code is looked at, after so many wrong ones.

    Only somebody who has the password, or is logged in, gets as far as guessing, so by this strangers lock
    no owner out; and recovery codes, which nobody guesses, are never made to wait.
    """
    beyond = totp["misses"] - FREE_MISSES
    if beyond < 0 or totp["missed_at"] is None:
        return timedelta()
    pause = min(FIRST_WAIT * (1 << min(beyond, 10)), LONGEST_WAIT)
    return max(totp["missed_at"] + pause - now, timedelta())


def new_recovery_codes() -> list[str]:
    """Six groups of four letters and digits each, none of which is taken for another."""
    return [_grouped(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """The same however it was typed."""
    return digest("".join(character for character in code if character.isalnum()).upper())


def looks_like_recovery_code(code: str) -> bool:
    return not code.isdigit()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP)).lower()
