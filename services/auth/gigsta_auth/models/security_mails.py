"""Changes to the ways into an account: in the audit trail, and its owner is told by mail."""

from typing import Any, Literal

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.credentials import mail
from gigsta_auth.models.users import Change, User

Kind = Literal[
    "codes_guessed",
    "identity_linked",
    "identity_unlinked",
    "passkey_added",
    "passkey_removed",
    "recovery_code_used",
    "recovery_codes_renewed",
    "second_factor_off",
    "second_factor_on",
]


def told(user: User, fields: dict[str, Any], kind: Kind, about: str | None = None) -> Change:
    """`about` says in words what was added, or taken away."""
    details = {"about": about} if about else {}
    return Change(fields, (mail(user, kind, about=about),), (Entry(kind, details),))
