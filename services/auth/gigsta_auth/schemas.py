"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gigsta_auth.models import passwords
from gigsta_auth.models.sessions import Session
from gigsta_auth.models.users import OnboardingStatus, ProviderStatus, Role, User, normalise_email


def _line(longest: int, shortest: int = 1) -> StringConstraints:
    """One line of text, without control characters."""
    return StringConstraints(
        strip_whitespace=True, min_length=shortest, max_length=longest, pattern=r"^[^\x00-\x1f\x7f]+$"
    )


Email = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), AfterValidator(normalise_email)]
NewPassword = Annotated[
    str,
    Field(min_length=passwords.MIN_LENGTH, max_length=passwords.MAX_LENGTH, json_schema_extra={"format": "password"}),
    AfterValidator(passwords.check_choice),
]
AnyEmail = Annotated[str, Field(min_length=1, max_length=254)]
AnyPassword = Annotated[
    str, Field(min_length=1, max_length=passwords.MAX_LENGTH, json_schema_extra={"format": "password"})
]
Secret = Annotated[str, Field(min_length=1, max_length=200)]
FullName = Annotated[str, _line(100)]
TradingName = Annotated[str, _line(100, shortest=2)]
PhoneNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^\+?[0-9(][0-9 ().-]{4,30}$")
]
Address = Annotated[str, _line(300)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Registration(_Request):
    email: Email
    password: NewPassword
    full_name: FullName | None = None


class EmailVerification(_Request):
    token: Secret


class Credentials(_Request):
    email: AnyEmail
    password: AnyPassword


class PasswordForm(_Request):
    """The password grant of OAuth 2: here `username` is the address. Scopes and clients mean nothing to us."""

    grant_type: Literal["password"] = "password"
    username: AnyEmail
    password: AnyPassword
    scope: Annotated[str, Field(max_length=200)] = ""
    client_id: Annotated[str | None, Field(max_length=200)] = None
    client_secret: Annotated[str | None, Field(max_length=200)] = None


class Refresh(_Request):
    """Empty, or left out, where the cookie carries the refresh token."""

    refresh_token: Secret | None = None


class ProfileChange(_Request):
    """What is left out stays as it is; null clears."""

    full_name: FullName | None = None
    phone_number: PhoneNumber | None = None
    address: Address | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


class RoleChoice(_Request):
    """`["user"]`, or `["user", "provider"]` for somebody who wants to offer services as well."""

    roles: Annotated[list[Literal["user", "provider"]], Field(min_length=1, max_length=2)]

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if "user" not in self.roles or len(set(self.roles)) < len(self.roles):
            raise ValueError('choose ["user"] or ["user", "provider"]')
        return self


class ProviderApplication(_Request):
    trading_name: TradingName
    phone_number: PhoneNumber
    address: Address


class Rejection(_Request):
    reason: Reason


class RegistrationAccepted(BaseModel):
    """The same for every address."""

    message: str = "If this address can be registered, a mail is on its way to it."


class UserAccount(BaseModel):
    id: str
    email: str
    full_name: str | None
    phone_number: str | None
    address: str | None
    roles: list[Role]
    onboarding_status: OnboardingStatus
    """`provisional` until roles are chosen."""
    provider_status: ProviderStatus
    provider_rejection_reason: str | None
    email_verified: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        return cls.model_validate({**user, "id": user["_id"], "email_verified": user["email_verified_at"] is not None})


class SubmittedApplication(BaseModel):
    trading_name: str
    phone_number: str
    address: str
    applied_at: datetime


class AdminUserAccount(UserAccount):
    """An account as administrators see it: with what its owner wrote when applying as a provider."""

    application: SubmittedApplication | None


class LoginAnswer(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
    """Seconds until the access token expires."""
    refresh_token: str | None
    """Null where the refresh token came by cookie: then it goes back by cookie, out of the reach of scripts."""
    user: UserAccount


class DeviceSession(BaseModel):
    id: str
    device: str
    created_at: datetime
    last_used_at: datetime
    """When the session was last refreshed."""
    expires_at: datetime
    current: bool
    """Whether it is the one this request belongs to."""

    @classmethod
    def of(cls, session: Session, current_id: str) -> Self:
        return cls.model_validate({**session, "id": session["_id"], "current": session["_id"] == current_id})


class PublicSigningKey(BaseModel):
    kid: str
    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class PublicSigningKeys(BaseModel):
    """A JWK set (RFC 7517)."""

    keys: list[PublicSigningKey]
