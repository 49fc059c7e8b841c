"""The collection `mail_links`: the links that mails carry."""

from typing import cast

from gigsta_auth.models import links as rules
from gigsta_auth.models.links import LinkKind, MailLink
from gigsta_auth.models.sessions import digest
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.mongo import Session

MAIL_LINKS = "mail_links"


class MailLinks:
    def __init__(self, runtime: Runtime[Settings]) -> None:
        self._links = runtime.db[MAIL_LINKS]
        self._clock = runtime.clock

    async def find(self, kind: LinkKind, token: str) -> MailLink:
        """Raises what `models.links.check` raises where the link does not work."""
        found = await self._links.find_one({"_id": digest(token)})
        return rules.check(cast("MailLink | None", found), kind, self._clock.now())

    async def many_sent(self, kind: LinkKind, user_id: str) -> bool:
        """Whether no more should be sent for now."""
        lately = {"user_id": user_id, "kind": kind, "created_at": {"$gt": self._clock.now() - rules.WITHIN}}
        return await self._links.count_documents(lately, limit=rules.MOST) >= rules.MOST

    async def many_work(self, kind: LinkKind, user_id: str, *, by_registration: bool = False) -> bool:
        """Whether so many sent lately still work that another is of no use. Those that somebody has ended do not count:
        whoever changes the password must not keep new ones from the mailbox's owner."""
        working = {
            "user_id": user_id,
            "kind": kind,
            "by_registration": True if by_registration else {"$ne": True},
            "used_at": None,
            "created_at": {"$gt": self._clock.now() - rules.WITHIN},
        }
        return await self._links.count_documents(working, limit=rules.MOST) >= rules.MOST

    async def save(self, link: MailLink, session: Session) -> None:
        await self._links.insert_one(dict(link), session=session)

    async def use(self, link: MailLink, session: Session) -> None:
        """Raises Gone where somebody was faster."""
        now = self._clock.now()
        unused = {"_id": link["_id"], "used_at": None}
        if not (await self._links.update_one(unused, {"$set": {"used_at": now}}, session=session)).matched_count:
            raise rules.used()

    async def end_all(self, user_id: str, session: Session, *kinds: LinkKind) -> None:
        """End every link of an account that still works, or those of some kinds."""
        query = {"user_id": user_id, "used_at": None, **({"kind": {"$in": list(kinds)}} if kinds else {})}
        await self._links.update_many(query, {"$set": {"used_at": self._clock.now()}}, session=session)
