"""Whether somebody may still say anything: an access token outlives the account, and its good standing, by some
minutes, in which nothing is taken from it."""

from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden
from gigsta_common.suspensions import Suspensions
from gigsta_ratings.settings import Settings


class Standing:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._closed = runtime.db["closed_users"]
        self.suspensions = Suspensions(runtime.db)

    async def refuse(self, user_id: str) -> None:
        """
        Raises:
            Forbidden: they have closed their account, or are suspended, as far as we have heard.
        """
        if await self._closed.find_one({"_id": user_id}, {"_id": 1}) is not None:
            raise Forbidden("This account is closed.", code="account_closed")
        await self.suspensions.refuse(user_id)
