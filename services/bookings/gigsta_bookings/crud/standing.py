"""Whether somebody may still change anything: an access token outlives the account, and its good standing, by some
minutes, in which nothing is taken from it."""

from gigsta_bookings.crud.departures import Departures
from gigsta_common.errors import Forbidden
from gigsta_common.suspensions import Suspensions


class Standing:
    def __init__(self, departures: Departures, suspensions: Suspensions) -> None:
        self._departures = departures
        self.suspensions = suspensions

    async def is_out(self, user_id: str) -> bool:
        return await self._departures.has_left(user_id) or bool(await self.suspensions.has(user_id))

    async def refuse(self, user_id: str) -> None:
        """
        Raises:
            Forbidden: they have closed their account, or are suspended, as far as we have heard.
        """
        if await self._departures.has_left(user_id):
            raise Forbidden("This account is closed.", code="account_closed")
        await self.suspensions.refuse(user_id)
