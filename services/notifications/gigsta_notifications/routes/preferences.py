"""Which mails a user wants, and the unsubscribe links in them."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from gigsta_common.pages import InlinePage
from gigsta_common.security import CurrentUser
from gigsta_notifications.models.preferences import KINDS, Kind, Preferences, wants
from gigsta_notifications.routes import UseCases
from gigsta_notifications.schemas import MailPreferences, NotificationPreferences, QuietHours

router = APIRouter(prefix="/notifications", tags=["notifications"])

_PAGE = InlinePage(Path(__file__).parent / "unsubscribe.html")


@router.get("/preferences")
async def get_preferences(use_cases: UseCases, caller: CurrentUser) -> NotificationPreferences:
    """Which mails the caller wants, and when. Mails about the account itself always come."""
    return shown(await use_cases.preferences.of(caller.user_id))


@router.put("/preferences")
async def put_preferences(
    use_cases: UseCases, caller: CurrentUser, wanted: NotificationPreferences
) -> NotificationPreferences:
    """Replace the caller's preferences."""
    return shown(await use_cases.preferences.save(caller.user_id, wanted.model_dump()))


@router.get("/unsubscribe", include_in_schema=False)
async def show_unsubscribe_page() -> HTMLResponse:
    """What an unsubscribe link opens. Opening it does nothing: programs that look at mails follow links, too."""
    return _PAGE.response()


@router.post("/unsubscribe", status_code=204)
async def unsubscribe(
    use_cases: UseCases, key: Annotated[str, Query(max_length=100)], kind: Annotated[Kind, Query()]
) -> None:
    """Turn one kind of mail off, without a login: by the link of a mail, or by a mail program (RFC 8058)."""
    await use_cases.preferences.unsubscribe(key, kind)


def shown(known: Preferences | None) -> NotificationPreferences:
    """Preferences as their user sees them."""
    hours = known.get("quiet_hours") if known else None
    return NotificationPreferences(
        mail=MailPreferences.model_validate({kind: wants(known, kind) for kind in KINDS}),
        quiet_hours=QuietHours.model_validate(hours) if hours else None,
        timezone=known.get("timezone") if known else None,
    )
