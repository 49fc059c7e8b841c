"""The page that the link in a verification mail opens."""

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from gigsta_auth.routes.common import PREFIX
from gigsta_common.pages import InlinePage

router = APIRouter(prefix=PREFIX, include_in_schema=False)

_PAGE = InlinePage(Path(__file__).parent / "verify_email.html")


@router.get("/verify-email")
async def show_verification_page() -> HTMLResponse:
    return _PAGE.response()
