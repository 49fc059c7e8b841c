"""Policies: every version that a provider has ever set, the newest in force."""

from pymongo.errors import DuplicateKeyError

from gigsta_bookings.models import stored
from gigsta_bookings.models.policy import PolicyTerms
from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict
from gigsta_common.mongo import Database

COLLECTION = "policies"


class Policies:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._policies = db[COLLECTION]
        self._clock = clock

    async def current(self, provider_id: str) -> tuple[int, PolicyTerms]:
        """The version in force and its terms; version 0 is the platform's own, for who has set none."""
        newest = await self._policies.find_one({"provider_id": provider_id}, sort=[("version", -1)])
        if newest is None:
            return 0, PolicyTerms()
        return newest["version"], PolicyTerms.model_validate(newest["terms"])

    async def put(self, provider_id: str, terms: PolicyTerms, expected: int | None) -> tuple[int, PolicyTerms]:
        """Set new terms, for bookings from now on.

        Raises:
            Conflict: the version in force is not the one that the caller looked at.
        """
        version, known = await self.current(provider_id)
        if expected is not None and expected != version:
            raise _moved_on(version)
        if version and known == terms:
            return version, known
        document = {
            "_id": f"{provider_id}:{version + 1}",
            "provider_id": provider_id,
            "version": version + 1,
            "terms": stored(terms),
            "set_at": self._clock.now(),
        }
        try:
            await self._policies.insert_one(document)
        except DuplicateKeyError:
            raise _moved_on(version + 1) from None
        return version + 1, terms


def _moved_on(version: int) -> Conflict:
    return Conflict("The policy has changed since you looked at it.", code="version_conflict", version=version)
