"""Closing an account, and taking one's data along."""

from typing import Any, Self

from pydantic import BaseModel

from gigsta_auth.models.ways_in import identities_of, passkeys_of
from gigsta_auth.schemas.accounts import UserAccount
from gigsta_auth.schemas.admin import SubmittedApplication
from gigsta_auth.schemas.audit import OwnSecurityEvent
from gigsta_auth.schemas.fields import AnyPassword, Request
from gigsta_auth.schemas.logins import DeviceSession
from gigsta_auth.schemas.oauth import LinkedIdentity
from gigsta_auth.schemas.passkeys import OwnPasskey
from gigsta_auth.schemas.second_factors import SecondFactorState


class AccountClosing(Request):
    password: AnyPassword | None = None
    """Left out by those who have none: they need a recent login."""


class AccountExport(BaseModel):
    """What auth holds. The other services have their own part."""

    account: UserAccount
    application: SubmittedApplication | None
    identities: list[LinkedIdentity]
    second_factor: SecondFactorState
    passkeys: list[OwnPasskey]
    sessions: list[DeviceSession]
    security_events: list[OwnSecurityEvent]
    """The latest thousand."""

    @classmethod
    def of(cls, found: dict[str, Any], session_id: str) -> Self:
        user = found["user"]
        return cls(
            account=UserAccount.of(user),
            application=SubmittedApplication.model_validate(user["application"]) if user["application"] else None,
            identities=[LinkedIdentity.of(identity) for identity in identities_of(user)],
            second_factor=SecondFactorState.of(user),
            passkeys=[OwnPasskey.of(passkey) for passkey in passkeys_of(user)],
            sessions=[DeviceSession.of(session, session_id) for session in found["sessions"]],
            security_events=[OwnSecurityEvent.of(event) for event in found["security_events"]],
        )
