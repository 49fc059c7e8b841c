"""Whether somebody may still change anything: an access token outlives the account, and its good standing, by some
minutes, in which nothing is taken from it."""

import asyncio

from gigsta_common.errors import Forbidden
from gigsta_common.mongo import Collection
from gigsta_common.suspensions import Suspensions, suspended


class Standing:
    def __init__(self, suspensions: Suspensions, closed: Collection) -> None:
        """`closed` has a document for each account that was closed, by the user's id."""
        self.suspensions = suspensions
        self._closed = closed

    async def is_out(self, user_id: str) -> bool:
        return any(await self._found(user_id))

    async def refuse(self, user_id: str) -> None:
        """
        Raises:
            Forbidden: they have closed their account, or are suspended, as far as we have heard.
        """
        closed, barred = await self._found(user_id)
        if closed:
            raise Forbidden("This account is closed.", code="account_closed")
        if barred:
            raise suspended()

    async def _found(self, user_id: str) -> tuple[bool, bool]:
        """With every action of anybody, so both are asked for at once."""
        closed, barred = await asyncio.gather(
            self._closed.find_one({"_id": user_id}, {"_id": 1}), self.suspensions.has(user_id)
        )
        return closed is not None, bool(barred)
