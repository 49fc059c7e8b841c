"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gigsta_common.text import line, prose
from gigsta_ratings.models import Role

Id = Annotated[str, Field(min_length=1, max_length=64)]
Comment = Annotated[str, line(2000, 0), AfterValidator(prose)]


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
    comment: Comment | None = None


class RatingChange(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    stars: Annotated[int | None, Field(strict=True, ge=1, le=5)] = None
    comment: Comment | None = None
    """Null takes the comment away."""

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give stars or comment")
        if "stars" in self.model_fields_set and self.stars is None:
            raise ValueError("stars cannot be taken away")
        return self


class NewReply(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    comment: Annotated[str, line(2000), AfterValidator(prose)]


class Reply(BaseModel):
    comment: str
    created_at: datetime


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
    status: Literal["waiting", "published", "hidden"]
    """`waiting` until both sides have rated or the window has closed: nobody but the author sees it till then, and
    they may edit it. `hidden` is what a moderator has taken out."""
    created_at: datetime
    edited_at: datetime | None = None
    published_at: datetime | None
    reply: Reply | None = None


class PublishedRating(BaseModel):
    id: str
    stars: int
    comment: str | None
    author_name: str | None
    author_role: Role
    service_id: str
    service_title: str
    published_at: datetime
    reply: Reply | None = None
    """What the rated party has answered."""


class ReceivedRating(PublishedRating):
    """A published rating as whoever it is about sees it."""

    booking_id: str


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


class ReliabilityFigure(BaseModel):
    """How somebody's agreed bookings have ended."""

    kept: int
    cancelled: int
    """By them, after the booking was confirmed."""
    no_shows: int
    reliability: float | None
    """The share that was kept, 0 to 1; null while none has ended."""
