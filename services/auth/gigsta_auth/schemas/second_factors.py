"""Turning a second factor on and off, and showing it."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from gigsta_auth.models import second_factors as rules
from gigsta_auth.models.users import User
from gigsta_auth.schemas.fields import AnyPassword, Request, Secret
from gigsta_auth.schemas.passkeys import ShownCredential
from gigsta_common.text import Form

TotpCode = Annotated[
    str, StringConstraints(strip_whitespace=True), Form(r"^[0-9]{6}$", "must be the six digits that the app shows")
]
AnyCode = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=40),
    Field(description="Six digits of the authenticator app, or a recovery code."),
]


class Confirmation(Request):
    code: TotpCode


class OwnersProof(Request):
    """One of the two; neither, for those who have logged in within the last ten minutes."""

    password: AnyPassword | None = None
    code: AnyCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.password is not None and self.code is not None:
            raise ValueError("send either the password or a code")
        return self


class SecondFactorShown(Request):
    """With one of `code` and `passkey`."""

    mfa_token: Secret
    code: AnyCode | None = None
    passkey: ShownCredential | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.passkey is None):
            raise ValueError("send one of code and passkey")
        return self


class TotpSecret(BaseModel):
    """For an authenticator app, by hand or as a QR code. Nobody is told again."""

    secret: str
    otpauth_uri: str


class RecoveryCodes(BaseModel):
    """Each is good for one login without the app. Nobody is told again."""

    recovery_codes: list[str]


class SecondFactorState(BaseModel):
    totp: bool
    """Whether a code is asked for at every login."""
    recovery_codes_left: int
    since: datetime | None
    """When it was turned on."""

    @classmethod
    def of(cls, user: User) -> Self:
        totp = rules.confirmed(user)
        if totp is None:
            return cls(totp=False, recovery_codes_left=0, since=None)
        return cls(totp=True, recovery_codes_left=len(totp["recovery_hashes"]), since=totp["confirmed_at"])
