"""Registering, proving the address, and what people change about their own account."""

from collections.abc import Collection, Mapping

from gigsta_auth.crud.throttle import Throttle
from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import passwords
from gigsta_auth.models import users as rules
from gigsta_auth.models.sessions import digest
from gigsta_auth.models.suspension import refuse_suspended
from gigsta_auth.models.users import Change, Registration, Role, User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import BadRequest, Unavailable
from gigsta_common.ids import new_id


class Accounts:
    def __init__(self, runtime: Runtime[Settings], users: Users, hashing: Hashing, throttle: Throttle) -> None:
        self._clock = runtime.clock
        self._users = users
        self._hashing = hashing
        self._throttle = throttle

    async def register(self, email: str, password: str, full_name: str | None) -> None:
        """Take a registration; a mail says how it goes on.

        Known or not, the address costs one hash, one read and one write, so that neither the answer nor the time it
        takes tells whether it has an account. Sent twice, it at most sends another mail.

        Raises:
            TooManyRequests: too many mails were asked for, by this client or to this address.
            Unprocessable: the password is the address or the name.
        """
        passwords.refuse_own(password, email, full_name)
        await self._throttle.allow_mail(email)
        password_hash = await self._hashing.hash(password)
        token = rules.new_link_token()
        new = Registration(email, password_hash, full_name, token, digest(token), self._clock.now())
        known = await self._users.by_email(email)
        if known is None:
            if await self._users.insert(*rules.registered(new_id(), new)):
                return
            known = await self._users.by_email(email)
        if known is None:
            raise Unavailable("Try again in a moment.", code="too_busy")
        await self._users.change(known["_id"], lambda user: rules.registered_again(user, new), as_read=known)

    async def verify_email(self, token: str) -> User:
        """Prove an address with the token of a mail, once.

        Raises:
            BadRequest: no link has, or ever had, this token (`link_unknown`).
            Gone: it was used (`link_used`) or is too old (`link_expired`).
        """
        token_hash = digest(token)
        user = await self._users.by_link(token_hash)
        if user is None:
            raise BadRequest("This link is not known. Check that you copied all of it.", code="link_unknown")
        return await self._users.change(
            user["_id"], lambda user: rules.follow_link(user, token_hash, self._clock.now()), as_read=user
        )

    async def get(self, user_id: str) -> User:
        """Raises NotFound."""
        return await self._users.get(user_id)

    async def change_profile(self, user_id: str, fields: Mapping[str, str | None]) -> User:
        """Set some of `full_name`, `phone_number` and `address`; None clears one.

        Raises Forbidden where the account is suspended.
        """

        def set_them(user: User) -> Change:
            refuse_suspended(user)
            return Change(dict(fields))

        return await self._users.change(user_id, set_them)

    async def choose_roles(self, user_id: str, chosen: Collection[Role]) -> User:
        """Access tokens carry the new roles from the next refresh on.

        Raises:
            Conflict: `provider_role_in_use`.
            Forbidden: the account is suspended.
        """
        return await self._users.change(user_id, lambda user: rules.choose_roles(refuse_suspended(user), chosen))
