"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gigsta_ratings.models import Role

Id = Annotated[str, Field(min_length=1, max_length=64)]


class PendingRating(BaseModel):
    """A completed booking that the caller may still rate."""

    booking_id: str
    service_id: str
    service_title: str
    provider_id: str
    provider_name: str
    role: Role
    """The caller's own side of the booking."""
    other_party_name: str | None
    completed_at: datetime
    closes_at: datetime


class NewRating(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    booking_id: Id
    stars: Annotated[int, Field(strict=True, ge=1, le=5)]
    comment: Annotated[str | None, Field(max_length=2000)] = None


class OwnRating(BaseModel):
    """A rating as its author sees it, before and after publication."""

    id: str
    booking_id: str
    service_id: str
    service_title: str
    provider_id: str
    provider_name: str
    author_role: Role
    stars: int
    comment: str | None
    status: Literal["waiting", "published"]
    """`waiting` until both sides have rated or the window has closed; nobody but the author sees it till then."""
    created_at: datetime
    published_at: datetime | None


class PublishedRating(BaseModel):
    id: str
    stars: int
    comment: str | None
    author_name: str | None
    author_role: Role
    service_id: str
    service_title: str
    published_at: datetime


class RatingsExport(BaseModel):
    """What ratings holds about somebody."""

    given: list[OwnRating]
    received: list[PublishedRating]
    """What others have said about them."""


class Summary(BaseModel):
    average: float | None
    """Null while there are no ratings."""
    weighted: float | None
    """The average pulled towards the overall mean while there are few ratings: what one sorts by."""
    count: int
    histogram: dict[Literal["1", "2", "3", "4", "5"], int]
    """How many of each number of stars."""
