"""Links that a mail carries, other than those that verify a registration: single use, and short-lived.

Only the hash of a token is stored. A link is remembered for a while after its time, so that it can say why it does not
work any more.
"""

from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict

from gigsta_auth.models.sessions import digest
from gigsta_auth.models.users import new_link_token
from gigsta_common.errors import BadRequest, Gone

LinkKind = Literal["reset_password", "confirm_email"]

LIFETIMES: dict[LinkKind, timedelta] = {"reset_password": timedelta(hours=1), "confirm_email": timedelta(hours=24)}
REMEMBER = timedelta(days=7)

MOST = 5
"""So many of one kind may be sent for one account `WITHIN` this time."""
WITHIN = timedelta(hours=1)


class MailLink(TypedDict):
    _id: str
    """The hash of the token."""
    user_id: str
    kind: LinkKind
    email: str
    """Where it was sent: following it proves this address and no other."""
    by_registration: NotRequired[bool]
    """Whether it came with the mail about an address that was registered once more. They are counted apart, so that
    nobody uses up the mails which the owner asks for."""
    used_at: datetime | None
    """When it was used, or overtaken by something that ends all links of the account."""
    created_at: datetime
    expires_at: datetime
    forget_at: datetime


def new_link(
    kind: LinkKind, user_id: str, email: str, now: datetime, *, by_registration: bool = False
) -> tuple[MailLink, str]:
    """A link, and the token that only the mail is told."""
    token = new_link_token()
    expires_at = now + LIFETIMES[kind]
    link = MailLink(
        _id=digest(token),
        user_id=user_id,
        kind=kind,
        email=email,
        by_registration=by_registration,
        used_at=None,
        created_at=now,
        expires_at=expires_at,
        forget_at=expires_at + REMEMBER,
    )
    return link, token


def check(link: MailLink | None, kind: LinkKind, now: datetime) -> MailLink:
    """The link, if it works.

    Raises:
        BadRequest: there is no such link of that kind, or no longer (`link_unknown`).
        Gone: it was used (`link_used`) or is too old (`link_expired`).
    """
    if link is None or link["kind"] != kind or now >= link["forget_at"]:
        raise BadRequest("This link is not known. Check that you copied all of it.", code="link_unknown")
    if link["used_at"] is not None:
        raise used()
    if now >= link["expires_at"]:
        raise Gone("This link is too old. Ask for a new one.", code="link_expired")
    return link


def used() -> Gone:
    return Gone("This link was used, or something newer has taken its place.", code="link_used")
