"""Every mail that was sent, for developers and for tests. Not there in production."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gigsta_notifications.mail.templates import environment
from gigsta_notifications.models import MailboxEntry
from gigsta_notifications.routes import UseCases
from gigsta_notifications.schemas import DevMail, DevMails

router = APIRouter(prefix="/dev/mail", include_in_schema=False)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
"""No script runs, nothing is loaded; the mail itself stands in a sandboxed frame under the same policy."""


@router.get("")
async def list_mails(
    request: Request,
    use_cases: UseCases,
    to: Annotated[str | None, Query(max_length=320)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """Newest first: a page for browsers, JSON for everyone else."""
    mails = [_mail(entry) for entry in await use_cases.mailbox.latest(to, limit)]
    if _wants_html(request):
        return _page("dev_mail_list.html", mails=mails, to=to)
    return JSONResponse(DevMails(items=mails).model_dump(mode="json"), headers=_HEADERS)


@router.get("/{mail_id}")
async def get_mail(request: Request, use_cases: UseCases, mail_id: Annotated[str, Path(max_length=64)]) -> Response:
    """One mail."""
    mail = _mail(await use_cases.mailbox.get(mail_id))
    if _wants_html(request):
        return _page("dev_mail_message.html", mail=mail)
    return JSONResponse(mail.model_dump(mode="json"), headers=_HEADERS)


def _wants_html(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(template: str, **context: object) -> Response:
    return HTMLResponse(environment.get_template(template).render(context), headers=_HEADERS)


def _mail(entry: MailboxEntry) -> DevMail:
    return DevMail.model_validate({**entry, "id": entry["_id"]})
