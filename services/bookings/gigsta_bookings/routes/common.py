"""What the routes of bookings share."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute

from gigsta_bookings import schemas
from gigsta_bookings.callers import Caller
from gigsta_bookings.crud import UseCases
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.models import Booking
from gigsta_bookings.times import Moment
from gigsta_common.errors import Unauthorized
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.security import OptionalUser, optional_user

PREFIX = "/bookings"


class _Route(IdempotentRoute):
    credentials = ("booking-key",)


def router_for(*, idempotent: bool = True) -> APIRouter:
    """A router under our prefix; a bad token is refused on all of them, even where none is needed."""
    kind = _Route if idempotent else APIRoute
    return APIRouter(prefix=PREFIX, tags=["bookings"], route_class=kind, dependencies=[Depends(optional_user)])


def use_cases(request: Request) -> UseCases:
    found: UseCases = request.app.state.use_cases
    return found


BookingKey = Annotated[
    str | None,
    Header(
        alias="Booking-Key",
        max_length=100,
        description="For a guest: the secret from the link in their mail. It opens this one booking.",
    ),
]


def caller_of(user: OptionalUser, booking_key: BookingKey = None) -> Caller:
    """Somebody who is logged in, or a guest with the secret of a booking."""
    if user is None and not booking_key:
        raise Unauthorized("Log in first: this needs an access token.", code="not_authenticated")
    return Caller(user=user, secret=booking_key)


async def answered_alone(caller: Annotated[Caller, Depends(caller_of)], response: Response) -> Caller:
    """No cache gives to others what a party of a booking is told."""
    response.headers.update({"cache-control": "private, no-cache", "vary": "Authorization, Booking-Key"})
    return caller


Bookings = Annotated[UseCases, Depends(use_cases)]
Party = Annotated[Caller, Depends(answered_alone)]
BookingId = Annotated[schemas.Id, "the id of a booking"]
From = Annotated[Moment | None, Query(alias="from", description="A moment, or a date in the provider's zone.")]
To = Annotated[Moment | None, Query(description="A moment, or a date that is included whole.")]


async def detail(found: UseCases, caller: Caller, booking: Booking) -> schemas.BookingDetail:
    """A booking as this caller sees it."""
    actions = await found.actions.available(caller, booking)
    place = await found.offerings.place_for(booking)
    return schemas.detail(booking, caller.actors(booking), actions, next_automatic(booking), place)
