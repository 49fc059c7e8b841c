"""A person's identity with a provider elsewhere, by which they may log in here."""

from datetime import datetime
from typing import Literal, TypedDict

ProviderName = Literal["google", "facebook"]

MAX_IDENTITIES = 10


class Identity(TypedDict):
    key: str
    """Provider and subject in one: unique among all accounts."""
    provider: ProviderName
    subject: str
    """What the provider calls the person: never changes, and is never given to another."""
    email: str | None
    """The address that the provider knew when the identity was linked, to tell two of one provider apart."""
    linked_at: datetime


def identity_key(provider: ProviderName, subject: str) -> str:
    return f"{provider} {subject}"
