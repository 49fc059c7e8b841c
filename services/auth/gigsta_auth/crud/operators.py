"""What operators do from the command line, and nobody over HTTP."""

from collections.abc import Collection
from datetime import datetime

from gigsta_auth.crud.users import Users
from gigsta_auth.hashing import Hashing
from gigsta_auth.models import users as rules
from gigsta_auth.models.admin_factors import permission
from gigsta_auth.models.audit import OPERATOR, Entry
from gigsta_auth.models.passwords import check_choice, refuse_own
from gigsta_auth.models.suspension import refuse_suspended, reinstate
from gigsta_auth.models.users import Change, Role, User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime
from gigsta_common.errors import Conflict, NotFound
from gigsta_common.events import UserVerified
from gigsta_common.ids import new_id

_ORDINARY: tuple[Role, ...] = ("user",)


class Operators:
    def __init__(self, runtime: Runtime[Settings], users: Users, hashing: Hashing) -> None:
        self._clock = runtime.clock
        self._users = users
        self._hashing = hashing

    async def create_verified_user(
        self, email: str, password: str, full_name: str | None = None, roles: Collection[Role] = _ORDINARY
    ) -> User:
        """Make an account that may log in at once. The events are those of somebody who registered and verified.

        Raises:
            ValueError: `email` is not an address, or the password may not be chosen.
            Unprocessable: the password is the address or the name.
            Conflict: the address has an account.
        """
        now = self._clock.now()
        email = rules.normalise_email(email)
        refuse_own(password, email, full_name)
        password_hash = await self._hashing.hash(check_choice(password))
        user = rules.new_user(new_id(), email, password_hash, full_name, now)
        user["roles"] = rules.in_order({"user", *roles})
        user["onboarding_status"] = "complete"
        user["email_verified_at"] = now
        verified = UserVerified(user_id=user["_id"], email=email, full_name=full_name, verified_at=now)
        if not await self._users.insert(user, (rules.registered_event(user), ("user.verified", verified))):
            raise Conflict(f"{email} has an account already.", code="email_taken")
        return await self._users.get(user["_id"])

    async def grant_admin(self, email: str) -> User:
        """Make a verified account an administrator's. It shows in access tokens from the next refresh on.

        Where it has no second factor, or is an administrator's already, whose owner has lost theirs, this permits a new
        one for a while: see `models.admin_factors`.

        Raises:
            ValueError: `email` is not an address.
            NotFound, Conflict: no account has the address, or it is not verified.
        """
        now = self._clock.now()
        return await self._users.change(await self._id_of(email), lambda user: _with_admin(user, now))

    async def reinstate(self, email: str, reason: str) -> User:
        """Open a suspended account again, where no administrator can.

        Raises:
            ValueError: `email` is not an address.
            NotFound, Conflict: no account has the address, or it is not suspended.
        """
        now = self._clock.now()
        return await self._users.change(await self._id_of(email), lambda user: reinstate(user, reason, OPERATOR, now))

    async def _id_of(self, email: str) -> str:
        user = await self._users.by_email(rules.normalise_email(email))
        if user is None:
            raise NotFound(f"{email} has no account.")
        return user["_id"]


def _with_admin(user: User, now: datetime) -> Change:
    if user["email_verified_at"] is None:
        raise Conflict("The address of this account is not verified.", code="email_not_verified")
    refuse_suspended(user)
    fields = {"roles": rules.in_order({*user["roles"], "admin"}), **permission(user, now)}
    entries = []
    if "admin" not in user["roles"]:
        entries.append(Entry("admin_granted", admin_id=OPERATOR))
    if "factor_permitted_until" in fields:
        entries.append(Entry("second_factor_permitted", admin_id=OPERATOR))
    return Change(fields, audit=tuple(entries))
