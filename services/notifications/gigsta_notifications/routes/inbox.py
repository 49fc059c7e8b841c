"""A user's inbox."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from gigsta_common import idempotency
from gigsta_common.idempotency import IdempotentRoute
from gigsta_common.pagination import Cursor, Limit, page_of
from gigsta_common.security import CurrentUser
from gigsta_notifications.models import Item
from gigsta_notifications.routes import UseCases
from gigsta_notifications.routes.preferences import shown
from gigsta_notifications.schemas import (
    KnownAddress,
    Notification,
    NotificationPage,
    NotificationsExport,
    ReadAll,
    SentMail,
)

router = APIRouter(
    prefix="/notifications",
    tags=["notifications"],
    route_class=IdempotentRoute,
    dependencies=[Depends(idempotency.documented)],
)


@router.get("")
async def list_notifications(
    use_cases: UseCases, caller: CurrentUser, limit: Limit = 20, cursor: Cursor = None
) -> NotificationPage:
    """The caller's notifications, newest first, and how many of all are unread."""
    found = await use_cases.inbox.page(caller.user_id, limit, cursor)
    unread = await use_cases.inbox.unread_count(caller.user_id)
    items, next_cursor = page_of(found, limit, lambda item: (item["created_at"], item["_id"]), notification)
    return NotificationPage(items=items, next_cursor=next_cursor, unread_count=unread)


@router.get("/export")
async def export_notifications(use_cases: UseCases, caller: CurrentUser) -> NotificationsExport:
    """What notifications holds about the caller."""
    found = await use_cases.export(caller.user_id)
    return NotificationsExport(
        address=KnownAddress.model_validate(found["address"]) if found["address"] else None,
        notifications=[notification(item) for item in found["items"]],
        mails=[SentMail.model_validate(mail) for mail in found["mails"]],
        preferences=shown(found["preferences"]),
    )


@router.post("/read-all")
async def read_all_notifications(use_cases: UseCases, caller: CurrentUser) -> ReadAll:
    """Mark every notification of the caller as read."""
    marked = await use_cases.inbox.mark_all_read(caller.user_id)
    return ReadAll(marked=marked, unread_count=await use_cases.inbox.unread_count(caller.user_id))


@router.post("/{notification_id}/read")
async def read_notification(
    use_cases: UseCases, caller: CurrentUser, notification_id: Annotated[str, Path(max_length=64)]
) -> Notification:
    """Mark one notification as read; doing so again changes nothing."""
    return notification(await use_cases.inbox.mark_read(caller.user_id, notification_id))


def notification(item: Item) -> Notification:
    return Notification.model_validate({**item, "id": item["_id"]})
