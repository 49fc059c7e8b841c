"""Offerings: bookings' own copy of what catalog publishes, so that booking needs nobody else."""

from datetime import UTC, datetime

from gigsta_bookings.models import MEETING, Booking, Offering, Status, WorkPlace, stored
from gigsta_common.errors import NotFound
from gigsta_common.events import Envelope, ServiceChanged
from gigsta_common.ids import new_id
from gigsta_common.mongo import Database, Session
from gigsta_common.replay import sequences

COLLECTION = "offerings"
_AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)


class Offerings:
    def __init__(self, db: Database) -> None:
        self._offerings = db[COLLECTION]
        self._open_days = db["open_days"]

    async def get(self, service_id: str) -> Offering:
        """A service that is or was on offer.

        Raises:
            NotFound: never published, as far as we know.
        """
        document = await self._offerings.find_one({"_id": service_id})
        if document is None:
            raise NotFound("There is no such service on offer.", code="service_not_found")
        return Offering.model_validate(document)

    async def place_for(self, booking: Booking) -> WorkPlace | None:
        """Where a booking's provider works from today: where its parties meet, for as long as they have to."""
        if booking.status not in MEETING:
            return None
        document = await self._offerings.find_one({"_id": booking.service_id, "provider_id": booking.provider_id})
        return Offering.model_validate(document).workplace if document else None

    async def meeting_place(self, booking: Booking) -> str | None:
        """In words, while it is ahead: what the customer has told, or where the provider works unless it is they who
        come."""
        if booking.status != Status.CONFIRMED:
            return None
        if booking.address:
            return booking.address
        of_the_provider = {"_id": booking.service_id, "provider_id": booking.provider_id, "service_radius_km": None}
        document = await self._offerings.find_one(of_the_provider, {"address": 1})  # with most transitions: no more
        return document.get("address") or None if document else None

    async def apply(self, event: ServiceChanged, told: Envelope, session: Session) -> bool:
        """Take over a service's latest state; an older one than we have is ignored. Says whether it was news."""
        known = await self._offerings.find_one({"_id": event.service_id}, {"sequence": 1}, session=session)
        if known is not None and not told.is_news_to(known["sequence"]):
            return False
        facts = event.model_dump() | {"_id": event.service_id, "sequence": told.sequence}
        facts["address"] = event.location.address
        offering = Offering.model_validate(facts)
        document = stored(offering) | {"stale": new_id()}  # for `open_days`
        await self._offerings.replace_one({"_id": event.service_id}, document, upsert=True, session=session)
        return True

    # -- for `gigsta replay`

    async def known(self, after: str, limit: int) -> dict[str, int]:
        found = self._offerings.find({"_id": {"$gt": after}}, {"sequence": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda offering: int(offering["sequence"]))

    async def forget(self, service_id: str, sequence: int) -> None:
        await self._offerings.delete_one({"_id": service_id, "sequence": sequence})
        await self._open_days.update_one({"_id": service_id}, {"$set": {"look_at": _AT_ONCE}})
