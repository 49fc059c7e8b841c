"""Registering, proving the address, and what people change about their own account."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from gigsta_auth.crud.recovery import Recovery
from gigsta_auth.crud.sessions import Sessions
from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import passwords, registrations
from gigsta_auth.models import users as rules
from gigsta_auth.models.registrations import Follower, Registration
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.throttling import Purpose
from gigsta_auth.models.users import Change, Role, User, new_link_token
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import BadRequest, Unavailable
from gigsta_common.ids import new_id


@dataclass(frozen=True)
class Proof:
    """What comes with the link that verifies an address: a password where one is chosen there, and what tells whether
    this is the browser that registered."""

    token: str
    password: str | None = None
    full_name: str | None = None
    browser: str | None = None
    is_browser: bool = False


class Accounts:
    def __init__(
        self,
        runtime: Runtime[Settings],
        users: Users,
        sessions: Sessions,
        hashing: Hashing,
        throttle: Throttle,
        recovery: Recovery,
    ) -> None:
        self._clock = runtime.clock
        self._users = users
        self._sessions = sessions
        self._hashing = hashing
        self._throttle = throttle
        self._recovery = recovery

    async def register(self, email: str, password: str, full_name: str | None, browser: str) -> None:
        """Take a registration; a mail says how it goes on.

        Known or not, the address costs one hash, one read and one write, so that neither the answer nor the time it
        takes tells whether it has an account. Sent twice, it at most sends another mail. `browser` is the secret of the
        cookie by which whoever registers is known again.

        Raises:
            TooManyRequests: too many mails were asked for, by this client or to this address.
            Unprocessable: the password is the address or the name.
        """
        passwords.refuse_own(password, email, full_name)
        await self._throttle.allow_mail(Purpose.REGISTRATION_MAIL, email)
        password_hash = await self._hashing.hash(password)
        token = new_link_token()
        new = Registration(email, password_hash, full_name, token, digest(token), digest(browser), self._clock.now())
        known = await self._users.by_email(email)
        if known is None:
            if await self._users.insert(*registrations.registered(new_id(), new)):
                return
            known = await self._users.by_email(email)
        if known is None:
            raise Unavailable("Try again in a moment.", code="too_busy")
        if known["email_verified_at"] is not None:
            await self._recovery.tell_registered(email)
            return
        await self._users.change(known["_id"], lambda user: registrations.registered_again(user, new), as_read=known)

    async def verify_email(self, proof: Proof) -> User:
        """Prove an address with the token of a mail, once.

        Raises:
            BadRequest: no link has, or ever had, this token (`link_unknown`).
            Gone: it was used (`link_used`) or is too old (`link_expired`).
            Conflict: a password has to be chosen with it (`password_to_choose`).
            Unprocessable: the password is the address or the name; the link goes on working.
        """
        token_hash = digest(proof.token)
        user = await self._users.by_link(token_hash)
        if user is None:
            raise BadRequest(
                "This link is not known, or newer ones have taken its place. Open the newest mail, and check that you "
                "copied all of it.",
                code="link_unknown",
            )
        password_hash = None
        if proof.password is not None:
            passwords.refuse_own(proof.password, user["email"], proof.full_name)
            password_hash = await self._hashing.hash(proof.password)
        browser_hash = digest(proof.browser) if proof.browser else None
        follower = Follower(browser_hash, proof.is_browser, password_hash, proof.full_name)
        return await self._users.change(
            user["_id"],
            lambda user: registrations.follow_link(user, token_hash, follower, self._clock.now()),
            as_read=user,
        )

    async def get(self, user_id: str) -> User:
        """Raises NotFound."""
        return await self._users.get(user_id)

    async def change_profile(self, user_id: str, session_id: str, fields: Mapping[str, str | None]) -> User:
        """Set some of `full_name`, `phone_number` and `address`; None clears one.

        Raises:
            NotFound, Forbidden: the account is no more, or suspended.
            Unauthorized: the session has ended (`session_ended`).
        """

        def set_them(user: User) -> Change:
            refuse_suspended(user)
            return Change(dict(fields))

        return await self._users.change(user_id, set_them, also=partial(self._sessions.hold, user_id, session_id))

    async def choose_roles(self, user_id: str, chosen: Collection[Role]) -> User:
        """Access tokens carry the new roles from the next refresh on.

        Raises:
            Conflict: `provider_role_in_use`.
            Forbidden: the account is suspended.
        """
        return await self._users.change(user_id, lambda user: rules.choose_roles(refuse_suspended(user), chosen))
