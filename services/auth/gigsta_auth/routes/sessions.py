"""Where one is logged in, and logging out.

Ending a session takes effect at once for its refresh token. Access tokens that it has handed out are verified without
asking anybody, and so are good until they expire, ten minutes at most.
"""

from fastapi import APIRouter, Response

from gigsta_auth.models.sessions import Session
from gigsta_auth.routes.common import PREFIX, UseCases, clear_refresh_cookie, idempotent_router
from gigsta_auth.schemas.logins import DeviceSession
from gigsta_common.pagination import Cursor, Key, Limit, Page, decode_cursor, page_of
from gigsta_common.security import CurrentUser

posts = idempotent_router()
others = APIRouter(prefix=PREFIX, tags=["auth"])


@posts.post("/logout", status_code=204)
async def logout(auth: UseCases, caller: CurrentUser, response: Response) -> None:
    """Log this device out."""
    await auth.sessions.log_out(caller.user_id, caller.session_id)
    clear_refresh_cookie(response)


@posts.post("/logout-all", status_code=204)
async def logout_all(auth: UseCases, caller: CurrentUser, response: Response) -> None:
    """Log every device out."""
    await auth.sessions.end_all(caller.user_id, by=caller.session_id)
    clear_refresh_cookie(response)


@others.get("/sessions")
async def list_sessions(
    auth: UseCases, caller: CurrentUser, limit: Limit = 20, cursor: Cursor = None
) -> Page[DeviceSession]:
    """The devices one is logged in on, the latest login first."""
    before = str(decode_cursor(cursor, str)[0]) if cursor else None
    rows = await auth.sessions.of(caller.user_id, before=before, limit=limit + 1)
    items, next_cursor = page_of(rows, limit, _key, lambda row: DeviceSession.of(row, caller.session_id))
    return Page(items=items, next_cursor=next_cursor)


@others.delete("/sessions/{session_id}", status_code=204)
async def end_session(auth: UseCases, caller: CurrentUser, session_id: str) -> None:
    """Log one device out."""
    await auth.sessions.end(caller.user_id, session_id, by=caller.session_id)


def _key(session: Session) -> Key:
    return (session["_id"],)


router = APIRouter()
router.include_router(posts)
router.include_router(others)
