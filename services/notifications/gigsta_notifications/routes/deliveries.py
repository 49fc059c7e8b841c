"""What has become of mails: for administrators."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from gigsta_common.pagination import Cursor, Limit, Page, page_of
from gigsta_common.security import Admin
from gigsta_notifications.models import Delivery
from gigsta_notifications.routes import UseCases
from gigsta_notifications.schemas import MailDelivery

router = APIRouter(prefix="/notifications/admin", tags=["notifications"])

Status = Annotated[Literal["queued", "sent", "failed", "skipped"], Query(description="`failed`: those given up.")]


@router.get("/deliveries")
async def list_mail_deliveries(
    use_cases: UseCases, _: Admin, status: Status = "failed", limit: Limit = 20, cursor: Cursor = None
) -> Page[MailDelivery]:
    """Mails and what has become of them, newest first; what they say is not shown."""
    found = await use_cases.deliveries.page(status, limit, cursor)
    items, next_cursor = page_of(found, limit, lambda one: (one["created_at"], one["_id"]), _shown)
    return Page(items=items, next_cursor=next_cursor)


@router.post("/deliveries/{delivery_id}/resend")
async def resend_mail(
    use_cases: UseCases, caller: Admin, delivery_id: Annotated[str, Path(max_length=64)]
) -> MailDelivery:
    """Try again to send a mail that was given up."""
    return _shown(await use_cases.resend(delivery_id, caller.user_id))


def _shown(delivery: Delivery) -> MailDelivery:
    return MailDelivery.model_validate({**delivery, "id": delivery["_id"]})
