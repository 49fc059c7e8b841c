"""Reading the audit trail."""

from typing import Annotated

from fastapi import APIRouter, Query

from gigsta_auth.models.audit import SecurityEvent
from gigsta_auth.routes.common import PREFIX, ActingAdmin, UseCases
from gigsta_auth.schemas.audit import AdminAction, OwnSecurityEvent
from gigsta_common.pagination import Cursor, Key, Limit, Page, decode_cursor, page_of
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])

AboutUser = Annotated[str | None, Query(max_length=64, description="Only what was done to this account.")]


@router.get("/me/security-events")
async def list_security_events(
    auth: UseCases, caller: CurrentUser, limit: Limit = 20, cursor: Cursor = None
) -> Page[OwnSecurityEvent]:
    """What happened to one's own account: logins, failed ones too, and every change of what protects it."""
    rows = await auth.audit.of(caller.user_id, before=_before(cursor), limit=limit + 1)
    items, next_cursor = page_of(rows, limit, _key, OwnSecurityEvent.of)
    return Page(items=items, next_cursor=next_cursor)


@router.get("/admin/audit")
async def list_admin_actions(
    auth: UseCases, _: ActingAdmin, user_id: AboutUser = None, limit: Limit = 20, cursor: Cursor = None
) -> Page[AdminAction]:
    """What administrators did, to whom and why, the latest first."""
    rows = await auth.audit.of_administrators(user_id=user_id, before=_before(cursor), limit=limit + 1)
    accounts = await auth.administration.named(
        {row["admin_id"] for row in rows} | {row["user_id"] or "" for row in rows}
    )
    items, next_cursor = page_of(rows, limit, _key, lambda row: AdminAction.of(row, accounts))
    return Page(items=items, next_cursor=next_cursor)


def _before(cursor: str | None) -> str | None:
    return str(decode_cursor(cursor, str)[0]) if cursor else None


def _key(event: SecurityEvent) -> Key:
    return (event["_id"],)
