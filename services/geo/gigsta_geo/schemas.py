"""What goes over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Sort = Literal["distance", "rating", "price"]


class NearbyQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    radius_km: Annotated[float, Field(gt=0, le=200, allow_inf_nan=False)] = 10.0
    category: Annotated[str | None, Field(max_length=60, pattern=r"^[a-z0-9-]+$")] = None
    q: Annotated[str | None, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default=None, description="Beginnings of words of the title or the provider's name."
    )
    min_rating: Annotated[float | None, Field(ge=0, le=5, allow_inf_nan=False)] = None
    max_price: Annotated[int | None, Field(ge=0, le=1_000_000_000, description="In minor units: cents.")] = None
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


class PlaceLocation(BaseModel):
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
    instant_book: bool
    rating: PlaceRating
    location: PlaceLocation
    distance_m: int
    """From the point that was asked for."""
