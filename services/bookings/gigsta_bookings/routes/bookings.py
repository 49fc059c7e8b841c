"""Making, finding and moving bookings."""

from typing import Annotated, Literal

from fastapi import Depends, Query, Request
from starlette.responses import PlainTextResponse, Response

from gigsta_bookings import diagram, schemas
from gigsta_bookings.callers import Caller
from gigsta_bookings.crud.lists import Order, Wanted, cursor_key
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.models import Actor, Status
from gigsta_bookings.routes.common import BookingId, Bookings, Party, detail, router_for
from gigsta_bookings.times import Moment, span
from gigsta_common import idempotency
from gigsta_common.idempotency import idempotent_id
from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import CurrentUser

router = router_for()

Role = Annotated[
    Literal[Actor.CUSTOMER, Actor.PROVIDER, Actor.ADMIN] | None,
    Query(description="As whom; by default as customer and provider. `admin` lists everybody's bookings."),
]
UserId = Annotated[
    schemas.Id | None,
    Query(description="With `role=admin`: the bookings of this user, on either side. A search by `q` needs it."),
]
Statuses = Annotated[list[Status] | None, Query(alias="status", max_length=len(Status))]
StartFrom = Annotated[
    Moment | None, Query(alias="from", description="Work that starts then or later. A date is a day in UTC.")
]
StartTo = Annotated[
    Moment | None, Query(alias="to", description="Work that starts before then. A date, in UTC, is included whole.")
]
Text = Annotated[
    str | None,
    Query(
        alias="q",
        min_length=1,
        max_length=100,
        description="Words, or their beginnings, of title and names. With `role=admin` it needs a `user_id`.",
    ),
]
Sort = Annotated[
    Order | None, Query(description="By default the newest request first; with `from` or `to` the earliest start.")
]


@router.get("/state-machine", response_model=diagram.StateMachine)
async def get_state_machine(
    output: Annotated[str, Query(alias="format", pattern="^(json|mermaid)$")] = "json",
) -> object:
    """The lifecycle table as data, or as a Mermaid diagram with `?format=mermaid`."""
    return PlainTextResponse(diagram.as_mermaid()) if output == "mermaid" else diagram.as_data()


@router.post("", status_code=201, dependencies=[Depends(idempotency.documented)])
async def create_booking(
    found: Bookings, user: CurrentUser, request: Request, response: Response, wanted: schemas.BookingRequest
) -> schemas.BookingDetail:
    """Book a time. It is the caller's from now on, and no one else's."""
    booking = await found.requests.create(user, idempotent_id(request), wanted)
    response.headers["location"] = f"/api/v1/bookings/{booking.id}"
    return await detail(found, Caller(user), booking)


@router.get("")
async def list_bookings(
    found: Bookings,
    user: CurrentUser,
    role: Role = None,
    user_id: UserId = None,
    status: Statuses = None,
    start: StartFrom = None,
    end: StartTo = None,
    text: Text = None,
    sort: Sort = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[schemas.BookingSummary]:
    """The caller's bookings; for an administrator with `role=admin`, everybody's."""
    first, last = span(start, end)
    wanted = Wanted(role, user_id, status or (), first, last, text, sort)
    rows = await found.lists.page(user, wanted, limit, cursor)
    items, following = page_of(
        rows,
        limit,
        lambda row: cursor_key(row, wanted.sorted_by),
        lambda row: schemas.summary(row, Caller(user).actors(row), next_automatic(row)),
    )
    return Page(items=items, next_cursor=following)


@router.get("/{booking_id}")
async def get_booking(found: Bookings, caller: Party, booking_id: BookingId) -> schemas.BookingDetail:
    """A booking with what the caller may do, what happens next by itself, and its whole history."""
    return await detail(found, caller, await found.store.find(caller, booking_id))


@router.get("/{booking_id}/actions")
async def list_booking_actions(found: Bookings, caller: Party, booking_id: BookingId) -> schemas.BookingActions:
    """What the caller may do with the booking now."""
    booking = await found.store.find(caller, booking_id)
    items = await found.actions.available(caller, booking)
    return schemas.BookingActions(items=items, status=booking.status, version=booking.version)


@router.post("/{booking_id}/actions/{action_name}", dependencies=[Depends(idempotency.documented)])
async def take_booking_action(
    found: Bookings,
    caller: Party,
    booking_id: BookingId,
    action_name: schemas.ActionName,
    wanted: schemas.ActionRequest | None = None,
) -> schemas.BookingDetail:
    """Take one of the available actions. One that is not possible now is a 409 that says why."""
    chosen = wanted or schemas.ActionRequest()
    return await detail(found, caller, await found.actions.act(caller, booking_id, action_name.value, chosen))


@router.get("/{booking_id}/history/verify")
async def verify_booking_history(found: Bookings, caller: Party, booking_id: BookingId) -> schemas.HistoryCheck:
    """Whether the audit history of the booking is as it was written, entry by entry, and leads to where it is."""
    check = await found.store.check_history(caller, booking_id)
    broken = check.broken_at
    return schemas.HistoryCheck(intact=broken is None, entries=check.entries, broken_at=broken, head=check.head)
