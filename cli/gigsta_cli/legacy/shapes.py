"""The documents of the older GigSta, as Beanie wrote them. Fields that are not named here are not taken over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from bson import DBRef, Decimal128, ObjectId
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

Kind = Literal["users", "categories", "services", "bookings", "ratings"]


def _key(value: Any) -> Any:
    """Beanie's `Link` is a DBRef; some wrote the id, some the whole document."""
    if isinstance(value, DBRef):
        return value.id
    if isinstance(value, Mapping):
        return next((value[name] for name in ("$id", "_id", "id") if name in value), None)
    return value


def _decimal(value: Any) -> Any:
    if isinstance(value, Decimal128):
        return value.to_decimal()
    return str(value) if isinstance(value, float) else value


Key = Annotated[ObjectId | UUID | int | str, BeforeValidator(_key)]
Amount = Annotated[Decimal, BeforeValidator(_decimal)]


def _named(*names: str, **more: Any) -> Any:
    return Field(validation_alias=AliasChoices(*names), **more)


class Old(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)

    id: Key = _named("_id")
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @property
    def born(self) -> datetime:
        if self.created_at is not None:
            return self.created_at
        return self.id.generation_time if isinstance(self.id, ObjectId) else datetime(2020, 1, 1, tzinfo=UTC)

    @property
    def changed(self) -> datetime:
        return self.updated_at or self.born


class OldOAuthAccount(BaseModel):
    """As fastapi-users has them. The tokens in them are of no use here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    oauth_name: str
    account_id: str
    account_email: str | None = None


class OldUser(Old):
    email: str
    hashed_password: str | None = _named("hashed_password", "password_hash", default=None)
    full_name: str | None = _named("full_name", "name", default=None)
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = _named("phone_number", "phone", default=None)
    address: str | None = None
    roles: tuple[str, ...] = ()
    role: str | None = None
    onboarding_status: str | None = None
    provider_status: str | None = None
    trading_name: str | None = _named("trading_name", "business_name", default=None)
    is_active: bool = True
    is_verified: bool = False
    is_superuser: bool = False
    oauth_accounts: tuple[OldOAuthAccount, ...] = ()


class OldCategory(Old):
    name: str
    parent: Key | None = _named("parent", "parent_id", default=None)
    subcategories: tuple[str, ...] = ()


class OldService(Old):
    provider: Key = _named("provider", "provider_id", "owner", "owner_id")
    title: str = _named("title", "name")
    description: str = ""
    category: Key = _named("category", "category_id")
    """A category, or one below another; or its name."""
    subcategory: str | None = None
    price: Amount
    """In dollars."""
    currency: str | None = None
    duration_minutes: int = _named("duration_minutes", "duration")
    address: str = ""
    location: dict[str, Any]
    """GeoJSON, or `lat` and `lng`."""
    service_radius_km: float | None = None
    instant_book: bool = False
    is_active: bool = True
    status: str | None = None


class OldAuditEntry(BaseModel):
    """What `get_available_booking_actions()` had done: its `note` is the text of the audit log."""

    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)

    action_name: str = _named("action_name", "action")
    note: str = ""
    actor: Key | None = _named("actor", "actor_id", "user", "user_id", default=None)
    at: datetime | None = _named("at", "timestamp", "created_at", default=None)
    status: str | None = _named("status", "to_status", "new_status", default=None)


class OldBooking(Old):
    service: Key = _named("service", "service_id")
    customer: Key = _named("customer", "customer_id", "user", "user_id")
    status: str
    starts_at: datetime = _named("starts_at", "start_time", "scheduled_at")
    ends_at: datetime | None = _named("ends_at", "end_time", default=None)
    price: Amount | None = None
    note: str | None = _named("note", "notes", default=None)
    address: str | None = None
    completed_at: datetime | None = None
    audit_log: tuple[OldAuditEntry, ...] = _named("audit_log", "history", default=())


class OldRating(Old):
    booking: Key = _named("booking", "booking_id")
    author: Key = _named("author", "author_id", "rater", "rater_id", "user", "user_id")
    stars: int = _named("stars", "rating", "score")
    comment: str | None = _named("comment", "review", default=None)


SHAPES: dict[Kind, type[Old]] = {
    "users": OldUser,
    "categories": OldCategory,
    "services": OldService,
    "bookings": OldBooking,
    "ratings": OldRating,
}
BEANIE_NAMES: dict[Kind, str] = {
    "users": "User",
    "categories": "Category",
    "services": "Service",
    "bookings": "Booking",
    "ratings": "Rating",
}
"""What Beanie calls a collection whose class does not name it."""

_BEANIES_OWN = {"_class_id", "revision_id"}


def known_fields(shape: type[Old]) -> set[str]:
    names = set(_BEANIES_OWN)
    for name, field in shape.model_fields.items():
        alias = field.validation_alias
        names |= {str(one) for one in alias.choices} if isinstance(alias, AliasChoices) else {name}
    return names
