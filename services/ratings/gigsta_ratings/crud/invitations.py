"""Invitations: the bookings whose parties may rate each other, as bookings' events tell of them."""

from typing import Any, cast

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.app import Runtime
from gigsta_common.errors import NotFound
from gigsta_common.events import BookingChanged, Envelope
from gigsta_common.mongo import Session
from gigsta_ratings import models
from gigsta_ratings.crud import paging
from gigsta_ratings.models import Invitation, Rating
from gigsta_ratings.settings import Settings


class Invitations:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._clock = runtime.clock
        self._invitations = cast("AsyncCollection[Invitation]", runtime.db["invitations"])
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._closed = runtime.db["closed_users"]

    async def follow(self, event: BookingChanged, told: Envelope, session: Session) -> None:
        known = await self._invitations.find_one({"_id": event.booking_id}, session=session)
        if known is not None and not told.is_news_to(known["sequence"]):
            return
        after = models.invitation_after(None if told.replay else known, event, told.sequence)
        if after is None:
            return
        if told.replay:
            ratings = self._ratings.find({"booking_id": event.booking_id}, session=session)
            after = models.as_rated(after, await ratings.to_list(), self._clock.now())
            after["version"] = known["version"] + 1 if known else 1
        parties = {"_id": {"$in": [event.customer_id, event.provider_id]}}
        for closed in await self._closed.find(parties, {"_id": 1}, session=session).to_list():
            after = models.without(after, closed["_id"])
        if known is None:
            await self._invitations.insert_one(after, session=session)
            return
        fields = {name: value for name, value in after.items() if name != "_id"}
        unchanged = {"_id": event.booking_id, "version": known["version"]}
        await self._invitations.update_one(unchanged, {"$set": fields}, session=session)
        if after["customer_id"] != known["customer_id"]:
            waiting = {"booking_id": event.booking_id, "status": "waiting", "rated_user_id": known["customer_id"]}
            await self._ratings.update_many(waiting, {"$set": {"rated_user_id": after["customer_id"]}}, session=session)

    async def of(self, user_id: str, booking_id: str, session: Session) -> Invitation:
        """The invitation of a party of a booking.

        Raises:
            NotFound: the user was no party of it, or it never was completed.
        """
        mine = {"$or": [{"customer_id": user_id}, {"provider_id": user_id}]}
        invitation = await self._invitations.find_one({"_id": booking_id, **mine}, session=session)
        if invitation is None:
            raise NotFound("There is no completed booking of yours with that id.", code="booking_not_found")
        return invitation

    async def answer(self, invitation: Invitation, user_id: str, session: Session) -> list[str]:
        """Note that a party has rated; return who has not."""
        left = [user for user in invitation["open_to"] if user != user_id]
        await self._invitations.update_one(
            {"_id": invitation["_id"], "version": invitation["version"]},
            {"$set": {"open_to": left, "status": "open" if left else "closed"}, "$inc": {"version": 1}},
            session=session,
        )
        return left

    async def pending(self, user_id: str, limit: int, cursor: str | None) -> list[Invitation]:
        """Up to `limit + 1` invitations that the user may still answer, the latest completed first."""
        query: dict[str, Any] = {"open_to": user_id, "status": "open", "closes_at": {"$gt": self._clock.now()}}
        query |= paging.after("completed_at", cursor)
        order = paging.newest_first("completed_at")
        return await self._invitations.find(query).sort(order).limit(limit + 1).to_list()
