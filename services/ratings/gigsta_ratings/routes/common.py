"""What the routes of ratings share."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request

from gigsta_common import idempotency
from gigsta_common.errors import Unprocessable
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.security import optional_user
from gigsta_ratings.crud import UseCases
from gigsta_ratings.models import Subject
from gigsta_ratings.schemas import Id


def ratings_router() -> APIRouter:
    return APIRouter(
        prefix="/ratings",
        tags=["ratings"],
        route_class=IdempotentRoute,
        dependencies=[Depends(idempotency.documented), Depends(optional_user)],
    )


def use_cases(request: Request) -> UseCases:
    return cast("UseCases", request.app.state.use_cases)


Cases = Annotated[UseCases, Depends(use_cases)]


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


def one_person(
    provider_id: Annotated[Id | None, Query(description="As a provider.")] = None,
    user_id: Annotated[Id | None, Query(description="As a customer.")] = None,
) -> Subject:
    """Exactly one of the filters."""
    return one_subject(provider_id=provider_id, user_id=user_id)


OnePerson = Annotated[Subject, Depends(one_person)]
