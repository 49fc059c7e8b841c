"""Suspending an account and opening it again: what an administrator may do, and what follows at once."""

from datetime import datetime

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.credentials import epoch_of
from gigsta_auth.models.users import Change, Suspension, User
from gigsta_common.errors import Conflict, Forbidden
from gigsta_common.events import UserReinstated, UserSuspended


def refuse_suspended(user: User) -> User:
    """The account, unless it is suspended. Called where somebody has proven to be this user: nobody else is told.

    Raises:
        Forbidden: the account is suspended; says why.
    """
    suspension = user.get("suspension")
    if suspension:
        raise Forbidden(f"This account is suspended: {suspension['reason']}", code="account_suspended")
    return user


def refuse_suspended_applicant(user: User) -> User:
    """The same for an administrator who decides about somebody, and reads the account anyway.

    Raises:
        Conflict: the account is suspended.
    """
    if user.get("suspension"):
        raise Conflict("The applicant is suspended. Reinstate or reject them.", code="applicant_suspended")
    return user


def refuse_former_admin(user: User) -> None:
    """An access token outlives a suspension by some minutes, and must not end it, say.

    Raises:
        Forbidden: the account is suspended, or not an administrator's any more.
    """
    if "admin" not in refuse_suspended(user)["roles"]:
        raise Forbidden("Only an administrator may do this.", code="admin_only")


def suspend(user: User, reason: str, admin_id: str, now: datetime) -> Change:
    """Bar somebody for the time being. Every session ends with it.

    Raises:
        Conflict: they are suspended already, or it is the administrator's own account.
    """
    if user["_id"] == admin_id:
        raise Conflict("Nobody suspends their own account.", code="own_account")
    if user.get("suspension"):
        raise Conflict("This account is suspended already.", code="already_suspended")
    suspension = Suspension(reason=reason, at=now, admin_id=admin_id)
    told = UserSuspended(user_id=user["_id"], reason=reason, suspended_at=now)
    return Change(
        {"suspension": suspension, "session_epoch": epoch_of(user) + 1},
        (("user.suspended", told),),
        (Entry("suspended", {"reason": reason}, admin_id),),
    )


def reinstate(user: User, reason: str, admin_id: str, now: datetime) -> Change:
    """Raises Conflict where the account is not suspended."""
    if not user.get("suspension"):
        raise Conflict("This account is not suspended.", code="not_suspended")
    told = UserReinstated(user_id=user["_id"], reason=reason, reinstated_at=now)
    entry = Entry("reinstated", {"reason": reason}, admin_id)
    return Change({"suspension": None}, (("user.reinstated", told),), (entry,))
