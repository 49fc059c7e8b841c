"""The collection `suspensions` of a service that takes what people write: whom auth has barred for the time being.

Their sessions end with it; access tokens that are out live on for some minutes, and the links in their mails, and a
guest's key to a booking, for longer.
"""

from gigsta_common.errors import Forbidden
from gigsta_common.events import Envelope
from gigsta_common.mongo import Database, Session
from gigsta_common.replay import sequences

COLLECTION = "suspensions"
SUSPENDED = "This account is suspended."


class Suspensions:
    def __init__(self, db: Database) -> None:
        self._suspensions = db[COLLECTION]

    async def note(self, user_id: str, told: Envelope, session: Session, *, barred: bool) -> None:
        """Take over what auth says of somebody; what is older than what is known changes nothing."""
        known = await self._suspensions.find_one({"_id": user_id}, {"sequence": 1}, session=session)
        if known is None or told.is_news_to(known["sequence"]):
            facts = {"barred": barred, "sequence": told.sequence}
            await self._suspensions.update_one({"_id": user_id}, {"$set": facts}, upsert=True, session=session)

    async def has(self, *user_ids: str) -> set[str]:
        """Which of them are barred."""
        theirs = {"_id": {"$in": user_ids}, "barred": True}
        return {found["_id"] for found in await self._suspensions.find(theirs, {"_id": 1}).to_list()}

    async def refuse(self, user_id: str) -> None:
        """
        Raises:
            Forbidden: they are suspended.
        """
        if await self.has(user_id):
            raise suspended()

    # -- for `gigsta replay`

    async def known(self, after: str, limit: int) -> dict[str, int]:
        found = self._suspensions.find({"_id": {"$gt": after}}, {"sequence": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda known: int(known["sequence"]))

    async def forget(self, user_id: str, sequence: int) -> None:
        await self._suspensions.delete_one({"_id": user_id, "sequence": sequence})


def suspended() -> Forbidden:
    return Forbidden(SUSPENDED, code="account_suspended")
