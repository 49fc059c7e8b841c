"""Old users as accounts, addresses and providers."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from gigsta_auth.models import adopted
from gigsta_auth.models.audit import OPERATOR
from gigsta_auth.models.identities import Identity, ProviderName, identity_key
from gigsta_auth.models.users import (
    Application,
    OnboardingStatus,
    ProviderStatus,
    Role,
    Suspension,
    User,
    in_order,
    name_words,
    new_user,
    normalise_email,
)
from gigsta_catalog.models import NOT_RATED
from gigsta_cli.legacy import texts
from gigsta_cli.legacy.made import Broken, Made, Target, new_id
from gigsta_cli.legacy.shapes import OldUser
from gigsta_notifications.models import Address

WHY_SUSPENDED = "It was not active when GigSta moved."
_PROVIDERS: Mapping[str, ProviderName] = {"google": "google", "facebook": "facebook"}
_PROVIDER_STATUSES: Mapping[str, ProviderStatus] = {
    "approved": "approved",
    "pending": "pending",
    "rejected": "rejected",
    "not_applied": "not_applied",
}


def name_of(old: OldUser) -> str | None:
    return texts.one_line(_said_name(old), texts.NAME, 100)


def _said_name(old: OldUser) -> str:
    return old.full_name or " ".join(part for part in (old.first_name, old.last_name) if part)


def trading_name_of(old: OldUser) -> str:
    """The first of these that may be one here."""
    mailbox = re.sub(r"[\W_]+", " ", old.email.partition("@")[0])
    for said in (old.trading_name, name_of(old), mailbox):
        found = texts.one_line((said or "").strip().ljust(2, "."), texts.TRADING_NAME, 100)
        if found is not None:
            return found
    return "Provider"


def provider_status_of(old: OldUser, *, offers: bool) -> ProviderStatus:
    """As it was said; where nothing says it, whoever offered services was let do so."""
    said = _PROVIDER_STATUSES.get((old.provider_status or "").lower())
    return said or ("approved" if offers else "not_applied")


def account(old: OldUser, *, offers: bool) -> Made:
    """Raises Broken."""
    remarks: list[str] = []
    try:
        email = normalise_email(old.email)
    except ValueError as error:
        raise Broken(f"email: {error}") from None
    user_id = new_id("users", old.id)
    status = provider_status_of(old, offers=offers)
    password = old.hashed_password if old.hashed_password and adopted.can_be_adopted(old.hashed_password) else None
    if old.hashed_password and password is None:
        remarks.append(
            "the password is hashed in a way that is not known here, or too dear: a new one has to be chosen by mail"
        )
    user = new_user(user_id, email, None, name_of(old), old.born)
    user["phone_number"] = texts.one_line(old.phone_number, texts.PHONE_NUMBER, 32)
    user["address"] = texts.one_line(old.address, texts.ADDRESS, 300)
    user["roles"] = _roles(old, status)
    user["onboarding_status"] = _onboarding(old)
    user["provider_status"] = status
    user["application"] = _application(old, user) if status in ("approved", "pending", "rejected") else None
    user["provider_rejection_reason"] = "Decided before GigSta moved." if status == "rejected" else None
    user["email_verified_at"] = old.born if old.is_verified else None
    user["identities"] = _identities(old, remarks)
    user["version"] = 1
    remarks += texts.remarks(
        full_name=(_said_name(old), user["full_name"]),
        phone_number=(old.phone_number, user["phone_number"]),
        address=(old.address, user["address"]),
        trading_name=(old.trading_name, trading_name_of(old) if (old.trading_name or "").strip() else None),
    )
    if _was_admin(old):
        remarks.append(f"was an administrator, and is none here before you say so: gigsta users grant-admin {email}")
    if not old.is_active:
        user["suspension"] = Suspension(reason=WHY_SUSPENDED, at=old.changed, admin_id=OPERATOR)
    document = cast("dict[str, Any]", {**user, "name_words": name_words(user["full_name"])})
    proven = user["full_name"] if user["email_verified_at"] is not None else None
    address = Address(_id=user_id, email=email, full_name=proven, closed=False, sequence=1)
    targets = [
        Target("auth", "users", document, changes=frozenset({"password_hash"})),
        Target("notifications", "addresses", cast("dict[str, Any]", address)),
    ]
    if status in ("approved", "rejected"):
        targets.append(_provider(old, user_id, status, old.changed))
    return Made(old.id, tuple(targets), password=password, remarks=tuple(remarks))


def _provider(old: OldUser, user_id: str, status: ProviderStatus, at: datetime) -> Target:
    """As catalog would have made it of auth's events."""
    document = {
        "_id": user_id,
        "status": status,
        "trading_name": trading_name_of(old),
        "sequence": 1,
        "rating": NOT_RATED,
        "updated_at": at,
    }
    if not old.is_active:
        document |= {"barred": True, "barred_sequence": 1}
    return Target("catalog", "providers", document, changes=frozenset({"rating", "updated_at"}))


def _roles(old: OldUser, status: ProviderStatus) -> list[Role]:
    said = {role.lower() for role in (*old.roles, old.role or "")}
    roles: set[Role] = {"user"}
    if "provider" in said or status != "not_applied":
        roles.add("provider")
    return in_order(roles)


def _was_admin(old: OldUser) -> bool:
    return old.is_superuser or any(role.lower() == "admin" for role in (*old.roles, old.role or ""))


def _onboarding(old: OldUser) -> OnboardingStatus:
    """Whoever was not done is asked again."""
    return "complete" if (old.onboarding_status or "").lower() in ("complete", "completed") else "provisional"


def _application(old: OldUser, user: User) -> Application:
    return Application(
        trading_name=trading_name_of(old),
        phone_number=user["phone_number"] or "",
        address=user["address"] or "",
        applied_at=old.born,
    )


def _identities(old: OldUser, remarks: list[str]) -> list[Identity]:
    made: dict[str, Identity] = {}
    for one in old.oauth_accounts:
        provider = _PROVIDERS.get(one.oauth_name.lower())
        if provider is None:
            remarks.append(f"logging in with {one.oauth_name} is not known here")
            continue
        # fastapi-users kept the name of Google's People API, which is the subject behind a prefix.
        subject = one.account_id.removeprefix("people/")
        key = identity_key(provider, subject)
        made[key] = Identity(key=key, provider=provider, subject=subject, email=one.account_email, linked_at=old.born)
    return list(made.values())
