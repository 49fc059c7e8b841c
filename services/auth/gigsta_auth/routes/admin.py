"""What administrators see and decide."""

from datetime import datetime
from typing import Annotated, cast

from fastapi import APIRouter, Query

from gigsta_auth.models.search import AccountOrder, AccountStatus, Wanted
from gigsta_auth.models.users import Application, ProviderStatus, User
from gigsta_auth.routes.common import PREFIX, ActingAdmin, UseCases, idempotent_router
from gigsta_auth.schemas.admin import AdminUserAccount, Approval, Barring, Rejection
from gigsta_common.pagination import Cursor, Key, Limit, Page, decode_cursor, page_of

posts = idempotent_router()
others = APIRouter(prefix=PREFIX, tags=["auth"])

NameWords = Annotated[
    str | None, Query(max_length=100, description="Words of the name or the trading name, or how they begin.")
]
Text = Annotated[
    str | None, Query(max_length=254, description="How the address begins, or words of the names, or how they begin.")
]


@others.get("/admin/users")
async def list_users(
    auth: UseCases,
    _: ActingAdmin,
    provider_status: ProviderStatus | None = None,
    q: Text = None,
    name: NameWords = None,
    status: AccountStatus | None = None,
    sort: AccountOrder = "newest",
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Page[AdminUserAccount]:
    """Accounts, the newest first, or those who have applied, whoever has waited the longest first."""
    wanted = Wanted(q, name, status, provider_status)
    if sort == "longest_waiting":
        after = _waited(cursor) if cursor else None
        rows = await auth.administration.waiting(wanted, after=after, limit=limit + 1)
        items, next_cursor = page_of(rows, limit, _application_key, AdminUserAccount.of)
        return Page(items=items, next_cursor=next_cursor)
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    rows = await auth.administration.search(wanted, before=before, limit=limit + 1)
    items, next_cursor = page_of(rows, limit, _key, AdminUserAccount.of)
    return Page(items=items, next_cursor=next_cursor)


@others.get("/admin/users/{user_id}")
async def read_user(auth: UseCases, _: ActingAdmin, user_id: str) -> AdminUserAccount:
    """One account."""
    return AdminUserAccount.of(await auth.administration.get(user_id))


@posts.post("/admin/users/{user_id}/suspend")
async def suspend_user(auth: UseCases, caller: ActingAdmin, user_id: str, body: Barring) -> AdminUserAccount:
    """Bar somebody, and say why: they are logged out everywhere, and what they offer is hidden."""
    return AdminUserAccount.of(await auth.administration.suspend(user_id, body.reason, caller.user_id))


@posts.post("/admin/users/{user_id}/reinstate")
async def reinstate_user(auth: UseCases, caller: ActingAdmin, user_id: str, body: Barring) -> AdminUserAccount:
    """Open a suspended account again."""
    return AdminUserAccount.of(await auth.administration.reinstate(user_id, body.reason, caller.user_id))


@posts.post("/admin/providers/{user_id}/approve")
async def approve_provider(
    auth: UseCases, caller: ActingAdmin, user_id: str, body: Approval | None = None
) -> AdminUserAccount:
    """Let an applicant in."""
    applied_at = body.applied_at if body is not None else None
    user = await auth.providers.approve(user_id, admin_id=caller.user_id, applied_at=applied_at)
    return AdminUserAccount.of(user)


@posts.post("/admin/providers/{user_id}/reject")
async def reject_provider(auth: UseCases, caller: ActingAdmin, user_id: str, body: Rejection) -> AdminUserAccount:
    """Turn an applicant down, and say why. They may apply again."""
    user = await auth.providers.reject(user_id, body.reason, admin_id=caller.user_id, applied_at=body.applied_at)
    return AdminUserAccount.of(user)


def _key(user: User) -> Key:
    return (user["_id"],)


def _application_key(user: User) -> Key:
    application = cast("Application", user["application"])  # Nobody else is in that order.
    return (application["applied_at"], user["_id"])


def _waited(cursor: str) -> tuple[datetime, str]:
    applied_at, user_id = decode_cursor(cursor, datetime, str)
    return cast("datetime", applied_at), cast("str", user_id)


router = APIRouter()
router.include_router(posts)
router.include_router(others)
