"""Showing once more that an account is one's own. A plain route: no Idempotency-Key makes what was shown be stored."""

from fastapi import APIRouter

from gigsta_auth.routes.common import PREFIX, UseCases
from gigsta_auth.schemas.reauthentication import ShownAgain
from gigsta_common.security import CurrentUser

router = APIRouter(prefix=PREFIX, tags=["auth"])


@router.post("/reauthenticate", status_code=204)
async def reauthenticate(auth: UseCases, caller: CurrentUser, body: ShownAgain) -> None:
    """Show the password or a code once more. For ten minutes this session may change what protects the account then:
    wherever the answer is `recent_login_required`, this comes first."""
    if body.password is not None:
        await auth.reauthentication.with_password(caller.user_id, caller.session_id, body.password)
    else:
        await auth.reauthentication.with_code(caller.user_id, caller.session_id, body.code or "")
