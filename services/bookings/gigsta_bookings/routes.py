"""The HTTP interface of bookings."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import PlainTextResponse, Response

from gigsta_bookings import diagram, schemas
from gigsta_bookings.availability import Plan
from gigsta_bookings.crud import UseCases
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_common import idempotency
from gigsta_common.idempotency import IdempotentRoute, idempotent_id
from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import CurrentUser, Principal, optional_user

router = APIRouter(
    prefix="/bookings", tags=["bookings"], route_class=IdempotentRoute, dependencies=[Depends(optional_user)]
)


def use_cases(request: Request) -> UseCases:
    found: UseCases = request.app.state.use_cases
    return found


Bookings = Annotated[UseCases, Depends(use_cases)]
BookingId = Annotated[schemas.Id, "the id of a booking"]
ServiceId = Annotated[schemas.Id, Query()]
From = Annotated[schemas.Moment | None, Query(alias="from", description="A moment, or a date in the provider's zone.")]
To = Annotated[schemas.Moment | None, Query(description="A moment, or a date that is included whole.")]
Role = Annotated[
    Literal[Actor.CUSTOMER, Actor.PROVIDER, Actor.ADMIN] | None,
    Query(description="As whom; by default as customer and provider. `admin` lists everybody's bookings."),
]
Statuses = Annotated[list[Status] | None, Query(alias="status", max_length=len(Status))]


def _detail(found: UseCases, caller: Principal, booking: Booking) -> schemas.BookingDetail:
    bookings = found.bookings
    return schemas.detail(
        booking, bookings.actors(caller, booking), bookings.actions(caller, booking), next_automatic(booking)
    )


@router.get("/availability")
async def list_available_slots(
    found: Bookings, service_id: ServiceId, start: From = None, to: To = None
) -> schemas.Availability:
    """The bookable slots of a service, 62 days at most; by default those of the coming week."""
    return await found.schedules.availability(service_id, start, to)


@router.get("/state-machine", response_model=diagram.StateMachine)
async def get_state_machine(
    output: Annotated[str, Query(alias="format", pattern="^(json|mermaid)$")] = "json",
) -> object:
    """The lifecycle table as data, or as a Mermaid diagram with `?format=mermaid`."""
    return PlainTextResponse(diagram.as_mermaid()) if output == "mermaid" else diagram.as_data()


@router.get("/schedule")
async def get_schedule(found: Bookings, caller: CurrentUser) -> schemas.Schedule:
    """The caller's weekly plan, exceptions, buffers, notice and horizon."""
    return await found.schedules.get(caller.user_id)


@router.put("/schedule")
async def put_schedule(found: Bookings, caller: CurrentUser, plan: Plan) -> schemas.Schedule:
    """Replace the caller's plan. Bookings that exist stay as they are."""
    return await found.schedules.put(caller.user_id, plan)


@router.post("", status_code=201, dependencies=[Depends(idempotency.documented)])
async def create_booking(
    found: Bookings, caller: CurrentUser, request: Request, response: Response, wanted: schemas.BookingRequest
) -> schemas.BookingDetail:
    """Book a time. It is the caller's from now on, and no one else's."""
    booking = await found.bookings.create(caller, idempotent_id(request), wanted)
    response.headers["location"] = f"/api/v1/bookings/{booking.id}"
    return _detail(found, caller, booking)


@router.get("")
async def list_bookings(
    found: Bookings,
    caller: CurrentUser,
    role: Role = None,
    status: Statuses = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[schemas.BookingSummary]:
    """The caller's bookings, newest first; for an administrator with `role=admin`, everybody's."""
    rows = await found.bookings.page(caller, role, status or [], limit, cursor)
    items, following = page_of(
        rows, limit, lambda row: (row.created_at, row.id), lambda row: schemas.summary(row, next_automatic(row))
    )
    return Page(items=items, next_cursor=following)


@router.get("/{booking_id}")
async def get_booking(found: Bookings, caller: CurrentUser, booking_id: BookingId) -> schemas.BookingDetail:
    """A booking with what the caller may do, what happens next by itself, and its whole history."""
    return _detail(found, caller, await found.bookings.get(caller, booking_id))


@router.get("/{booking_id}/actions")
async def list_booking_actions(found: Bookings, caller: CurrentUser, booking_id: BookingId) -> schemas.BookingActions:
    """What the caller may do with the booking now."""
    booking = await found.bookings.get(caller, booking_id)
    items = found.bookings.actions(caller, booking)
    return schemas.BookingActions(items=items, status=booking.status, version=booking.version)


@router.post("/{booking_id}/actions/{action_name}", dependencies=[Depends(idempotency.documented)])
async def take_booking_action(
    found: Bookings,
    caller: CurrentUser,
    booking_id: BookingId,
    action_name: schemas.ActionName,
    wanted: schemas.ActionRequest | None = None,
) -> schemas.BookingDetail:
    """Take one of the available actions. One that is not possible now is a 409 that says why."""
    chosen = wanted or schemas.ActionRequest()
    booking = await found.bookings.act(caller, booking_id, action_name.value, chosen)
    return _detail(found, caller, booking)
