"""What moderators see and decide."""

from datetime import datetime
from typing import Annotated, Literal, cast

from fastapi import Path, Query

from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import Admin
from gigsta_ratings.models.moderation import Decision
from gigsta_ratings.routes.common import Cases, ratings_router
from gigsta_ratings.schemas import Id
from gigsta_ratings.schemas.moderation import ModeratedRating, Reasoned

router = ratings_router()


@router.get("/admin/reports")
async def list_reported_ratings(
    cases: Cases,
    _: Admin,
    status: Annotated[Literal["reported", "hidden"], Query(description="With open reports, or hidden.")] = "reported",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[ModeratedRating]:
    """Ratings with open reports, those reported last first; or those that are hidden."""
    found = await cases.moderation.reported(status, limit, cursor)
    reports = await cases.moderation.reports_about(found[:limit])
    field: Literal["reported_at", "published_at"] = "reported_at" if status == "reported" else "published_at"

    items, next_cursor = page_of(
        found,
        limit,
        lambda r: (cast("datetime", r[field]), r["_id"]),
        lambda r: ModeratedRating.of(r, reports[r["_id"]]),
    )
    return Page(items=items, next_cursor=next_cursor)


@router.post("/admin/{rating_id}/{decision}")
async def moderate_rating(
    cases: Cases, caller: Admin, rating_id: Annotated[Id, Path()], decision: Decision, body: Reasoned
) -> ModeratedRating:
    """Hide a rating (it leaves the lists and the summaries), restore it, or dismiss the reports about it."""
    rating = await cases.moderation.decide(caller, rating_id, decision, body.reason)
    reports = await cases.moderation.reports_about([rating])
    return ModeratedRating.of(rating, reports[rating["_id"]])
