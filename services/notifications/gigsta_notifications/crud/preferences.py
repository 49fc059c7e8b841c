"""What users have said about their mails."""

import secrets
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.errors import Forbidden, NotFound
from gigsta_common.mongo import Database, Session, in_transaction
from gigsta_notifications.models.preferences import Kind, Preferences, zone_of


class PreferenceStore:
    def __init__(self, db: Database) -> None:
        self._db = db
        self._addresses = db["addresses"]
        self._preferences = cast("AsyncCollection[Preferences]", db["preferences"])

    async def of(self, user_id: str) -> Preferences | None:
        return await self._preferences.find_one({"_id": user_id})

    async def zones_of(self, user_ids: list[str], session: Session) -> dict[str, str]:
        """The zones of those who have said theirs."""
        found = await self._preferences.find({"_id": {"$in": user_ids}}, session=session).to_list()
        return {known["_id"]: zone for known in found if (zone := zone_of(known)) is not None}

    async def save(self, user_id: str, chosen: dict[str, Any]) -> Preferences:
        """
        Raises:
            Forbidden: the account is closed, and an access token has outlived that.
        """

        async def work(session: Session) -> Preferences | None:
            # Written to, so that this and the end of the account, if both come at the same moment, take turns.
            hold = {"$inc": {"held": 1}}
            known = await self._addresses.find_one_and_update({"_id": user_id}, hold, session=session)
            if known is not None and known["closed"]:
                raise Forbidden("This account is closed.", code="account_closed")
            return await self._preferences.find_one_and_update(
                {"_id": user_id}, {"$set": chosen}, upsert=True, return_document=ReturnDocument.AFTER, session=session
            )

        return cast("Preferences", await in_transaction(self._db, work))

    async def with_key(self, user_id: str) -> Preferences:
        """The user's preferences, with a key for the unsubscribe links, made when it is first needed."""
        known = await self.of(user_id)
        if known is None or "unsubscribe_key" not in known:
            await self._preferences.update_one({"_id": user_id}, {"$set": {}}, upsert=True)
            without = {"_id": user_id, "unsubscribe_key": {"$exists": False}}
            await self._preferences.update_one(without, {"$set": {"unsubscribe_key": secrets.token_urlsafe(32)}})
            known = await self.of(user_id)
        return cast("Preferences", known)

    async def unsubscribe(self, key: str, kind: Kind) -> None:
        """Turn one kind of mail off; doing so again changes nothing.

        Raises:
            NotFound: nobody has this key.
        """
        done = await self._preferences.update_one({"unsubscribe_key": key}, {"$set": {f"mail.{kind}": False}})
        if done.matched_count == 0:
            raise NotFound("This link is not known, or its account is closed.", code="unsubscribe_link_not_found")

    async def erase(self, user_id: str, session: Session) -> None:
        await self._preferences.delete_one({"_id": user_id}, session=session)
