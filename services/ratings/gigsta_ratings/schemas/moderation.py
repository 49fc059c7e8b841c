"""Reports and moderation over the wire."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from gigsta_common.text import line, prose
from gigsta_ratings.models import Rating
from gigsta_ratings.models.moderation import Report
from gigsta_ratings.schemas import OwnRating

Reason = Annotated[str, line(1000), AfterValidator(prose)]


class Reasoned(BaseModel):
    """Why something is reported or decided."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: Reason


class ReportReceipt(BaseModel):
    rating_id: str
    reason: str
    created_at: datetime


class ReportSeen(BaseModel):
    reporter_id: str
    reason: str
    created_at: datetime
    status: Literal["open", "upheld", "dismissed"]


class AuditEntry(BaseModel):
    action: Literal["edit", "reply", "hide", "restore", "dismiss"] | str
    actor_id: str
    at: datetime
    reason: str | None = None


class ModeratedRating(OwnRating):
    """A rating as moderators see it."""

    author_id: str
    author_name: str | None
    rated_user_id: str
    open_reports: int = 0
    reported_at: datetime | None = None
    reports: list[ReportSeen]
    """The latest of them, open or decided."""
    history: list[AuditEntry] = Field(default_factory=list)

    @classmethod
    def of(cls, rating: Rating, reports: list[Report]) -> Self:
        seen = [ReportSeen.model_validate(report, extra="ignore") for report in reports]
        return cls.model_validate({**rating, "id": rating["_id"], "reports": seen})
