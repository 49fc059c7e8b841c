"""Notifications' part in `gigsta replay`: the addresses that auth tells of."""

from gigsta_common.mongo import Collection
from gigsta_common.replay import sequences
from gigsta_notifications.models import GUEST


class KeptAddresses:
    """But for those of guests: the secret of their link is here and nowhere else, so these are no copies."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def known(self, after: str, limit: int) -> dict[str, int]:
        users = {"_id": {"$gt": after, "$not": {"$regex": f"^{GUEST}"}}}
        found = self._collection.find(users, {"sequence": 1}).sort("_id", 1).limit(limit)
        return sequences(await found.to_list(), lambda address: int(address["sequence"]))

    async def forget(self, user_id: str, sequence: int) -> None:
        await self._collection.delete_one({"_id": user_id, "sequence": sequence})
