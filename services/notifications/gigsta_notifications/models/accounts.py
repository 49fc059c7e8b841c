"""Who is told what about accounts, providers and ratings."""

from gigsta_common.events import (
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    RatingChanged,
    UserReinstated,
    UserSuspended,
)
from gigsta_notifications.models import MailPlan, Notice
from gigsta_notifications.models.formatting import quoted, unlinked

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

PAGES = {"verify_email": "verify-email", "reset_password": "reset-password", "confirm_email": "confirm-email"}
"""The page of auth that the link of such a mail opens."""

_ALSO_WHEN_CLOSED = ("account_closed",)


def outlives_the_account(kind: str) -> bool:
    """Whether such a mail goes out although the account it is about is no more."""
    return kind in _ALSO_WHEN_CLOSED


def suspension_notice(event: UserSuspended) -> Notice:
    title, body = "Your account is suspended", f"Nobody can log in to it for now. Reason given: {event.reason}"
    return Notice(event.user_id, title, body, "/", {}, MailPlan("notice"))


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
        body = f"{event.trading_name} could not be approved. Reason given: {event.reason}"
        return [_provider_notice(event.provider_id, title, body, "See your application")]
    return []


def _provider_notice(user_id: str, title: str, body: str, action: str) -> Notice:
    mail = MailPlan("provider_decision", action=action)
    return Notice(user_id, title, body, "/provider", {"provider_id": user_id}, mail)


def notices_of_rating(event: RatingChanged) -> list[Notice]:
    """Whoever was rated is told; the author knows."""
    author = event.author_name or f"The {event.author_role}"
    stars = "1 star" if event.stars == 1 else f"{event.stars} stars"
    body = what = f"{author} gave you {stars} for {unlinked(event.service_title)}."
    details = [("Service", unlinked(event.service_title)), ("Stars", "★" * event.stars + "☆" * (5 - event.stars))]
    if event.comment:
        body += f" {quoted(event.comment)}"
        details.append(("Comment", quoted(event.comment)))
    data = {"rating_id": event.rating_id, "booking_id": event.booking_id, "service_id": event.service_id}
    then = "You can answer in public, once. If it is not fair, you can report it."
    mail = MailPlan("rating", what=what, next=then, details=details, action="See the booking")
    return [Notice(event.rated_user_id, f"{author} rated you", body, f"/bookings/{event.booking_id}", data, mail)]
