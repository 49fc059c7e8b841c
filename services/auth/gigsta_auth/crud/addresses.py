"""Changing the address of an account."""

from pymongo.errors import DuplicateKeyError

from gigsta_auth.crud.closing import Closing
from gigsta_auth.crud.links import MailLinks
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.models import credentials as rules
from gigsta_auth.models.links import WITHIN, new_link
from gigsta_auth.models.throttling import Purpose
from gigsta_auth.models.users import User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, TooManyRequests
from gigsta_common.mongo import Session


class Addresses:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        proofs: Proofs,
        links: MailLinks,
        throttle: Throttle,
        closing: Closing,
    ) -> None:
        self._clock = runtime.clock
        self._users = users
        self._proofs = proofs
        self._links = links
        self._throttle = throttle
        self._closing = closing

    async def ask(self, user_id: str, session_id: str, email: str, password: str | None) -> None:
        """Send a link to the new address and word to the old one. The same whether or not the new one is known.

        Raises:
            Forbidden: it is another password, or what else `Proofs.owner_by_password` raises.
            Conflict: it is the account's address already.
            TooManyRequests: many links have been sent lately, or passwords tried.
        """
        user = await self._proofs.owner_by_password(user_id, session_id, password)
        await self._throttle.allow_mail(Purpose.CHANGE_MAIL, email)
        holder = await self._users.by_email(email)
        known = holder is not None and holder["email_verified_at"] is not None
        if await self._links.many_sent("confirm_email", user_id):
            wait = int(WITHIN.total_seconds())
            raise TooManyRequests("Many links have been sent lately. Use the last one.", retry_after=wait)
        link, token = new_link("confirm_email", user_id, email, self._clock.now())

        async def replace_links(session: Session) -> None:
            await self._links.end_all(user_id, session, "confirm_email")
            await self._links.save(link, session)

        await self._users.change(
            user_id,
            lambda user: rules.ask_for_email(user, link, token, known=known),
            as_read=user,
            also=replace_links,
        )

    async def confirm(self, token: str) -> User:
        """Put the new address in the place of the old one. An account that somebody has registered for the new one, and
        never verified, gives way: whoever has this link has shown that the mailbox is theirs.

        Raises:
            BadRequest, Gone: the link does not work, or no longer.
            Conflict: the address has got an account of its own meanwhile (`email_taken`).
        """
        async with self._throttle.random_secret():
            link = await self._links.find("confirm_email", token)
        await self._closing.remove_unverified(link["email"])

        async def use(session: Session) -> None:
            await self._links.use(link, session)
            await self._links.end_all(link["user_id"], session)

        try:
            return await self._users.change(
                link["user_id"], lambda user: rules.change_email(user, link, self._clock.now()), also=use
            )
        except DuplicateKeyError:
            raise Conflict(
                "This address has got an account of its own meanwhile. Close that one first, or choose another.",
                code="email_taken",
            ) from None
