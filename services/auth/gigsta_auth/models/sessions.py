"""A login on one device, the refresh token that keeps it alive, and what a token that comes back means.

A refresh token is 24 characters that name its family (the same through every rotation, random, and told to nobody else)
followed by 43 that change. Only hashes are stored. A token of the family that is neither the current one nor the one
just before it can only be an older one: somebody has a copy, so the whole family ends.

Why there is a grace, and why it is safe
----------------------------------------
The tabs of a browser share one cookie. When twenty of them start at once they all send the same token, or, while
answers overtake each other, a mixture of the last two. So for ten seconds after a rotation (`GRACE`):

* the token before it is answered with its successor, the very one that the first caller got. It need not be stored for
  that: it is derived, by an HMAC under a server key, from the token presented and the salt of that rotation;
* the current token is not rotated again. Hence there are never more than two tokens in play, every answer sent in
  these ten seconds names the same one, and it does not matter in which order a browser takes them in.

What does a thief gain who has copied a token? Within the grace they get what they would have got by being first; only
whoever presents that token gets the successor, so a copy of the database does not yield it. From then on thief and
owner hold the same token. As soon as one of them uses it, ten seconds later the other's is an older token, and using it
ends the family for both. To stay unnoticed a thief would have to refresh within ten seconds of every refresh of the
owner and never before: the grace puts off the discovery to the next refresh, and gives nothing that lasts.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from enum import Enum
from typing import NotRequired, TypedDict

GRACE = timedelta(seconds=10)
RECENT = timedelta(minutes=10)
"""So long after a login, or after `proven_at`, what protects the account may be changed."""
SLIDING_LIFETIME = timedelta(days=30)
ABSOLUTE_LIFETIME = timedelta(days=90)

_FAMILY_BYTES = 18
_FAMILY_LENGTH = 24
_TOKEN = re.compile(r"[A-Za-z0-9_-]{67}")
_MAX_DEVICE = 200


class Session(TypedDict):
    _id: str
    user_id: str
    epoch: NotRequired[int]
    """The `session_epoch` of the account when it was opened: the session is good for as long as that stays."""
    device: str
    """What the browser or app called itself when it logged in."""
    family_hash: str
    token_hash: str
    previous_hash: str | None
    salt: str | None
    """With the token before, this makes the current one; null before the first rotation, like the next."""
    rotated_at: datetime | None
    created_at: datetime
    proven_at: NotRequired[datetime]
    """When its owner has shown once more, after the login, that the account is theirs."""
    second_factor: NotRequired[bool]
    """Whether a second factor was shown in it, at the login or since; no longer once one is taken away."""
    exchange_until: NotRequired[datetime | None]
    """It has shown a second factor, taken it away, and may until then add another: see `models.admin_factors`."""
    held: NotRequired[int]
    """How many changes were this session's to make: they and its end take turns."""
    last_used_at: datetime
    expires_at: datetime


class Verdict(Enum):
    """What is to be done with a refresh token that names a living family."""

    ROTATE = "rotate"
    KEEP = "keep"
    """It is the current one, so young that it stays."""
    REPEAT = "repeat"
    """It was rotated a moment ago: give the successor once more."""
    REUSED = "reused"
    """It is an old one: end the family."""


def new_session(
    session_id: str, user_id: str, device: str, now: datetime, epoch: int = 0, *, second_factor: bool = False
) -> tuple[Session, str]:
    """A session, and the refresh token that only the caller is told."""
    token = new_token()
    session = Session(
        _id=session_id,
        user_id=user_id,
        epoch=epoch,
        device=device,
        family_hash=digest(family_of(token) or ""),
        token_hash=digest(token),
        previous_hash=None,
        salt=None,
        rotated_at=None,
        created_at=now,
        second_factor=second_factor,
        last_used_at=now,
        expires_at=expiry(now, now),
    )
    return session, token


def new_token() -> str:
    return secrets.token_urlsafe(_FAMILY_BYTES) + secrets.token_urlsafe(32)


def new_salt() -> str:
    return secrets.token_urlsafe(16)


def family_of(token: str) -> str | None:
    """The part that names the family; None for what is not even shaped like a refresh token."""
    return token[:_FAMILY_LENGTH] if _TOKEN.fullmatch(token) else None


def digest(secret: str) -> str:
    """For secrets of 32 random bytes: nothing slower is needed, as there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def successor(server_key: bytes, salt: str, token: str) -> str:
    """The token that follows `token` in the rotation of that salt."""
    mac = hmac.digest(server_key, f"{salt}.{token}".encode(), "sha256")
    return token[:_FAMILY_LENGTH] + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def expiry(created_at: datetime, used_at: datetime) -> datetime:
    """30 days after the last use, and never more than 90 after the login."""
    return min(used_at + SLIDING_LIFETIME, created_at + ABSOLUTE_LIFETIME)


def proven_lately(session: Session, now: datetime) -> bool:
    """Whether somebody has shown in this session, a moment ago, whose account it is. Refreshing shows nothing."""
    return now - session.get("proven_at", session["created_at"]) < RECENT


def judge(session: Session, token_hash: str, now: datetime) -> Verdict:
    """What the token of that hash is to its family now."""
    rotated_at = session["rotated_at"]
    within_grace = rotated_at is not None and now - rotated_at <= GRACE
    if token_hash == session["token_hash"]:
        return Verdict.KEEP if within_grace else Verdict.ROTATE
    if token_hash == session["previous_hash"] and within_grace:
        return Verdict.REPEAT
    return Verdict.REUSED


def device_name(user_agent: str | None) -> str:
    """What a browser or app calls itself, fit to be stored and shown."""
    printable = "".join(character for character in user_agent or "" if character.isprintable())
    return printable.strip()[:_MAX_DEVICE] or "unknown"
