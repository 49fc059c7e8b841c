"""What has become of mails, for the operator, and sending again what was given up."""

from datetime import datetime
from typing import Any, cast

from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.clock import Clock
from gigsta_common.errors import Conflict, NotFound
from gigsta_common.mongo import Database, shielded
from gigsta_common.pagination import decode_cursor
from gigsta_notifications.models import Delivery, mailing

_HIDDEN = {"context": 0, "lease": 0}
"""What a mail says, and its links, are its reader's alone."""
_NEWEST_FIRST = [("created_at", -1), ("_id", -1)]


class Deliveries:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._deliveries = cast("AsyncCollection[Delivery]", db["deliveries"])
        self._clock = clock

    async def page(self, status: str, limit: int, cursor: str | None = None) -> list[Delivery]:
        """Up to `limit + 1` deliveries of a status, newest first."""
        query: dict[str, Any] = {"status": status}
        if cursor is not None:
            at, last_id = decode_cursor(cursor, datetime, str)
            query["$or"] = [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last_id}}]
        return await self._deliveries.find(query, _HIDDEN).sort(_NEWEST_FIRST).limit(limit + 1).to_list()

    async def resend(self, delivery_id: str, by: str) -> Delivery:
        """Put a mail that was given up back in line, with all its attempts, and with the same Message-ID.

        Raises:
            NotFound: there is no such delivery.
            Conflict: `action_not_available` says why.
        """
        now = self._clock.now()
        known = await self._deliveries.find_one({"_id": delivery_id})
        if known is None:
            raise NotFound("There is no such mail.", code="mail_not_found")
        refusal = mailing.refusal_to_resend(known, now)
        if refusal is not None:
            raise Conflict(refusal, code="action_not_available")
        again = {"status": "queued", "attempts": 0, "next_attempt_at": now, "lease": None, "error": None}
        note = {"by": by, "at": now, "error": known["error"]}
        saved = await shielded(
            self._deliveries.find_one_and_update(
                {"_id": delivery_id, "status": "failed"},
                {"$set": again, "$push": {"resent": note}},
                projection=_HIDDEN,
                return_document=ReturnDocument.AFTER,
            )
        )
        if saved is None:
            raise Conflict("Somebody else has just sent it again.", code="action_not_available")
        return saved
