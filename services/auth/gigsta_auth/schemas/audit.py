"""The audit trail, as its readers see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from gigsta_auth.models.audit import Kind, SecurityEvent
from gigsta_auth.models.users import User


class OwnSecurityEvent(BaseModel):
    id: str
    kind: Kind
    at: datetime
    client_address: str | None
    """Where it was done from. Null, like the device, where an administrator did it."""
    device: str | None
    by_administrator: bool
    details: dict[str, Any]

    @classmethod
    def of(cls, event: SecurityEvent) -> Self:
        by_administrator = "admin_id" in event
        return cls(
            id=event["_id"],
            kind=event["kind"],
            at=event["at"],
            client_address=None if by_administrator else event["client_address"],
            device=None if by_administrator else event["device"],
            by_administrator=by_administrator,
            details=event["details"],
        )


class AccountInShort(BaseModel):
    email: str
    full_name: str | None


class AdminAction(BaseModel):
    id: str
    kind: Kind
    at: datetime
    admin_id: str
    admin: AccountInShort | None
    """Whose act it was. Null where it was done at the command line, or by an account that is closed."""
    user_id: str
    user: AccountInShort | None
    """Whose account it was done to. Null where that is closed."""
    reason: str | None
    """As the administrator gave it."""
    client_address: str
    device: str
    details: dict[str, Any]

    @classmethod
    def of(cls, event: SecurityEvent, accounts: Mapping[str, User]) -> Self:
        given = {
            "id": event["_id"],
            "admin": accounts.get(event["admin_id"]),
            "user": accounts.get(event["user_id"] or ""),
            "reason": event["details"].get("reason"),
        }
        return cls.model_validate({**event, **given})
