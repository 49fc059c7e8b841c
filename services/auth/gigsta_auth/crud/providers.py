"""Becoming a provider."""

from datetime import datetime

from gigsta_auth.crud.users import Users
from gigsta_auth.models import users as rules
from gigsta_auth.models.audit import OPERATOR
from gigsta_auth.models.suspension import refuse_suspended, refuse_suspended_applicant
from gigsta_auth.models.users import Application, User
from gigsta_auth.settings import Settings
from gigsta_common.app import Runtime


class Providers:
    def __init__(self, runtime: Runtime[Settings], users: Users) -> None:
        self._clock = runtime.clock
        self._users = users

    async def apply(self, user_id: str, *, trading_name: str, phone_number: str, address: str) -> User:
        """Raises Conflict where the account may not apply (again), with the reason; Forbidden where it is suspended."""
        application = Application(
            trading_name=trading_name, phone_number=phone_number, address=address, applied_at=self._clock.now()
        )
        return await self._users.change(user_id, lambda user: rules.apply(refuse_suspended(user), application))

    async def approve(self, user_id: str, *, admin_id: str = OPERATOR, applied_at: datetime | None = None) -> User:
        """Raises NotFound, or Conflict where nothing is pending, or another application than that of `applied_at`, or
        the applicant is suspended."""
        return await self._users.decide(
            user_id,
            admin_id,
            lambda user: rules.approve(refuse_suspended_applicant(user), admin_id, self._clock.now(), applied_at),
        )

    async def reject(
        self, user_id: str, reason: str, *, admin_id: str = OPERATOR, applied_at: datetime | None = None
    ) -> User:
        """Raises NotFound, or Conflict where nothing is pending, or another application than that of `applied_at`."""
        return await self._users.decide(
            user_id, admin_id, lambda user: rules.reject(user, reason, admin_id, self._clock.now(), applied_at)
        )
