"""The documents of the older GigSta, as Beanie wrote them. Fields that are not named here are not taken over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from bson import DBRef, Decimal128, Int64, ObjectId
from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from gigsta_catalog.models import slug_of
from gigsta_catalog.schemas import CategoryName
from gigsta_common.clock import to_millisecond

Kind = Literal["users", "categories", "services", "bookings", "ratings"]
ZONELESS = "zoneless"
MOST_DOLLARS = 10_000_000
"""As much as a service here may cost."""


def is_id(value: Any) -> bool:
    """Of these types, not of what is derived of them, as bool and MongoDB's JavaScript are."""
    return type(value) in (ObjectId, UUID, int, Int64, str)


def _id(value: Any) -> Any:
    if not is_id(value):
        raise ValueError("is neither ObjectId nor UUID, whole number or text")
    return value


def _moment(value: datetime, info: ValidationInfo) -> datetime:
    """MongoDB's times are in UTC: so is what somebody wrote as text without a zone, which is counted. All lie far from
    the ends of the calendar, as on the wire."""
    if not 2000 <= value.year <= 2200:
        raise ValueError("does not lie between the years 2000 and 2200")
    if value.tzinfo is None:
        if info.context is not None:
            info.context[ZONELESS] += 1
        value = value.replace(tzinfo=UTC)
    return to_millisecond(value)


def _with_slug(name: str) -> str:
    if not 1 <= len(slug_of(name)) <= 60:
        raise ValueError("no id of 1 to 60 letters and digits can be made of it")
    return name


def unlinked(value: Any) -> Any:
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


Id = Annotated[ObjectId | UUID | int | str, BeforeValidator(_id)]
Key = Annotated[Id, BeforeValidator(unlinked)]
Amount = Annotated[Decimal, BeforeValidator(_decimal), Field(ge=0, le=MOST_DOLLARS)]
Moment = Annotated[datetime, AfterValidator(_moment)]
Named = Annotated[CategoryName, AfterValidator(_with_slug)]
MOST_LINES = 1000
"""Of an audit log."""


def _named(*names: str, **more: Any) -> Any:
    return Field(validation_alias=AliasChoices(*names), **more)


class Old(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, arbitrary_types_allowed=True)

    id: Id = _named("_id")
    created_at: Moment | None = None
    updated_at: Moment | None = None

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
    account_id: Annotated[str, Field(max_length=255)]
    account_email: Annotated[str, Field(max_length=254)] | None = None


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
    name: Named
    parent: Key | None = _named("parent", "parent_id", default=None)
    subcategories: tuple[Named, ...] = ()


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
    at: Moment | None = _named("at", "timestamp", "created_at", default=None)
    status: str | None = _named("status", "to_status", "new_status", default=None)


class OldBooking(Old):
    service: Key = _named("service", "service_id")
    customer: Key = _named("customer", "customer_id", "user", "user_id")
    status: str
    starts_at: Moment = _named("starts_at", "start_time", "scheduled_at")
    ends_at: Moment | None = _named("ends_at", "end_time", default=None)
    price: Amount | None = None
    note: str | None = _named("note", "notes", default=None)
    address: str | None = None
    completed_at: Moment | None = None
    audit_log: tuple[OldAuditEntry, ...] = _named("audit_log", "history", default=(), max_length=MOST_LINES)


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
