"""Offerings: bookings' own copy of what catalog publishes, so that booking needs nobody else."""

from gigsta_bookings.models import Offering, stored
from gigsta_common.errors import NotFound
from gigsta_common.events import ServiceChanged
from gigsta_common.mongo import Database, Session

COLLECTION = "offerings"


class Offerings:
    def __init__(self, db: Database) -> None:
        self._offerings = db[COLLECTION]

    async def get(self, service_id: str) -> Offering:
        """A service that is or was on offer.

        Raises:
            NotFound: never published, as far as we know.
        """
        document = await self._offerings.find_one({"_id": service_id})
        if document is None:
            raise NotFound("There is no such service on offer.", code="service_not_found")
        return Offering.model_validate(document)

    async def apply(self, event: ServiceChanged, sequence: int, session: Session) -> bool:
        """Take over a service's latest state; an older one than we have is ignored. Says whether it was news."""
        known = await self._offerings.find_one({"_id": event.service_id}, {"sequence": 1}, session=session)
        if known is not None and known["sequence"] >= sequence:
            return False
        facts = event.model_dump() | {"_id": event.service_id, "sequence": sequence}
        offering = Offering.model_validate(facts)
        await self._offerings.replace_one({"_id": event.service_id}, stored(offering), upsert=True, session=session)
        return True
