"""The audit trail, as its readers see it."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel

from gigsta_auth.models.audit import Kind, SecurityEvent


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


class AdminAction(BaseModel):
    id: str
    kind: Kind
    at: datetime
    admin_id: str
    user_id: str
    client_address: str
    device: str
    details: dict[str, Any]

    @classmethod
    def of(cls, event: SecurityEvent) -> Self:
        return cls.model_validate({**event, "id": event["_id"]})
