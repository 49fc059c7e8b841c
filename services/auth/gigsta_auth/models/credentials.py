"""The rules for changing what one logs in with: the password and the address.

`session_epoch` counts the changes that end sessions. A session remembers the count of the account it was opened for, so
that one which is opened with the old password at the very moment of the change does not outlive it.
"""

from datetime import datetime

from gigsta_auth.models.audit import Entry
from gigsta_auth.models.links import MailLink, used
from gigsta_auth.models.registrations import proven
from gigsta_auth.models.users import Change, Event, User
from gigsta_auth.models.ways_in import besides_the_password
from gigsta_common.errors import Conflict
from gigsta_common.events import UserEmailChanged, UserMailRequested, UserVerified


def epoch_of(user: User) -> int:
    return user.get("session_epoch", 0)


def mail(user: User, kind: str, **more: object) -> Event:
    """A mail to the account's own address, unless `more` names another.

    As long as the address is not proven, a stranger may have written the name, and it is not repeated there.
    """
    name = user["full_name"] if user["email_verified_at"] is not None else None
    values = {"user_id": user["_id"], "email": user["email"], "full_name": name, "kind": kind, **more}
    return "user.mail_requested", UserMailRequested.model_validate(values)


def ask_for_reset(user: User, link: MailLink, token: str) -> Change:
    """Send the link by which a forgotten password can be replaced: because somebody said so, or has registered the
    address once more."""
    _still_of(user, link)
    again = link.get("by_registration", False)
    sent = mail(user, "already_registered" if again else "reset_password", token=token, expires_at=link["expires_at"])
    details = {"reason": "registered_again"} if again else {}
    return Change({}, (sent,), (Entry("password_reset_requested", details),))


def reset_password(user: User, link: MailLink, password_hash: str, now: datetime) -> Change:
    """A new password by a link in a mail, which proves the address as well. All sessions end.

    Raises:
        Gone: the account has another address by now.
    """
    _still_of(user, link)
    fields = {"password_hash": password_hash, "session_epoch": epoch_of(user) + 1}
    events, entries = (mail(user, "password_changed", about=besides_the_password(user)),), (Entry("password_reset"),)
    if user["email_verified_at"] is not None:
        return Change(fields, events, entries)
    fields |= proven(user, None, now)
    told = UserVerified(user_id=user["_id"], email=user["email"], full_name=None, verified_at=now)
    return Change(fields, (("user.verified", told), *events), (Entry("email_verified"), *entries))


def change_password(user: User, proven_hash: str | None, password_hash: str) -> Change:
    """A new password in place of the one whose hash was proven, or a first one (None). Other sessions end.

    Raises:
        Conflict: the password was changed since.
    """
    if user["password_hash"] != proven_hash:
        raise Conflict("The password was changed meanwhile. Log in again.", code="password_changed_meanwhile")
    fields = {"password_hash": password_hash, "session_epoch": epoch_of(user) + 1}
    return Change(
        fields, (mail(user, "password_changed", about=besides_the_password(user)),), (Entry("password_changed"),)
    )


def ask_for_email(user: User, link: MailLink, token: str, *, known: bool) -> Change:
    """Ask the new address, and tell the old one. Nothing changes yet.

    Whoever asks is answered the same where the new address is somebody's already: only its owner is told. To an address
    that may be a stranger's, no name is repeated.

    Raises:
        Conflict: it is the address of this account.
    """
    new = link["email"]
    if new == user["email"]:
        raise Conflict("This is your address already.", code="email_unchanged")
    if known:
        asked = mail(user, "already_registered", email=new, full_name=None)
    else:
        asked = mail(
            user,
            "confirm_email",
            email=new,
            full_name=None,
            token=token,
            expires_at=link["expires_at"],
            about=_recognisable(user["email"]),
        )
    told = mail(user, "email_change_requested", new_email=new)
    return Change({}, (asked, told), (Entry("email_change_requested", {"email": new}),))


def _recognisable(email: str) -> str:
    """To whom it belongs, and to nobody else."""
    local, _, domain = email.rpartition("@")
    return f"{local[0]}…@{domain}"


def change_email(user: User, link: MailLink, now: datetime) -> Change:
    """The new address is proven and takes the old one's place; the old one is told."""
    new, old = link["email"], user["email"]
    changed = UserEmailChanged(user_id=user["_id"], email=new, full_name=user["full_name"], changed_at=now)
    events = (("user.email_changed", changed), mail(user, "email_changed", new_email=new))
    fields = {"email": new, "email_verified_at": now}
    return Change(fields, events, (Entry("email_changed", {"old": old, "new": new}),))


def _still_of(user: User, link: MailLink) -> None:
    if user["email"] != link["email"]:
        raise used()
