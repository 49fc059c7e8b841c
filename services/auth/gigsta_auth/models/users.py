"""An account as it is stored, and the rules for changing it.

Each rule takes the account as it stands and returns the change to save, with the events that tell of it, or raises the
conflict. Roles and statuses change here and nowhere else.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from email_validator import EmailNotValidError, validate_email

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.identities import Identity
from gigsta_auth.models.totp import Totp
from gigsta_common.errors import Conflict
from gigsta_common.events import (
    EventData,
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    UserRegistered,
    UserSummarised,
)

if TYPE_CHECKING:
    from gigsta_auth.models.passkeys import Passkey

Role = Literal["user", "provider", "admin"]
OnboardingStatus = Literal["provisional", "complete"]
ProviderStatus = Literal["not_applied", "pending", "approved", "rejected"]

_ROLES: tuple[Role, ...] = ("user", "provider", "admin")


class Link(TypedDict):
    """A verification link that was mailed. It belongs to one registration, and holds what that one chose: see
    `models.registrations`."""

    token_hash: str
    password_hash: str | None
    """Null once the address is verified: the link is kept only to say that it was used."""
    full_name: str | None
    browser_hash: NotRequired[str]
    """Of the cookie that the browser which registered has had from us."""
    expires_at: datetime


class Application(TypedDict):
    """What a person tells us who wants to offer services."""

    trading_name: str
    phone_number: str
    address: str
    applied_at: datetime


class Suspension(TypedDict):
    reason: str
    at: datetime
    admin_id: str


class User(TypedDict):
    _id: str
    email: str
    password_hash: str | None
    """Null where nobody has chosen a password: a guest who has booked, or somebody who logs in in other ways."""
    full_name: str | None
    phone_number: str | None
    address: str | None
    roles: list[Role]
    onboarding_status: OnboardingStatus
    provider_status: ProviderStatus
    provider_rejection_reason: str | None
    application: Application | None
    email_verified_at: datetime | None
    links: list[Link]
    session_epoch: NotRequired[int]
    """See `models.credentials`."""
    suspension: NotRequired["Suspension | None"]
    name_words: NotRequired[list[str]]
    """Of the names, for the administrators' search."""
    identities: NotRequired[list[Identity]]
    totp: NotRequired[Totp | None]
    passkeys: NotRequired["list[Passkey]"]
    factor_permitted_until: NotRequired[datetime | None]
    """See `models.admin_factors`."""
    version: int
    """Grows with every change, by one for each event that tells of it: the `sequence` of an event is the version."""
    created_at: datetime


Event = tuple[str, EventData]


@dataclass(frozen=True)
class Change:
    """Fields to set, and the events and lines of the audit trail to save with them, in order."""

    fields: dict[str, Any]
    events: tuple[Event, ...] = ()
    audit: tuple[Entry, ...] = ()


def normalise_email(text: str) -> str:
    """The one spelling under which an address is kept.

    Raises:
        ValueError: it is not an address that mail could be sent to.
    """
    try:
        return validate_email(text.strip().lower(), check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


def name_words(*names: str | None) -> list[str]:
    """The words by which names are found, whatever the case."""
    return sorted({word for name in names for word in (name or "").casefold().split()})


def found_by(full_name: str | None, application: Application | None) -> list[str]:
    """The words by which administrators find an account: of the name, and of the one to trade under."""
    return name_words(full_name, application["trading_name"] if application else None)


def spelling_of(typed: str) -> str:
    """How an address that somebody typed would be kept. What is no address belongs to nobody, and is looked up and
    counted like any other."""
    try:
        return normalise_email(typed)
    except ValueError:
        return typed.strip().lower()


def new_link_token() -> str:
    return secrets.token_urlsafe(32)


def new_user(user_id: str, email: str, password_hash: str | None, full_name: str | None, now: datetime) -> User:
    """An account as everybody begins: an ordinary user who has not chosen roles and whose address is unproven."""
    return User(
        _id=user_id,
        email=email,
        password_hash=password_hash,
        full_name=full_name,
        phone_number=None,
        address=None,
        roles=["user"],
        onboarding_status="provisional",
        provider_status="not_applied",
        provider_rejection_reason=None,
        application=None,
        email_verified_at=None,
        links=[],
        version=0,
        created_at=now,
    )


def registered_event(user: User) -> Event:
    return "user.registered", UserRegistered(
        user_id=user["_id"], email=user["email"], full_name=user["full_name"], registered_at=user["created_at"]
    )


def summarised(user: User) -> UserSummarised:
    """What the events about an account have told the others, at its present version."""
    status, application = user["provider_status"], user["application"]
    return UserSummarised(
        user_id=user["_id"],
        email=user["email"],
        full_name=user["full_name"] if user["email_verified_at"] is not None else None,
        provider_status=None if status == "not_applied" else status,
        trading_name=application["trading_name"] if application else None,
        suspended=bool(user["suspension"]) if "suspension" in user else None,
    )


def missing_from_profile(user: User) -> list[str]:
    """What of the basic profile is still to be filled in. Nothing is refused for want of it."""
    return [name for name in ("full_name", "phone_number", "address") if not user[name]]


def choose_roles(user: User, chosen: Collection[Role]) -> Change:
    """The onboarding choice. To be a provider by choice means to be allowed to apply, no more.

    Raises:
        Conflict: somebody who is a provider, or about to be one, wants not to be.
    """
    if "provider" not in chosen and user["provider_status"] in ("pending", "approved"):
        raise Conflict(
            f"Your provider status is {user['provider_status']}: the role provider cannot be dropped now.",
            code="provider_role_in_use",
            provider_status=user["provider_status"],
        )
    kept = {role for role in user["roles"] if role == "admin"}
    fields = {"roles": in_order({*chosen, *kept}), "onboarding_status": "complete"}
    if fields == {"roles": user["roles"], "onboarding_status": user["onboarding_status"]}:
        return Change({})
    return Change(fields, audit=(Entry("roles_chosen", {"roles": fields["roles"]}),))


def in_order(roles: Collection[Role]) -> list[Role]:
    """Each role once, the usual one first."""
    return [role for role in _ROLES if role in roles]


def apply(user: User, application: Application) -> Change:
    """Ask to be let in as a provider.

    Raises:
        Conflict: says what is missing, or that there is nothing to apply for any more.
    """
    if user["email_verified_at"] is None:
        raise Conflict("Verify your address first.", code="email_not_verified")
    if "provider" not in user["roles"]:
        raise Conflict("Choose the role provider first.", code="provider_role_not_chosen")
    if user["provider_status"] == "pending":
        raise Conflict("Your application is waiting for a decision.", code="application_pending")
    if user["provider_status"] == "approved":
        raise Conflict("You are an approved provider already.", code="already_approved")
    fields = {"provider_status": "pending", "provider_rejection_reason": None, "application": application}
    told = ProviderApplied(
        provider_id=user["_id"], trading_name=application["trading_name"], applied_at=application["applied_at"]
    )
    return Change(
        fields, (("provider.applied", told),), (Entry("provider_applied", {"trading_name": told.trading_name}),)
    )


def approve(user: User, admin_id: str, now: datetime, applied_at: datetime | None = None) -> Change:
    """What the application says of telephone and address is the account's from now on, where it had none.

    `applied_at` names the application that was read.

    Raises Conflict where there is no application to decide, or another than the one that was read.
    """
    application = _pending(user, applied_at)
    fields = {
        "provider_status": "approved",
        "phone_number": user["phone_number"] or application["phone_number"],
        "address": user["address"] or application["address"],
    }
    told = ProviderApproved(
        provider_id=user["_id"],
        trading_name=application["trading_name"],
        phone_number=application["phone_number"],
        address=application["address"],
        approved_at=now,
    )
    entry = Entry("provider_approved", {"trading_name": told.trading_name}, admin_id)
    return Change(fields, (("provider.approved", told),), (entry,))


def reject(user: User, reason: str, admin_id: str, now: datetime, applied_at: datetime | None = None) -> Change:
    """Raises Conflict where there is no application to decide, or another than the one that was read."""
    application = _pending(user, applied_at)
    told = ProviderRejected(
        provider_id=user["_id"], trading_name=application["trading_name"], reason=reason, rejected_at=now
    )
    fields = {"provider_status": "rejected", "provider_rejection_reason": reason}
    entry = Entry("provider_rejected", {"trading_name": told.trading_name, "reason": reason}, admin_id)
    return Change(fields, (("provider.rejected", told),), (entry,))


def _pending(user: User, applied_at: datetime | None) -> Application:
    if user["provider_status"] != "pending" or user["application"] is None:
        raise Conflict(
            f"There is no application to decide: the provider status is {user['provider_status']}.",
            code="application_not_pending",
            provider_status=user["provider_status"],
        )
    application = user["application"]
    if applied_at is not None and applied_at != application["applied_at"]:
        raise Conflict(
            "This is not the application that you read: the applicant has applied anew since. Read it again.",
            code="application_changed",
        )
    return application
