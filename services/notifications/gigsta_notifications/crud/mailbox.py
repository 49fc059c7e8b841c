"""The development mailbox: where mails go when there is no mail server, so that a person can click their links."""

from typing import cast

from pymongo.asynchronous.collection import AsyncCollection

from gigsta_common.errors import NotFound
from gigsta_common.mongo import Database
from gigsta_notifications.mail.compose import Mail
from gigsta_notifications.models import MailboxEntry


class Mailbox:
    """A mail transport, and what it has taken in."""

    def __init__(self, db: Database) -> None:
        self._entries = cast("AsyncCollection[MailboxEntry]", db["mailbox"])

    async def send(self, mail: Mail) -> None:
        entry: MailboxEntry = {
            "_id": mail.id,
            "to": mail.to.lower(),
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "links": mail.links(),
            "sent_at": mail.at,
            "calendar": mail.calendar.content.decode() if mail.calendar else None,
        }
        await self._entries.update_one({"_id": mail.id}, {"$setOnInsert": entry}, upsert=True)

    async def latest(self, to: str | None, limit: int) -> list[MailboxEntry]:
        """Newest first, of one address or of all."""
        query = {"to": to.lower()} if to is not None else {}
        return await self._entries.find(query).sort([("sent_at", -1), ("_id", -1)]).limit(limit).to_list()

    async def get(self, mail_id: str) -> MailboxEntry:
        entry = await self._entries.find_one({"_id": mail_id})
        if entry is None:
            raise NotFound("There is no such mail.", code="mail_not_found")
        return entry
