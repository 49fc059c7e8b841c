"""Who is told what about accounts and providers."""

from gigsta_common.events import (
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    UserReinstated,
    UserSuspended,
)
from gigsta_notifications.models import MailPlan, Notice
from gigsta_notifications.models.formatting import reason_given

SUBJECTS = {
    "verify_email": "Confirm your email address",
    "already_registered": "You already have a GigSta account",
    "account_completed": "Your GigSta account is ready",
    "reset_password": "Choose a new password",
    "password_changed": "Your password was changed",
    "confirm_email": "Confirm your new email address",
    "email_change_requested": "Your email address is about to change",
    "email_changed": "Your email address was changed",
    "account_closed": "Your GigSta account is closed",
}
"""The kinds of mail that auth may ask for: each has templates of that name."""

PAGES = {
    "verify_email": "verify-email",
    "already_registered": "reset-password",
    "reset_password": "reset-password",
    "confirm_email": "confirm-email",
}
"""The page of auth that the link of such a mail opens, if it has one."""

_ALSO_WHEN_CLOSED = ("account_closed",)


def outlives_the_account(kind: str) -> bool:
    """Whether such a mail goes out although the account it is about is no more."""
    return kind in _ALSO_WHEN_CLOSED


def suspension_notice(event: UserSuspended, support: str) -> Notice:
    what = f"Nobody can log in to it for now. {reason_given(event.reason)}"
    then = f"If you think that this is wrong, write to {support}: an answer to this mail reaches nobody."
    mail = MailPlan("notice", what=what, next=then)
    return Notice(event.user_id, "Your account is suspended", f"{what} {then}", "/", {}, mail)


def reinstatement_notice(event: UserReinstated) -> Notice:
    title, body = "Your account is open again", "You can log in as before."
    return Notice(event.user_id, title, body, "/", {}, MailPlan("notice"))


ProviderEvent = ProviderApplied | ProviderApproved | ProviderRejected


def notices_of_provider(event: ProviderEvent) -> list[Notice]:
    """An application is the user's own act, so only the decision is told."""
    if isinstance(event, ProviderApproved):
        title = "You are now a GigSta provider"
        body = f"{event.trading_name} has been approved. You can publish your services."
        return [_provider_notice(event.provider_id, title, body, "Add a service")]
    if isinstance(event, ProviderRejected):
        title = "Your provider application was not approved"
        body = f"{event.trading_name} could not be approved. {reason_given(event.reason)}"
        then = "You can change your application and send it again."
        return [_provider_notice(event.provider_id, title, body, "See your application", then)]
    return []


def _provider_notice(user_id: str, title: str, body: str, action: str, then: str = "") -> Notice:
    mail = MailPlan("provider_decision", what=body, next=then, action=action)
    return Notice(user_id, title, f"{body} {then}".strip(), "/provider", {"provider_id": user_id}, mail)
