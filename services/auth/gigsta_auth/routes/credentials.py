"""Forgotten and changed passwords, and the change of an address."""

from fastapi import APIRouter, Response

from gigsta_auth.routes.common import UseCases, idempotent_router, set_device_cookie
from gigsta_auth.schemas.credentials import (
    EmailChange,
    EmailChangeAccepted,
    EmailChanged,
    EmailConfirmation,
    ForgottenPassword,
    PasswordChange,
    PasswordReset,
    ResetAccepted,
)
from gigsta_common.security import CurrentUser

posts = idempotent_router()


@posts.post("/forgot-password", status_code=202)
async def forgot_password(auth: UseCases, body: ForgottenPassword) -> ResetAccepted:
    """Ask for a mail with a link that sets a new password. The answer is the same for every address."""
    await auth.recovery.ask(body.email)
    return ResetAccepted()


@posts.post("/reset-password", status_code=204)
async def reset_password(auth: UseCases, body: PasswordReset, response: Response) -> None:
    """Set a new password with the token of the mail (once, within an hour). Every session ends; log in afterwards."""
    set_device_cookie(response, await auth.passwords.reset(body.token, body.password))


@posts.post("/me/password", status_code=204)
async def change_password(auth: UseCases, caller: CurrentUser, body: PasswordChange) -> None:
    """Change one's own password. Every other session ends."""
    await auth.passwords.change(caller.user_id, caller.session_id, body.current_password, body.new_password)


@posts.post("/me/email", status_code=202)
async def change_email(auth: UseCases, caller: CurrentUser, body: EmailChange) -> EmailChangeAccepted:
    """Ask for another address: nothing changes until the link in the mail to it is followed (within 24 hours)."""
    await auth.addresses.ask(caller.user_id, caller.session_id, body.email, body.password)
    return EmailChangeAccepted()


@posts.post("/confirm-email")
async def confirm_email(auth: UseCases, body: EmailConfirmation) -> EmailChanged:
    """Change the address with the token of the mail that went to the new one."""
    return EmailChanged(email=(await auth.addresses.confirm(body.token))["email"])


router = APIRouter()
router.include_router(posts)
