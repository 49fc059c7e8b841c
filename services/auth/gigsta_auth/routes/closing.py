"""Closing one's account, and taking one's data along."""

from fastapi import APIRouter, Response

from gigsta_auth.routes.common import PREFIX, UseCases, clear_refresh_cookie
from gigsta_auth.schemas.closing import AccountClosing, AccountExport
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])


@router.delete("/me", status_code=204)
async def close_account(
    auth: UseCases, caller: CurrentUser, response: Response, body: AccountClosing | None = None
) -> None:
    """Close one's account for good: what is known of its owner is erased here and, moments later, everywhere."""
    await auth.closing.close(caller.user_id, caller.session_id, body.password if body else None)
    clear_refresh_cookie(response)


@router.get("/me/export")
async def export_account(auth: UseCases, caller: CurrentUser, response: Response) -> AccountExport:
    """What auth holds about the caller. Bookings, ratings, notifications and catalog each have an `export` too."""
    response.headers["Cache-Control"] = "no-store"
    return AccountExport.of(await auth.closing.export(caller.user_id), caller.session_id)
