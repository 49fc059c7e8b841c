"""What goes over the wire."""

import math
import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from gigsta_common.text import Slug

Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Sort = Literal["distance", "rating", "price"]


def _bare_date(value: object) -> object:
    """Numbers would be taken for seconds since 1970, and times for dates."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("must be a date such as 2026-03-02")
    return value


class NearbyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lat: Latitude
    lng: Longitude
    radius_km: Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)] = 10.0
    category: Slug | None = None
    q: Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default=None, description="Words of the title, description, provider or category, or their beginnings."
    )
    min_rating: Annotated[float | None, Field(ge=0, le=5, allow_inf_nan=False)] = None
    max_price: Annotated[int | None, Field(ge=0, le=1_000_000_000, description="In minor units: cents.")] = None
    available_on: Annotated[
        date | None,
        BeforeValidator(_bare_date),
        Field(description="A date, by the provider's clock, on which the service must still have a time to book."),
    ] = None
    sort: Sort = "distance"
    limit: Annotated[int, Field(ge=1, le=100, description="How many items at most.")] = 20
    cursor: Annotated[str | None, Field(max_length=512, description="The `next_cursor` of the page before.")] = None


class Price(BaseModel):
    amount: int
    currency: str


class PlaceRating(BaseModel):
    average: float | None
    weighted: float | None
    count: int


class PlaceImage(BaseModel):
    url: str
    """Absolute, or from the root of the API's own origin on."""
    width: int
    height: int
    alt_text: str


class PlaceLocation(BaseModel):
    """About where it is: the suburb, and a point within a kilometre."""

    address: str
    lat: float
    lng: float


class NearbyService(BaseModel):
    service_id: str
    title: str
    provider_id: str
    provider_name: str
    category: str
    subcategory: str | None
    price: Price
    duration_minutes: int
    instant_book: Annotated[
        bool,
        Field(
            description="What the service asks for. Its provider's terms have to allow it as well: `instant_book` of "
            "`/bookings/availability` says whether a booking is confirmed at once."
        ),
    ]
    rating: PlaceRating
    location: PlaceLocation
    image: PlaceImage | None
    """The first of its images, small."""
    distance_m: int
    """From the point that was asked for."""
    service_radius_km: float | None
    """How far its provider travels; none where the customer comes to them."""
    comes_to_you: bool
    """Whether the provider travels as far as that."""


class ClusterQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    bbox: Annotated[
        str,
        Field(
            max_length=200,
            description="west,south,east,north in degrees; a west that is east of its east crosses the antimeridian.",
            examples=["174.6,-37.0,175.0,-36.7"],
        ),
    ]
    zoom: Annotated[int, Field(ge=0, le=24)]
    category: Slug | None = None

    @field_validator("bbox")
    @classmethod
    def _is_a_box(cls, value: str) -> str:
        _box(value)
        return value

    @property
    def box(self) -> tuple[float, float, float, float]:
        return _box(self.bbox)


class Cluster(BaseModel):
    count: int
    lat: float
    lng: float
    """The centre of those counted, not of the square."""
    bounds: tuple[float, float, float, float]
    """West, south, east and north of the square that was counted."""


class ClusterList(BaseModel):
    """All there are, the largest first; a square that the box only touches is counted whole."""

    items: list[Cluster]
    next_cursor: None = None
    cell_degrees: float
    """How wide and high the squares are."""


class PlaceQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        description="The beginning of a name, with or without its macrons."
    )
    country: Annotated[Literal["NZ", "AU"] | None, Field(description="Only places there.")] = None
    prefer: Annotated[
        Literal["NZ", "AU"] | None,
        Field(description="Of places that are meant as likely, those there come first; the others are found too."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PointQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lat: Latitude
    lng: Longitude


class GazetteerPlace(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    region: str
    near: Annotated[
        str | None,
        Field(description="A larger place close by. Null, unless there is another of this name in the region."),
    ]
    country: Literal["NZ", "AU"]
    lat: float
    lng: float
    population: int


class PlaceList(BaseModel):
    items: list[GazetteerPlace]
    next_cursor: None = None
    attribution: str
    """To be shown beside the places."""


class NearestPlace(BaseModel):
    place: GazetteerPlace
    distance_m: int
    attribution: str


def _box(text: str) -> tuple[float, float, float, float]:
    parts = [float(part) for part in text.split(",")]
    if len(parts) != 4 or not all(math.isfinite(part) for part in parts):
        raise ValueError("a bbox is four numbers: west,south,east,north")
    west, south, east, north = parts
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("longitudes are from -180 to 180, latitudes from -90 to 90, and south is not above north")
    return west, south, east, north
