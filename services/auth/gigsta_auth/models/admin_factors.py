"""An administrator's factors, where administrators show two: who may add one, and who may take one away.

A password must not be enough for it, or whoever has stolen one makes themselves a second factor, and is an
administrator by it. So it takes a factor that was shown in this session. An account that has none, or whose owner has
lost it, gets one by permission of an operator; and a session that has shown one and taken it away has a moment to add
another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gigsta_auth.models.second_factors import is_on, there_is_one
from gigsta_auth.models.users import User
from gigsta_auth.models.ways_in import passkeys_of
from gigsta_common.errors import Forbidden

PERMITTED_FOR = timedelta(hours=24)
EXCHANGE_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Asker:
    """The session that asks."""

    now: datetime
    demanded: bool
    """Whether administrators show two at all."""
    has_shown: bool
    """Whether a factor was shown in it."""
    exchange_until: datetime | None = None
    """How long it may still replace the factor that it has taken away."""

    @property
    def exchange_from_now(self) -> datetime | None:
        """For a session that takes a factor away."""
        return self.now + EXCHANGE_WITHIN if self.has_shown else None

    def may_add(self, user: User) -> User:
        """
        Raises:
            Forbidden: an administrator has shown none, and nobody has permitted it (`second_factor_required`).
        """
        permitted = (user.get("factor_permitted_until"), self.exchange_until)
        if not any(until is not None and self.now < until for until in permitted):
            self.may_take_away(user)
        return user

    def may_take_away(self, user: User) -> User:
        """A factor, or the recovery codes, in whose place there are others then.

        Raises:
            Forbidden: an administrator has shown none (`second_factor_required`).
        """
        if self.demanded and "admin" in user["roles"] and not (self.has_shown and there_is_one(user)):
            raise Forbidden(
                "An administrator's second factor is added or taken away by whoever has shown one in this session "
                "(`/auth/reauthenticate`). Where there is none, or it is lost, an operator permits a new one "
                "for a day: `gigsta users grant-admin`.",
                code="second_factor_required",
            )
        return user


def permission(user: User, now: datetime) -> dict[str, Any]:
    """What an operator's word that somebody is an administrator changes about their factors. Where it is said again,
    they have lost theirs; where it is new and there is one, that one will do."""
    if there_is_one(user) and "admin" not in user["roles"]:
        return {}
    return {"factor_permitted_until": now + PERMITTED_FOR}


def in_words(user: User) -> str | None:
    """The factors of an account, for the operator: somebody may have added theirs before it was an administrator's."""
    app = ["an authenticator app"] if is_on(user) else []
    return ", ".join([*app, *(f"the passkey {passkey['name']!r}" for passkey in passkeys_of(user))]) or None
