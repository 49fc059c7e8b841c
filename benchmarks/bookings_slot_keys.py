"""The other way to claim a time: a document per provider and five minutes, whose id can be taken only once.

Only measured here, next to the calendar days that the service uses (docs/decisions/0006).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pymongo.errors import BulkWriteError

from gigsta_bookings.crud.claims import Claims, DayLimit, SlotUnavailable
from gigsta_bookings.models import Claim
from gigsta_common.mongo import Database, Session

STEP = timedelta(minutes=5)


class SlotKeys(Claims):
    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._keys = db["slot_keys"]

    async def prepare(self, provider_id: str, claims: Iterable[Claim], limit: DayLimit) -> frozenset[str]:
        """Look before the transaction, as the calendar days do."""
        if limit.most is not None:
            raise NotImplementedError("keys of minutes cannot count a day's bookings")
        for claim in claims:
            if await self._keys.find_one({"_id": {"$in": _keys(provider_id, claim)}}, {"_id": 1}):
                raise SlotUnavailable("That time is no longer free.")
        return frozenset()

    async def swap(
        self,
        provider_id: str,
        release: frozenset[Claim],
        take: frozenset[Claim],
        limit: DayLimit,  # noqa: ARG002
        missing: frozenset[str],  # noqa: ARG002
        session: Session,
    ) -> None:
        for claim in release:
            await self._keys.delete_many({"_id": {"$in": _keys(provider_id, claim)}}, session=session)
        for claim in take:
            documents = [{"_id": key, "booking_id": claim.booking_id} for key in _keys(provider_id, claim)]
            try:
                await self._keys.insert_many(documents, session=session)
            except BulkWriteError as error:
                if error.has_error_label("TransientTransactionError"):
                    raise
                raise SlotUnavailable("That time is no longer free.") from None


def _keys(provider_id: str, claim: Claim) -> list[str]:
    start: datetime = claim.starts_at
    return [f"{provider_id}:{start + n * STEP:%Y%m%d%H%M}" for n in range((claim.ends_at - start) // STEP)]
