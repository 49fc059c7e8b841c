"""Booking without an account."""

from pathlib import Path

from fastapi import Depends, Request
from starlette.responses import HTMLResponse

from gigsta_bookings import schemas
from gigsta_bookings.routes.common import Bookings, router_for
from gigsta_common import idempotency
from gigsta_common.idempotency import idempotent_id
from gigsta_common.pages import InlinePage

router = router_for()

_PAGE = InlinePage(Path(__file__).parent / "guest.html")


@router.get("/guest", include_in_schema=False)
async def show_guest_page() -> HTMLResponse:
    """What the link in a guest's mails opens: their booking, with a button for each thing they may do."""
    return _PAGE.response()


@router.post("/guest", status_code=201, dependencies=[Depends(idempotency.documented)])
async def create_guest_booking(
    found: Bookings, request: Request, wanted: schemas.GuestBookingRequest
) -> schemas.HeldBooking:
    """Hold a time for half an hour, until its mail link is followed. The link is the only key to the booking."""
    booking = await found.requests.create_as_guest(idempotent_id(request), wanted)
    return schemas.held(booking)
