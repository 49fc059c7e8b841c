"""Acting straight from a mail. Opening the link does nothing: programs that look at mails follow links, too."""

from pathlib import Path
from typing import Annotated

from fastapi import Header
from starlette.responses import HTMLResponse, Response

from gigsta_bookings import link_schemas as schemas
from gigsta_bookings.routes.common import Bookings, router_for
from gigsta_common.pages import InlinePage

router = router_for(idempotent=False)

_PAGE = InlinePage(Path(__file__).parent / "act.html")

MailLink = Annotated[
    str,
    Header(
        alias="Mail-Link",
        min_length=1,
        max_length=250,
        description="What stands behind the `#` of the link, which no browser sends. It is good for one action, once.",
    ),
]


@router.head("/act", include_in_schema=False)
@router.get("/act", include_in_schema=False)
async def show_action_page() -> HTMLResponse:
    """What the link opens: what it would do, and one button that does it."""
    return _PAGE.response()


@router.get("/mail-link")
async def look_at_mail_link(found: Bookings, link: MailLink, response: Response) -> schemas.MailLinkOffer:
    """What the link of a mail would do, and to which booking. It changes nothing."""
    response.headers["cache-control"] = "no-store"
    known, booking, action = await found.mail_links.look(link)
    return schemas.offer(known.party, booking, action)


@router.post("/mail-link")
async def take_mail_link(
    found: Bookings, link: MailLink, wanted: schemas.MailLinkRequest | None = None
) -> schemas.MailLinkOutcome:
    """Do what the link of a mail is for. Once: it moves the booking on, and the link is good for no other version."""
    known, booking = await found.mail_links.take(link, wanted.reason if wanted else None)
    return schemas.MailLinkOutcome(action_name=known.action_name, status=booking.status)
