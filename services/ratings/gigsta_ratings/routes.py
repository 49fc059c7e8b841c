"""The ratings API."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request

from gigsta_common import idempotency
from gigsta_common.errors import Unprocessable
from gigsta_common.idempotency import IdempotentRoute, idempotent_id
from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import CurrentUser, optional_user
from gigsta_ratings import models
from gigsta_ratings.crud import Ratings
from gigsta_ratings.models import Subject
from gigsta_ratings.schemas import Id, NewRating, OwnRating, PendingRating, PublishedRating, RatingsExport, Summary

router = APIRouter(
    prefix="/ratings",
    tags=["ratings"],
    route_class=IdempotentRoute,
    dependencies=[Depends(idempotency.documented), Depends(optional_user)],
)


def use_cases(request: Request) -> Ratings:
    return cast("Ratings", request.app.state.use_cases)


UseCases = Annotated[Ratings, Depends(use_cases)]


def one_subject(
    service_id: Annotated[Id | None, Query(description="Of this service.")] = None,
    provider_id: Annotated[Id | None, Query(description="Of this provider, over all their services.")] = None,
    user_id: Annotated[Id | None, Query(description="Of this customer, by their providers.")] = None,
) -> Subject:
    """Exactly one of the filters."""
    given: list[Subject] = []
    if service_id is not None:
        given.append(("service", service_id))
    if provider_id is not None:
        given.append(("provider", provider_id))
    if user_id is not None:
        given.append(("customer", user_id))
    if len(given) != 1:
        message = "give exactly one of service_id, provider_id and user_id"
        names = ("service_id", "provider_id", "user_id")
        raise Unprocessable(f"Please {message}.", errors=[{"field": name, "message": message} for name in names])
    return given[0]


OneSubject = Annotated[Subject, Depends(one_subject)]


@router.get("/pending")
async def list_pending_ratings(
    ratings: UseCases, caller: CurrentUser, limit: Limit = 20, cursor: Cursor = None
) -> Page[PendingRating]:
    """Completed bookings that the caller may still rate, the latest completed first."""
    found = await ratings.pending(caller.user_id, limit, cursor)

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
    ratings: UseCases,
    caller: CurrentUser,
    booking_id: Annotated[Id | None, Query(description="Only the one for this booking.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[OwnRating]:
    """The caller's own ratings, newest first, also those that nobody else sees yet."""
    found = await ratings.mine(caller.user_id, booking_id, limit, cursor)
    items, next_cursor = page_of(found, limit, lambda r: (r["created_at"], r["_id"]), _own)
    return Page(items=items, next_cursor=next_cursor)


@router.get("/export")
async def export_ratings(ratings: UseCases, caller: CurrentUser) -> RatingsExport:
    """What ratings holds about the caller."""
    given, received = await ratings.export(caller.user_id)
    published = [PublishedRating.model_validate({**rating, "id": rating["_id"]}) for rating in received]
    return RatingsExport(given=[_own(rating) for rating in given], received=published)


@router.get("/summary")
async def get_rating_summary(ratings: UseCases, subject: OneSubject) -> Summary:
    """All published ratings of a service, a provider or a customer, in short."""
    summary = models.summarise(await ratings.tally(subject))
    return Summary.model_validate(summary.model_dump())


@router.get("")
async def list_ratings(
    ratings: UseCases, subject: OneSubject, limit: Limit = 20, cursor: Cursor = None
) -> Page[PublishedRating]:
    """Published ratings of a service, a provider or a customer, newest first."""
    found = await ratings.published(subject, limit, cursor)

    items, next_cursor = page_of(
        found,
        limit,
        lambda r: (cast("datetime", r["published_at"]), r["_id"]),
        lambda r: PublishedRating.model_validate({**r, "id": r["_id"]}),
    )
    return Page(items=items, next_cursor=next_cursor)


@router.post("", status_code=201)
async def create_rating(request: Request, ratings: UseCases, caller: CurrentUser, body: NewRating) -> OwnRating:
    """Rate the other party of a completed booking. Neither sees the other's rating before giving their own."""
    rating = await ratings.rate(caller, idempotent_id(request), body.booking_id, body.stars, body.comment)
    return _own(rating)


def _own(rating: models.Rating) -> OwnRating:
    return OwnRating.model_validate({**rating, "id": rating["_id"]})
