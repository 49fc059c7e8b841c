"""Nothing of a guest who has not verified their address can be found any more, or is kept once their request lapsed.

What the version before writes meanwhile is mended by the next write to that booking, within half an hour.
"""

from gigsta_bookings import search
from gigsta_bookings.models import Booking, Status, stored
from gigsta_common.mongo import Database

_BESIDES = {"outbox": 0, "words": 0, "wake_at": 0}


async def up(db: Database) -> None:
    bookings = db["bookings"]
    states = {"$in": [Status.AWAITING_VERIFICATION.value, Status.EXPIRED.value]}
    unverified = {"status": states, "guest": {"$ne": None}, "guest.verified_at": None}
    async for document in bookings.find(unverified, _BESIDES):
        booking = Booking.model_validate(document)
        fields = {"words": search.words_of(booking)}
        if booking.status == Status.EXPIRED:
            gone = booking.without_customer()
            fields |= stored(booking.model_copy(update=gone), set(gone))
        await bookings.update_one({"_id": booking.id, "version": booking.version}, {"$set": fields})


async def down(db: Database) -> None:
    """What is gone is gone; every version works with that."""
