"""When providers can be booked, and on which terms."""

from typing import Annotated

import orjson
from fastapi import Query
from starlette.responses import Response

from gigsta_bookings import schemas
from gigsta_bookings.models import Place
from gigsta_bookings.routes.common import BookingKey, Bookings, From, To, caller_of, router_for
from gigsta_common.errors import Unprocessable
from gigsta_common.security import CurrentUser, OptionalUser

router = router_for()

MOST_OF_A_SCHEDULE = 200_000
"""Bytes of a request: a year of exceptions with twelve windows each takes 175,000."""

ServiceId = Annotated[schemas.Id | None, Query(description="Needed unless there is a `booking_id`.")]
ToMove = Annotated[
    schemas.Id | None,
    Query(description="Instead of `service_id`, for who may see that booking: the times that it can be moved to."),
]
Lat = Annotated[
    float | None, Query(ge=-90, le=90, allow_inf_nan=False, description="With `lng`: where the work would be.")
]
Lng = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False)]


@router.get("/availability", response_model=schemas.Availability)
async def list_available_slots(
    found: Bookings,
    user: OptionalUser,
    service_id: ServiceId = None,
    booking_id: ToMove = None,
    start: From = None,
    to: To = None,
    lat: Lat = None,
    lng: Lng = None,
    booking_key: BookingKey = None,
) -> Response:
    """The bookable slots of a service, 35 days at most; by default those of the coming week.

    An answer ends with the day on which it has 1,000 slots, and says in `next_from` where to go on. A service that is
    not on offer, or whose provider is suspended, is not found.
    """
    if booking_id is not None:
        caller = caller_of(user, booking_key)
        booking = await found.store.find(caller, booking_id)
        _refuse(service_id is not None and service_id != booking.service_id, "service_id", "is not the booking's")
        _refuse(lat is not None or lng is not None, "lat", "is not for a booking, which has its place")
        return _as_it_is(await found.schedules.other_times(booking, start, to))
    if service_id is None:
        raise Unprocessable("Of which service?", errors=[{"field": "service_id", "message": "Field required"}])
    if (lat is None) != (lng is None):
        field = "lat" if lat is None else "lng"
        raise Unprocessable("A place has `lat` and `lng`.", errors=[{"field": field, "message": "is missing"}])
    place = Place(lat=lat, lng=lng) if lat is not None and lng is not None else None
    return _as_it_is(await found.schedules.availability(service_id, start, to, place))


def _as_it_is(answer: schemas.Availability) -> Response:
    """Thousands of slots of our own making: FastAPI would check and copy each of them."""
    return Response(orjson.dumps(answer, option=orjson.OPT_UTC_Z), media_type="application/json")


def _refuse(wrong: bool, field: str, message: str) -> None:
    if wrong:
        raise Unprocessable(f"`{field}` {message}.", errors=[{"field": field, "message": message}])


@router.get("/schedule")
async def get_schedule(found: Bookings, user: CurrentUser) -> schemas.Schedule:
    """The caller's weekly plan, exceptions, buffers, notice, horizon and limit per day."""
    return await found.schedules.get(user.user_id)


@router.put("/schedule", max_body_size=MOST_OF_A_SCHEDULE)
async def put_schedule(found: Bookings, user: CurrentUser, wanted: schemas.ScheduleChoice) -> schemas.Schedule:
    """Replace the caller's plan. Bookings that exist stay as they are."""
    await found.standing.refuse(user.user_id)
    return await found.schedules.put(user.user_id, wanted.plan, wanted.version)


@router.get("/policy")
async def get_own_policy(found: Bookings, user: CurrentUser) -> schemas.ProviderPolicy:
    """The caller's terms: cancellation, time to answer, instant booking."""
    version, terms = await found.policies.current(user.user_id)
    return schemas.ProviderPolicy(**terms.model_dump(), version=version)


@router.put("/policy")
async def put_own_policy(found: Bookings, user: CurrentUser, wanted: schemas.PolicyChoice) -> schemas.ProviderPolicy:
    """Set the caller's terms for bookings from now on. Bookings that exist keep the terms they were made under."""
    await found.standing.refuse(user.user_id)
    await found.schedules.get(user.user_id)
    version, terms = await found.policies.put(user.user_id, wanted.terms, wanted.version)
    return schemas.ProviderPolicy(**terms.model_dump(), version=version)


@router.get("/policies/{provider_id}")
async def get_policy_of_provider(found: Bookings, provider_id: schemas.Id) -> schemas.ProviderPolicy:
    """The terms under which a provider is booked today."""
    await found.schedules.check_provider(provider_id)
    version, terms = await found.policies.current(provider_id)
    return schemas.ProviderPolicy(**terms.model_dump(), version=version)
