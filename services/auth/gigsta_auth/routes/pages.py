"""The pages that the links in mails open. Opening one does nothing yet: its button does."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from gigsta_auth.routes.common import PREFIX
from gigsta_common.pages import InlinePage

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_HERE = Path(__file__).parent
_VERIFY, _RESET, _CONFIRM = (
    InlinePage(_HERE / f"{name}.html") for name in ("verify_email", "reset_password", "confirm_email")
)


@router.get("/verify-email")
async def show_verification_page() -> HTMLResponse:
    return _VERIFY.response()


@router.get("/reset-password")
async def show_reset_page() -> HTMLResponse:
    return _RESET.response()


@router.get("/confirm-email")
async def show_confirmation_page() -> HTMLResponse:
    return _CONFIRM.response()
