"""Showing once more that an account is one's own. A plain route: no Idempotency-Key makes what was shown be stored."""

from fastapi import APIRouter, Request

from gigsta_auth.routes.common import PREFIX, Browser, UseCases, refuse_foreign_sites
from gigsta_auth.schemas.reauthentication import ShownAgain
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])


@router.post("/reauthenticate", status_code=204)
async def reauthenticate(
    auth: UseCases, caller: CurrentUser, body: ShownAgain, request: Request, browser: Browser = None
) -> None:
    """Show the password, a code or a passkey once more. For ten minutes this session may then change what protects the
    account: wherever the answer is `recent_login_required`, this comes first."""
    who = (caller.user_id, caller.session_id)
    if body.password is not None:
        await auth.reauthentication.with_password(*who, body.password)
    elif body.code is not None:
        await auth.reauthentication.with_code(*who, body.code)
    elif body.passkey is not None:
        refuse_foreign_sites(request, request.app.state.runtime.settings.public_url)
        await auth.reauthentication.with_passkey(*who, browser, body.passkey.as_shown())
