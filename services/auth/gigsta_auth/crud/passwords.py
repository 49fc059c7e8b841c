"""Changing and replacing a password."""

from gigsta_auth.crud.links import MailLinks
from gigsta_auth.crud.proofs import Proofs
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import credentials as rules
from gigsta_auth.models import passwords
from gigsta_auth.models.users import User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.mongo import Session


class Passwords:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        sessions: Sessions,
        links: MailLinks,
        hashing: Hashing,
        proofs: Proofs,
        throttle: Throttle,
    ) -> None:
        self._clock = runtime.clock
        self._users = users
        self._sessions = sessions
        self._links = links
        self._hashing = hashing
        self._proofs = proofs
        self._throttle = throttle

    async def change(self, user_id: str, session_id: str, current: str | None, new: str) -> User:
        """Change a known password, or choose a first one: that takes a recent login. The session that asks goes on,
        every other ends, and a mail tells.

        Raises:
            Forbidden: `current` is not the password, or what else `Proofs.owner_by_password` raises.
            Conflict: it was changed at the same moment.
            Unprocessable: `new` is the address or the name, or what it is already.
        """
        proven = await self._proofs.owner_by_password(user_id, session_id, current)
        if current is not None and passwords.canonical(new) == passwords.canonical(current):
            raise passwords.refused("is the one that you have; choose another", "new_password")
        passwords.refuse_own(new, proven["email"], proven["full_name"], field="new_password")
        new_hash = await self._hashing.hash(new)

        async def end_others(session: Session) -> None:
            await self._sessions.end_others(user_id, session_id, session)
            await self._links.end_all(user_id, session)

        return await self._users.change(
            user_id,
            lambda user: rules.change_password(user, proven["password_hash"], new_hash),
            as_read=proven,
            also=end_others,
        )

    async def reset(self, token: str, new: str) -> str:
        """Replace a forgotten password by the link of a mail. All sessions end, and whoever asks is not logged in.

        Returns the cookie of a known device: whoever reads the owner's mail is no stranger, and those who guess
        meanwhile shall not keep them from logging in.

        Raises:
            BadRequest, Gone: the link does not work, or no longer.
            Unprocessable: `new` is the address or the name; the link goes on working.
        """
        async with self._throttle.random_secret():
            link = await self._links.find("reset_password", token)
        found = await self._users.get(link["user_id"])
        passwords.refuse_own(new, found["email"], found["full_name"])
        new_hash = await self._hashing.hash(new)

        async def end_everything(session: Session) -> None:
            await self._links.use(link, session)
            await self._links.end_all(link["user_id"], session)
            await self._sessions.forget_all(link["user_id"], session)

        user = await self._users.change(
            link["user_id"],
            lambda user: rules.reset_password(user, link, new_hash, self._clock.now()),
            as_read=found,
            also=end_everything,
        )
        return self._throttle.know_device(user["email"])
