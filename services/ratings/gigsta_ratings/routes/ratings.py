"""Rating each other, and reading what was said."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import Path, Query, Request

from gigsta_common.idempotency import idempotent_id
from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import CurrentUser
from gigsta_ratings import models
from gigsta_ratings.routes.common import Cases, OnePerson, OneSubject, ratings_router
from gigsta_ratings.schemas import (
    Id,
    NewRating,
    NewReply,
    OwnRating,
    PendingRating,
    PublishedRating,
    RatingChange,
    RatingsExport,
    ReceivedRating,
    ReliabilityFigure,
    Summary,
)
from gigsta_ratings.schemas.moderation import Reasoned, ReportReceipt

router = ratings_router()

RatingId = Annotated[Id, Path()]


@router.get("/pending")
async def list_pending_ratings(
    cases: Cases, caller: CurrentUser, limit: Limit = 20, cursor: Cursor = None
) -> Page[PendingRating]:
    """Completed bookings that the caller may still rate, the latest completed first."""
    found = await cases.invitations.pending(caller.user_id, limit, cursor)

    def render(invitation: models.Invitation) -> PendingRating:
        role = models.role_of(invitation, caller.user_id)
        name = models.other_party(invitation, role)[1]
        return PendingRating.model_validate(
            {**invitation, "booking_id": invitation["_id"], "role": role, "other_party_name": name}
        )

    items, next_cursor = page_of(found, limit, lambda i: (i["completed_at"], i["_id"]), render)
    return Page(items=items, next_cursor=next_cursor)


@router.get("/mine")
async def list_own_ratings(
    cases: Cases,
    caller: CurrentUser,
    booking_id: Annotated[Id | None, Query(description="Only the one for this booking.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[OwnRating]:
    """The caller's own ratings, newest first, also those that nobody else sees yet."""
    found = await cases.ratings.mine(caller.user_id, booking_id, limit, cursor)
    items, next_cursor = page_of(found, limit, lambda r: (r["created_at"], r["_id"]), _own)
    return Page(items=items, next_cursor=next_cursor)


@router.get("/received")
async def list_received_ratings(
    cases: Cases,
    caller: CurrentUser,
    booking_id: Annotated[Id | None, Query(description="Only the one for this booking.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[ReceivedRating]:
    """What others have said about the caller, on either side, newest first: as everybody sees it, and for which
    booking."""
    found = await cases.ratings.received(caller.user_id, booking_id, limit, cursor)

    items, next_cursor = page_of(
        found,
        limit,
        lambda r: (cast("datetime", r["published_at"]), r["_id"]),
        lambda r: ReceivedRating.model_validate({**r, "id": r["_id"]}),
    )
    return Page(items=items, next_cursor=next_cursor)


@router.get("/export")
async def export_ratings(cases: Cases, caller: CurrentUser) -> RatingsExport:
    """What ratings holds about the caller."""
    given, received = await cases.departures.export(caller.user_id)
    published = [PublishedRating.model_validate({**rating, "id": rating["_id"]}) for rating in received]
    return RatingsExport(given=[_own(rating) for rating in given], received=published)


@router.get("/summary")
async def get_rating_summary(cases: Cases, subject: OneSubject) -> Summary:
    """All published ratings of a service, a provider or a customer, in short."""
    summary = models.summarise(await cases.ratings.tally(subject))
    return Summary.model_validate(summary.model_dump())


@router.get("/reliability")
async def get_reliability(cases: Cases, person: OnePerson) -> ReliabilityFigure:
    """How often a provider or a customer has kept what was agreed, cancelled it, or did not come."""
    kind, person_id = person
    role: models.Role = "provider" if kind == "provider" else "customer"
    return ReliabilityFigure.model_validate(await cases.outcomes.reliability(role, person_id))


@router.get("")
async def list_ratings(
    cases: Cases, subject: OneSubject, limit: Limit = 20, cursor: Cursor = None
) -> Page[PublishedRating]:
    """Published ratings of a service, a provider or a customer, newest first."""
    found = await cases.ratings.published(subject, limit, cursor)

    items, next_cursor = page_of(
        found,
        limit,
        lambda r: (cast("datetime", r["published_at"]), r["_id"]),
        lambda r: PublishedRating.model_validate({**r, "id": r["_id"]}),
    )
    return Page(items=items, next_cursor=next_cursor)


@router.post("", status_code=201)
async def create_rating(request: Request, cases: Cases, caller: CurrentUser, body: NewRating) -> OwnRating:
    """Rate the other party of a completed booking. Neither sees the other's rating before giving their own."""
    rating = await cases.ratings.rate(caller, idempotent_id(request), body.booking_id, body.stars, body.comment)
    return _own(rating)


@router.patch("/{rating_id}")
async def edit_rating(cases: Cases, caller: CurrentUser, rating_id: RatingId, body: RatingChange) -> OwnRating:
    """Change a rating of one's own that is not published yet."""
    changes = body.model_dump(exclude_unset=True)
    if "comment" in changes:
        changes["comment"] = changes["comment"] or None
    return _own(await cases.ratings.edit(caller, rating_id, changes))


@router.post("/{rating_id}/reply", status_code=201)
async def reply_to_rating(cases: Cases, caller: CurrentUser, rating_id: RatingId, body: NewReply) -> PublishedRating:
    """Answer in public to what was said of the caller. There is one reply, and it stays as it is."""
    rating = await cases.ratings.reply(caller, rating_id, body.comment)
    return PublishedRating.model_validate({**rating, "id": rating["_id"]})


@router.post("/{rating_id}/report", status_code=201)
async def report_rating(cases: Cases, caller: CurrentUser, rating_id: RatingId, body: Reasoned) -> ReportReceipt:
    """Tell the moderators what is wrong with a published rating; each user once."""
    report = await cases.moderation.report(caller, rating_id, body.reason)
    return ReportReceipt.model_validate(report, extra="ignore")


def _own(rating: models.Rating) -> OwnRating:
    return OwnRating.model_validate({**rating, "id": rating["_id"]})
