"""A guest completes the account that their booking has made."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from gigsta_auth.schemas.fields import NewPassword, Request, Secret
from gigsta_common.text import PersonName

BookingId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class GuestCompletion(Request):
    booking_id: BookingId
    secret: Secret
    """What the link in the mails about the booking carries."""
    password: NewPassword
    full_name: PersonName | None = None


class GuestAccount(BaseModel):
    """An account that waits for its password."""

    email: str
    full_name: str | None
