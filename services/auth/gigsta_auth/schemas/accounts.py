"""Registering, and one's own account."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from gigsta_auth.models.users import OnboardingStatus, ProviderStatus, Role, User, missing_from_profile
from gigsta_auth.schemas.fields import Address, Email, NewPassword, Request
from gigsta_common.text import PersonName, PhoneNumber, TradingName


class Registration(Request):
    email: Email
    password: NewPassword
    full_name: PersonName | None = None


class ProfileChange(Request):
    """What is left out stays as it is; null clears. A name can only be changed."""

    full_name: Annotated[PersonName, Field(default_factory=str)]
    phone_number: PhoneNumber | None = None
    address: Address | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


class RoleChoice(Request):
    """`["user"]`, or `["user", "provider"]` for somebody who wants to offer services as well."""

    roles: Annotated[list[Literal["user", "provider"]], Field(min_length=1, max_length=2)]

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if "user" not in self.roles or len(set(self.roles)) < len(self.roles):
            raise ValueError('choose ["user"] or ["user", "provider"]')
        return self


class ProviderApplication(Request):
    trading_name: TradingName
    phone_number: PhoneNumber
    address: Address


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
    profile_missing: list[Literal["full_name", "phone_number", "address"]]
    """What of the basic profile is still to be filled in. Nothing is refused for want of it."""
    email_verified: bool
    created_at: datetime

    @classmethod
    def of(cls, user: User) -> Self:
        derived = {
            "id": user["_id"],
            "email_verified": user["email_verified_at"] is not None,
            "profile_missing": missing_from_profile(user),
        }
        return cls.model_validate({**user, **derived})
