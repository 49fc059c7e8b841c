"""That it is the owner who asks, and not somebody who has found the browser open or copied an access token.

Whatever changes the ways into an account begins with one of these. An access token alone is never enough.
"""

from gigsta_auth.crud.audit import Audit
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models.admin_factors import Asker
from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.proofs import ways_to_prove
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.throttling import Purpose
from gigsta_auth.models.users import User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Forbidden


class Proofs:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        sessions: Sessions,
        hashing: Hashing,
        audit: Audit,
        throttle: Throttle,
    ) -> None:
        self._clock = runtime.clock
        self._admins_show_two = runtime.settings.admins_show_two
        self._users = users
        self._sessions = sessions
        self._hashing = hashing
        self._audit = audit
        self._throttle = throttle

    async def owner(self, user_id: str, session_id: str, password: str | None = None) -> User:
        """The account, for whoever shows its password, or has shown within the last ten minutes, in this session, that
        it is theirs: by logging in, or by `Reauthentication`.

        Raises:
            NotFound: there is no such account.
            Forbidden: neither is so (`recent_login_required`, `wrong_password`); or the account is suspended.
            TooManyRequests: the password was tried too often.
        """
        if password is not None:
            return await self.password(user_id, password)
        user = await self._users.get(user_id)
        refuse_suspended(user)
        if not await self._sessions.proven_lately(user_id, session_id, epoch_of(user)):
            raise Forbidden(
                "Show once more that this is your account, by `/auth/reauthenticate` or by logging in, and do this "
                "within ten minutes.",
                code="recent_login_required",
                methods=ways_to_prove(user),
            )
        return user

    async def owner_by_password(self, user_id: str, session_id: str, password: str | None) -> User:
        """The same, but where there is a password nothing else will do.

        Raises what `owner` raises, and Forbidden where the password is left out (`password_required`).
        """
        if password is None and (await self._users.get(user_id))["password_hash"] is not None:
            raise Forbidden("Show your password.", code="password_required")
        return await self.owner(user_id, session_id, password)

    async def password(self, user_id: str, password: str) -> User:
        """The account, if this is its password.

        Raises:
            NotFound: there is no such account.
            Forbidden: it is another password (`wrong_password`), which is recorded and counted as a failed login is; or
                the account is suspended, and an access token has outlived that.
            TooManyRequests: it was tried too often.
        """
        user = await self._users.get(user_id)
        async with self._throttle.attempt(Purpose.PASSWORD, user["email"]):
            if not await self._hashing.matches(password, user["password_hash"]):
                await self._audit.record(user_id, "login_failed", {"reason": "wrong_password"})
                raise Forbidden("The password is wrong.", code="wrong_password")
        refuse_suspended(user)
        return user

    async def asker(self, user_id: str, session_id: str, *, has_shown: bool = False) -> Asker:
        """What the session counts for where an administrator's factors change. `has_shown` says that this very request
        has shown one."""
        session = await self._sessions.get(user_id, session_id)
        if session is None:
            return Asker(self._clock.now(), self._admins_show_two, has_shown)
        return Asker(
            self._clock.now(),
            self._admins_show_two,
            has_shown or session.get("second_factor", False),
            session.get("exchange_until"),
        )
