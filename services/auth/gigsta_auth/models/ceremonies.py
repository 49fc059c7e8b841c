"""Whatever has two halves with a person in between: a login elsewhere, a second factor, a passkey.

The first half gives out a secret; the second brings it back, once, before it expires. Only its hash is stored.
"""

import re
import secrets
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from gigsta_auth.models.sessions import digest

LIFETIME = timedelta(minutes=10)
_BROWSER = re.compile(r"[A-Za-z0-9_-]{43}")
GUESSES = 5
"""How often one may try to answer a question that can be guessed."""


class Ceremony(TypedDict):
    _id: str
    kind: str
    user_id: str | None
    """Whose it is, where that is known from the start."""
    browser_hash: str | None
    """Of the cookie that the second half must bring along, where there is one."""
    epoch: NotRequired[int | None]
    """The `session_epoch` of the account at the first half, where a change of it ends this."""
    tries_left: int
    expires_at: datetime


def browser_secret(shown: str | None) -> str:
    """What binds a first half to the browser: the one that it has from another a moment ago, in another tab perhaps."""
    return shown if shown is not None and _BROWSER.fullmatch(shown) else secrets.token_urlsafe(32)


def ceremony_id(kind: str, secret: str) -> str:
    """A secret of one kind means nothing to another."""
    return digest(f"{kind} {secret}")
