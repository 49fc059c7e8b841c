"""What ratings does with the events of others."""

from gigsta_common.events import BookingChanged, Envelope, UserClosed
from gigsta_common.messaging import Handlers
from gigsta_common.mongo import Session
from gigsta_ratings.crud import Ratings

handlers = Handlers[Ratings]()


@handlers.on("booking.*", BookingChanged)
async def follow_booking(ratings: Ratings, event: BookingChanged, envelope: Envelope, session: Session) -> None:
    """Every booking event is looked at: which of them leave `completed` is for the lifecycle table to say, not us."""
    await ratings.follow_booking(event, envelope.sequence, session)


@handlers.on("user.closed", UserClosed)
async def forget_user(ratings: Ratings, event: UserClosed, _: Envelope, session: Session) -> None:
    await ratings.forget(event.user_id, event.closed_at, session)
