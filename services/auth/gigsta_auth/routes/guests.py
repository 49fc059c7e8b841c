"""A guest keeps their bookings by choosing a password. Plain routes: no Idempotency-Key makes the answers be stored."""

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gigsta_auth.routes.common import PREFIX, UseCases, logged_in
from gigsta_auth.schemas.guests import BookingId, GuestAccount, GuestCompletion
from gigsta_auth.schemas.logins import LoginAnswer

router = APIRouter(prefix=f"{PREFIX}/guests", tags=["auth"])

BookingKey = Annotated[
    str, Header(alias="Booking-Key", min_length=1, max_length=200, description="The secret from the guest's mail link.")
]


@router.get("/{booking_id}")
async def read_guest_account(
    auth: UseCases, booking_id: BookingId, booking_key: BookingKey, response: Response
) -> GuestAccount:
    """The account that this booking's guest may complete; a 409 where it has a password already."""
    response.headers["Cache-Control"] = "no-store"
    user = await auth.guests.look(booking_id, booking_key)
    return GuestAccount(email=user["email"], full_name=user["full_name"])


@router.post("/complete")
async def complete_guest_account(auth: UseCases, body: GuestCompletion, response: Response) -> LoginAnswer:
    """Choose a password for the account that a guest's booking has made (once, within 30 days), and log in."""
    login = await auth.logins.as_guest(body.booking_id, body.secret, body.password, body.full_name)
    return logged_in(response, login)
