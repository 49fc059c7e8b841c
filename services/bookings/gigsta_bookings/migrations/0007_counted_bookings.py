"""Bookings that were made before they were counted, or brought over without, are entered in the quotas they use.

Whether there is room or not: nobody loses what they have, and the next is refused until there is room again.
"""

from gigsta_bookings.crud.quotas import Quotas
from gigsta_bookings.models import Booking, Status
from gigsta_bookings.models.claims import HOLDING
from gigsta_bookings.models.quotas import quotas_of
from gigsta_common.mongo import Database, Session, in_transaction

_BESIDES = {"outbox": 0, "words": 0, "wake_at": 0}


async def up(db: Database) -> None:
    live = {"status": {"$in": [*HOLDING, Status.DISPUTED]}}
    async for document in db["bookings"].find(live, _BESIDES):
        booking = Booking.model_validate(document)
        registers = [quota.register for quota in quotas_of(booking) if quota.until is None]
        entered = {"_id": {"$in": registers}, "holders": booking.id}
        if await db["quotas"].count_documents(entered) < len(registers):
            await _enter(db, booking.id)


async def _enter(db: Database, booking_id: str) -> None:
    bookings, quotas = db["bookings"], Quotas(db)

    async def enter(session: Session) -> None:
        # A write, so that whoever ends the booking meanwhile meets this one: or its place would be taken for ever.
        await bookings.update_one({"_id": booking_id}, {"$set": {"entering": True}}, session=session)
        found = await bookings.find_one_and_update(
            {"_id": booking_id}, {"$unset": {"entering": ""}}, projection=_BESIDES, session=session
        )
        await quotas.enter(booking_id, quotas_of(Booking.model_validate(found)), session)

    await in_transaction(db, enter)


async def down(db: Database) -> None:
    """The version before works with what is counted rightly."""
