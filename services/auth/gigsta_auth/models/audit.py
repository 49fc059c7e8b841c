"""The audit trail: what may stand in it, and for how long.

One collection has two readers: everybody sees what happened to their own account, and administrators see what
administrators did. What a rule in `models` wants to have recorded it returns as an `Entry` in its `Change`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NotRequired, TypedDict, get_args

Kind = Literal[
    "login",
    "login_failed",
    "login_throttled",
    "logout",
    "reauthenticated",
    "session_ended",
    "all_sessions_ended",
    "refresh_token_reused",
    "email_verified",
    "guest_recognised",
    "account_completed",
    "password_reset_requested",
    "password_reset",
    "password_changed",
    "email_change_requested",
    "email_changed",
    "codes_guessed",
    "identity_linked",
    "identity_unlinked",
    "passkey_added",
    "passkey_removed",
    "recovery_code_used",
    "recovery_codes_renewed",
    "second_factor_on",
    "second_factor_off",
    "roles_chosen",
    "provider_applied",
    "provider_approved",
    "provider_rejected",
    "suspended",
    "reinstated",
    "admin_granted",
    "second_factor_permitted",
]
"""The closed list: a new kind of event is a row here."""

KINDS: tuple[Kind, ...] = get_args(Kind)

OPERATOR = "operator"
"""Stands for the administrator where it was done at the command line."""

KEEP = timedelta(days=400)
KEEP_NOBODYS = timedelta(days=30)
"""Failed logins with an address that has no account."""


@dataclass(frozen=True)
class Entry:
    """Something to record. Details are for people to read: never a password, a token or a key."""

    kind: Kind
    details: Mapping[str, Any] = field(default_factory=dict)
    admin_id: str | None = None
    """The administrator who did it, if one did: then it is kept for good, for other administrators."""


class SecurityEvent(TypedDict):
    _id: str
    user_id: str | None
    """Whose account it is about."""
    kind: Kind
    details: dict[str, Any]
    client_address: str
    """Of whoever did it."""
    device: str
    admin_id: NotRequired[str]
    at: datetime
    expires_at: NotRequired[datetime]


def security_event(
    event_id: str, user_id: str | None, entry: Entry, *, client_address: str, device: str, now: datetime
) -> SecurityEvent:
    event = SecurityEvent(
        _id=event_id,
        user_id=user_id,
        kind=entry.kind,
        details=dict(entry.details),
        client_address=client_address,
        device=device,
        at=now,
    )
    if entry.admin_id is not None:
        event["admin_id"] = entry.admin_id
    else:
        event["expires_at"] = now + (KEEP if user_id is not None else KEEP_NOBODYS)
    return event
