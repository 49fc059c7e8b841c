"""Registering an address, and proving it by the link in a mail.

Anybody can register an address, any number of times, and only its owner reads the mails. So a link proves the mailbox
and no more. Which password comes to life with it is another question, and the answer is never one that a stranger may
have chosen for whoever clicks on the newest of some mails that all look alike:

* the browser that registered shows the cookie it was given then, and gets what it chose, whichever mail it is opened
  from;
* everybody else chooses a password while following the link, be it the same once more;
* no browser, but a program that has taken the token out of the mail, is taken for the one that registered as long as
  that was done once. Nobody clicks there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.users import Change, Event, Link, User, new_user, registered_event
from gigsta_common.errors import Conflict, Gone
from gigsta_common.events import UserMailRequested, UserVerified

LINK_LIFETIME = timedelta(hours=24)
MAX_LINKS = 5


@dataclass(frozen=True)
class Registration:
    """A wish to register, its password already hashed and its link already made."""

    email: str
    password_hash: str
    full_name: str | None
    token: str
    token_hash: str
    browser_hash: str
    at: datetime

    @property
    def link(self) -> Link:
        return Link(
            token_hash=self.token_hash,
            password_hash=self.password_hash,
            full_name=self.full_name,
            browser_hash=self.browser_hash,
            expires_at=self.at + LINK_LIFETIME,
        )


@dataclass(frozen=True)
class Follower:
    """Whoever follows a link: what they show and choose."""

    browser_hash: str | None
    """Of the cookie of a browser that has registered some address."""
    is_browser: bool
    password_hash: str | None
    full_name: str | None


def registered(user_id: str, new: Registration) -> tuple[User, tuple[Event, ...]]:
    """The account of an address that registers for the first time."""
    user = new_user(user_id, new.email, new.password_hash, new.full_name, new.at)
    user["links"] = [new.link]
    return user, (registered_event(user), _verification_mail(user, new))


def registered_again(user: User, new: Registration) -> Change:
    """An address registers that waits to be verified. Nothing changes where it has been at this very moment."""
    if user["email_verified_at"] is not None:
        return Change({})
    fields = {"password_hash": new.password_hash, "links": [*user["links"], new.link][-MAX_LINKS:]}
    return Change(fields, (_verification_mail(user, new),))


def follow_link(user: User, token_hash: str, follower: Follower, now: datetime) -> Change:
    """The address is proven, and its owner has the password that they chose.

    Raises:
        Gone: the link was used, overtaken by another of this address, or is too old.
        Conflict: a password has to be chosen with it (`password_to_choose`). The link goes on working.
    """
    link = next((link for link in user["links"] if link["token_hash"] == token_hash), None)
    if user["email_verified_at"] is not None:
        raise Gone("This address is verified already. Log in.", code="link_used")
    if link is None or not _works(link, now):
        raise Gone("This link is too old. Register again to get a new one.", code="link_expired")
    own = _own(link, [other for other in user["links"] if _works(other, now)], follower)
    password_hash = follower.password_hash or (own["password_hash"] if own else None)
    if password_hash is None:
        raise Conflict(
            "This is not the browser that registered, or another has registered this address as well. Choose the "
            "password of your account now.",
            code="password_to_choose",
        )
    full_name = follower.full_name or (own["full_name"] if own else None)
    told = UserVerified(user_id=user["_id"], email=user["email"], full_name=full_name, verified_at=now)
    fields = {"password_hash": password_hash, **proven(user, full_name, now)}
    return Change(fields, (("user.verified", told),), (Entry("email_verified"),))


def proven(user: User, full_name: str | None, now: datetime) -> dict[str, object]:
    """What changes with any proof of the address: no registration counts any more, and neither does the name that one
    of them gave, unless whoever proves it has given that."""
    links = [{**link, "password_hash": None, "full_name": None} for link in user["links"]]
    return {"email_verified_at": now, "full_name": full_name, "links": links}


def _own(followed: Link, working: list[Link], follower: Follower) -> Link | None:
    """The registration that is certainly the follower's."""
    if follower.browser_hash is not None:
        by_it = (link for link in (followed, *reversed(working)) if link.get("browser_hash") == follower.browser_hash)
        return next(by_it, None)
    return followed if not follower.is_browser and len(working) == 1 else None


def _works(link: Link, now: datetime) -> bool:
    return link["password_hash"] is not None and now < link["expires_at"]


def _verification_mail(user: User, new: Registration) -> Event:
    return "user.mail_requested", UserMailRequested(
        user_id=user["_id"],
        email=user["email"],
        full_name=None,  # whoever registers wrote it, and perhaps to somebody else's address: it is not repeated there
        kind="verify_email",
        token=new.token,
        expires_at=new.at + LINK_LIFETIME,
    )
