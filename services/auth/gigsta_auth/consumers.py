"""What auth learns from the others."""

from gigsta_auth.crud import Auth
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session

handlers = Handlers[Auth]()


@handlers.on("booking.verified", BookingChanged)
async def recognise_guest(auth: Auth, event: BookingChanged, envelope: Envelope, session: Session) -> None:
    if event.verified_guest is not None:
        await auth.guests.recognise(event.booking_id, event.verified_guest, event.at, session)
