"""The cookie by which a device is known on which an account's owner has logged in before.

It lets nobody in. It only gives its bearer a budget of guesses of their own (see `throttling`), so it is worth nothing
to a thief who does not know the password.
"""

import base64
import hmac
import re
import secrets
from datetime import datetime, timedelta

LIFETIME = timedelta(days=180)

_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{10})\.([A-Za-z0-9_-]{43})")


def new_device() -> str:
    return secrets.token_urlsafe(16)


def token_for(server_key: bytes, account: str, device: str, now: datetime) -> str:
    """Says that the owner of `account` logged in on `device` at that time."""
    seconds = f"{int(now.timestamp()):010d}"
    return f"{device}.{seconds}.{_mac(server_key, account, device, seconds)}"


def device_of(server_key: bytes, account: str, token: str | None, now: datetime) -> str | None:
    """The device, if the token is ours, is for this account, and is not too old."""
    found = _TOKEN.fullmatch(token or "")
    device, seconds, mac = found.groups() if found else ("", "0", "")
    # Done for what is no token too: it costs nothing, and what takes as long tells nothing.
    right = hmac.compare_digest(mac.encode(), _mac(server_key, account, device, seconds).encode())
    fresh = now.timestamp() - int(seconds) < LIFETIME.total_seconds()
    return device if right and fresh else None


def _mac(server_key: bytes, account: str, device: str, seconds: str) -> str:
    digest = hmac.digest(server_key, f"{account}\0{device}\0{seconds}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
