"""What administrators see of accounts, and barring them."""

from collections.abc import Collection
from datetime import datetime

from gigsta_auth.crud.links import MailLinks
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.users import Users
from gigsta_auth.models import suspension as rules
from gigsta_auth.models.search import Wanted
from gigsta_auth.models.users import User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden, NotFound
from gigsta_common.mongo import Session


class Administration:
    def __init__(self, runtime: Runtime[Settings], users: Users, sessions: Sessions, links: MailLinks) -> None:
        self._clock = runtime.clock
        self._users = users
        self._sessions = sessions
        self._links = links

    async def refuse_former(self, admin_id: str) -> None:
        """Raises Forbidden where this is no administrator any more: suspended, say, or gone."""
        try:
            rules.refuse_former_admin(await self._users.get(admin_id))
        except NotFound:
            raise Forbidden("This account is closed.", code="account_closed") from None

    async def search(self, wanted: Wanted, *, before: str | None, limit: int) -> list[User]:
        """Accounts, the newest first."""
        return await self._users.newest(wanted, before=before, limit=limit)

    async def waiting(self, wanted: Wanted, *, after: tuple[datetime, str] | None, limit: int) -> list[User]:
        """Those who have applied, whoever has waited the longest first."""
        return await self._users.longest_waiting(wanted, after=after, limit=limit)

    async def get(self, user_id: str) -> User:
        """Raises NotFound."""
        return await self._users.get(user_id)

    async def named(self, user_ids: Collection[str]) -> dict[str, User]:
        """Of these accounts those that are there, by id."""
        return await self._users.named(user_ids)

    async def suspend(self, user_id: str, reason: str, admin_id: str) -> User:
        """Access tokens that are out are good until they expire, ten minutes at most; nothing else is.

        Nobody suspends the last administrator, as that is whoever does it.

        Raises:
            NotFound, Conflict
            Forbidden: whoever does it is no administrator any more.
        """

        async def end_everything(session: Session) -> None:
            await self._sessions.forget_all(user_id, session)
            await self._links.end_all(user_id, session)

        return await self._users.decide(
            user_id,
            admin_id,
            lambda user: rules.suspend(user, reason, admin_id, self._clock.now()),
            also=end_everything,
        )

    async def reinstate(self, user_id: str, reason: str, admin_id: str) -> User:
        """Raises NotFound, or Conflict where the account is not suspended."""
        return await self._users.decide(
            user_id, admin_id, lambda user: rules.reinstate(user, reason, admin_id, self._clock.now())
        )
