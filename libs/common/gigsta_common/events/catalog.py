"""What catalog tells the others: always the whole service, as it stands after the change."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from gigsta_common.events.envelope import EventData


class Price(BaseModel):
    """An amount of money."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    amount: int
    """In minor units: cents."""
    currency: str


class Location(BaseModel):
    """Exactly where a service is."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    address: str
    lat: float
    lng: float


class Area(BaseModel):
    """Where a service is, as everybody may know it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    """The suburb, as far as it is known."""
    lat: float
    lng: float
    """Of a point within a kilometre."""


class ServiceImage(BaseModel):
    """The first image of a service, small."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    url: str
    """Absolute, or from the root of the API's own origin on."""
    width: int
    height: int
    alt_text: str = ""


class ServiceChanged(EventData):
    """A service as it stands after a change. The envelope's `sequence` is its version."""

    names: ClassVar[tuple[str, ...]] = ("service.published", "service.updated", "service.archived")

    service_id: str
    provider_id: str
    provider_name: str
    title: str
    description: str
    category: str
    subcategory: str | None = None
    price: Price
    duration_minutes: int
    buffer_minutes: int = 0
    """Kept free after each booking of this service."""
    instant_book: bool = False
    location: Location
    """For those who may know: whoever shows it to others shows `area`."""
    service_radius_km: float | None = None
    status: Literal["published", "archived"]
    changed_at: datetime
    image: ServiceImage | None = None
    """The first of its images, small."""
    area: Area | None = None
