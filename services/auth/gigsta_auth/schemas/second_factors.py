"""Turning a second factor on and off, and showing it."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from gigsta_auth.schemas.fields import AnyPassword, Request, Secret

TotpCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{6}$")]
AnyCode = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=6, max_length=40),
    Field(description="Six digits of the authenticator app, or a recovery code."),
]


class Confirmation(Request):
    code: TotpCode


class OwnersProof(Request):
    """One of the two: accounts without a password have codes only."""

    password: AnyPassword | None = None
    code: AnyCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.password is None) == (self.code is None):
            raise ValueError("send either the password or a code")
        return self


class SecondFactorShown(Request):
    mfa_token: Secret
    code: AnyCode


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
