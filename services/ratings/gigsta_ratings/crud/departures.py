"""What happens to somebody's ratings when they close their account, and what they may take along."""

from datetime import datetime
from typing import cast

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.app import Runtime
from gigsta_common.mongo import Session
from gigsta_ratings import models
from gigsta_ratings.crud import paging
from gigsta_ratings.crud.publishing import Publishing
from gigsta_ratings.models import Invitation, Rating
from gigsta_ratings.settings import Settings


class Departures:
    def __init__(self, runtime: Runtime[Settings], publishing: Publishing) -> None:
        self._clock = runtime.clock
        self._publishing = publishing
        self._invitations = cast("AsyncCollection[Invitation]", runtime.db["invitations"])
        self._ratings = cast("AsyncCollection[Rating]", runtime.db["ratings"])
        self._closed = runtime.db["closed_users"]

    async def forget(self, user_id: str, closed_at: datetime, session: Session) -> None:
        """Take somebody's name off everything. Their stars stay, and so every summary does; what the other side has
        said about a booking comes out, because nothing more is to be waited for."""
        already = await self._closed.update_one(
            {"_id": user_id}, {"$setOnInsert": {"closed_at": closed_at}}, upsert=True, session=session
        )
        if already.matched_count:
            return
        await self._ratings.update_many({"author_id": user_id}, {"$set": {"author_name": None}}, session=session)
        nameless: dict[str, dict[str, object]] = {
            "customer_id": {"customer_name": None},
            "provider_id": {"provider_name": models.FORMER_PROVIDER},
        }
        await self._ratings.update_many({"provider_id": user_id}, {"$set": nameless["provider_id"]}, session=session)
        for party, name in nameless.items():
            leave = {"$set": name, "$pull": {"open_to": user_id}, "$inc": {"version": 1}}
            await self._invitations.update_many({party: user_id}, leave, session=session)
            left_alone = {party: user_id, "status": "open", "open_to": []}
            for invitation in await self._invitations.find(left_alone, {"_id": 1}, session=session).to_list():
                closed = {"$set": {"status": "closed"}, "$inc": {"version": 1}}
                await self._invitations.update_one({"_id": invitation["_id"]}, closed, session=session)
                published = await self._publishing.publish_waiting(invitation["_id"], self._clock.now(), session)
                self._publishing.nudge([rating["_id"] for rating in published])

    async def export(self, user_id: str) -> tuple[list[Rating], list[Rating]]:
        """What somebody has said of others, and what others have said of them and is published."""
        order = paging.newest_first("created_at")
        given = await self._ratings.find({"author_id": user_id}).sort(order).to_list()
        about = {"rated_user_id": user_id, "status": "published"}
        received = await self._ratings.find(about).sort(order).to_list()
        return given, received
