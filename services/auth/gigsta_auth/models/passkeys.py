"""A passkey (WebAuthn): a key pair whose private half never leaves its owner's devices."""

from datetime import datetime
from typing import TypedDict

MAX_PASSKEYS = 20


class Passkey(TypedDict):
    id: str
    """The credential's id in base64url: unique among all accounts."""
    public_key: bytes
    """In COSE, as the authenticator gave it."""
    sign_count: int
    """How often it has signed, for those that count: one that counts backwards has been copied."""
    name: str
    backed_up: bool
    """Whether it is kept by a service that brings it to the owner's other devices."""
    created_at: datetime
    last_used_at: datetime | None
