"""What ratings tells the others."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from gigsta_common.events.envelope import EventData


class RatingSummary(BaseModel):
    """All published ratings of one service or one person, in short. A higher `version` replaces a lower one."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    average: float | None
    weighted: float | None
    """The average pulled towards the overall mean while there are few ratings: what one sorts by."""
    count: int
    histogram: dict[str, int]
    """How many of each: keys "1" to "5"."""
    version: int


class RatingSummarised(EventData):
    """A summary by itself, as `gigsta replay` tells it. The envelope's `sequence` is its version."""

    names: ClassVar[tuple[str, ...]] = ("rating.summarised",)

    kind: Literal["service", "provider", "customer"]
    subject_id: str
    summary: RatingSummary


class RatingChanged(EventData):
    """A rating that came out, was hidden by a moderator, or came back. The envelope's `sequence` is its version."""

    names: ClassVar[tuple[str, ...]] = ("rating.published", "rating.hidden", "rating.restored")

    rating_id: str
    booking_id: str
    service_id: str
    service_title: str
    provider_id: str
    author_id: str
    author_name: str | None = None
    author_role: Literal["customer", "provider"]
    rated_user_id: str
    stars: int
    comment: str | None = None
    published_at: datetime
    service_summary: RatingSummary | None = None
    provider_summary: RatingSummary | None = None
    """Both are set when the author is the customer: only then the service and the provider were rated."""


class RatingReplied(EventData):
    """The rated party has answered in public. The envelope's `sequence` is the rating's version."""

    names: ClassVar[tuple[str, ...]] = ("rating.replied",)

    rating_id: str
    booking_id: str
    service_id: str
    service_title: str
    provider_name: str
    author_id: str
    author_role: Literal["customer", "provider"]
    """The other side is who replied."""
    rated_user_id: str
    comment: str
    replied_at: datetime


class RatingReportsDecided(EventData):
    """A moderator has answered the reports about a rating. The envelope's `sequence` is the rating's version."""

    names: ClassVar[tuple[str, ...]] = ("rating.reports_decided",)

    rating_id: str
    service_id: str
    service_title: str
    reporter_ids: list[str]
    """Whose reports these were."""
    verdict: Literal["upheld", "dismissed"]
    """`upheld`: the rating is hidden; `dismissed`: it stays."""
    decided_at: datetime
