"""Forgotten and changed passwords, and the change of an address."""

from pydantic import BaseModel

from gigsta_auth.schemas.fields import AnyPassword, Email, NewPassword, Request, Secret


class ForgottenPassword(Request):
    email: Email


class PasswordReset(Request):
    token: Secret
    """Of the link in the mail."""
    password: NewPassword


class PasswordChange(Request):
    current_password: AnyPassword | None = None
    """Needed wherever there is one. Accounts of those who log in elsewhere have none: they need a recent login."""
    new_password: NewPassword


class EmailChange(Request):
    email: Email
    """The new address."""
    password: AnyPassword | None = None
    """Needed wherever there is one; without one, a recent login is."""


class EmailConfirmation(Request):
    token: Secret
    """Of the link in the mail to the new address."""


class ResetAccepted(BaseModel):
    """The same for every address."""

    message: str = "If this address has an account, a mail with a link is on its way to it."


class EmailChangeAccepted(BaseModel):
    """The same for every address."""

    message: str = "Follow the link in the mail to the new address. Until then nothing changes."


class EmailChanged(BaseModel):
    email: str
