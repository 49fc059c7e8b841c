"""Passkeys: keys of which a person's device, or the keychain behind it, holds the private half.

Every one of ours can be found by the device without being told whose it is, and is only used after the device has made
sure of its owner. So one is two factors: something that one has, and something that one is or knows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.security_mails import told
from gigsta_auth.models.users import Change, User
from gigsta_auth.models.ways_in import check_other_way_in, passkeys_of
from gigsta_common.errors import Conflict, NotFound, Unauthorized

MAX_PASSKEYS = 10


class Passkey(TypedDict):
    id: str
    """What it is called in the API."""
    credential_id: str
    """What devices call it, in base64url: unique among all accounts."""
    public_key: bytes
    """As COSE has it."""
    sign_count: int
    """How often the device says that it was used. Those that are in a keychain say 0 for ever."""
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class NewKey:
    """What a device has proven about a key that it has made."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Created:
    """What a browser says after it has had a key made. All but the id in base64url."""

    credential_id: str
    client_data: str
    attestation: str


@dataclass(frozen=True)
class Shown:
    """What a browser says after it has had a key used."""

    credential_id: str
    client_data: str
    authenticator_data: str
    signature: str
    user_handle: str | None


def add(user: User, passkey_id: str, key: NewKey, name: str, now: datetime) -> Change:
    """Raises Conflict for one too many, and for one that the account has already."""
    passkeys = passkeys_of(user)
    if len(passkeys) >= MAX_PASSKEYS:
        raise Conflict(f"An account can have {MAX_PASSKEYS} passkeys at most.", code="too_many_passkeys")
    if any(passkey["credential_id"] == key.credential_id for passkey in passkeys):
        raise taken()
    new = Passkey(
        id=passkey_id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=name,
        added_at=now,
        last_used_at=None,
    )
    return told(user, {"passkeys": [*passkeys, new], "factor_permitted_until": None}, "passkey_added", name)


def rename(user: User, passkey_id: str, name: str) -> Change:
    """Raises NotFound."""
    wanted = _by_id(user, passkey_id)
    return Change({"passkeys": _with(user, {**wanted, "name": name})})


def remove(user: User, passkey_id: str) -> Change:
    """All other sessions end: whoever has the device may be logged in on it.

    Raises:
        NotFound
        Conflict: nobody could get in any more.
    """
    gone = _by_id(user, passkey_id)
    check_other_way_in(user)
    left = [passkey for passkey in passkeys_of(user) if passkey["id"] != passkey_id]
    return told(user, {"passkeys": left, "session_epoch": epoch_of(user) + 1}, "passkey_removed", gone["name"])


def use(user: User, credential_id: str, sign_count: int, now: datetime) -> Change:
    """The device has proven to have the key. Said of the account as it stands, which others may be changing.

    Raises:
        Unauthorized: the passkey has been removed; or its count does not grow, so that there is a copy of it.
    """
    passkey = by_credential(user, credential_id)
    if passkey is None:
        raise unknown()
    if max(sign_count, passkey["sign_count"]) > 0 and sign_count <= passkey["sign_count"]:
        raise refused()
    return Change({"passkeys": _with(user, {**passkey, "sign_count": sign_count, "last_used_at": now})})


def by_credential(user: User, credential_id: str) -> Passkey | None:
    return next((passkey for passkey in passkeys_of(user) if passkey["credential_id"] == credential_id), None)


def taken() -> Conflict:
    return Conflict("This passkey belongs to an account already.", code="passkey_taken")


def unknown() -> Unauthorized:
    return Unauthorized("This passkey belongs to no account, or no longer.", code="passkey_unknown")


def refused() -> Unauthorized:
    return Unauthorized("This passkey does not prove who you are. Log in in another way.", code="passkey_refused")


def _by_id(user: User, passkey_id: str) -> Passkey:
    for passkey in passkeys_of(user):
        if passkey["id"] == passkey_id:
            return passkey
    raise NotFound("There is no such passkey.")


def _with(user: User, changed: Passkey) -> list[Passkey]:
    return [changed if passkey["id"] == changed["id"] else passkey for passkey in passkeys_of(user)]
