"""Who is told what about accounts, providers and ratings."""

from gigsta_common.events import ProviderApplied, ProviderApproved, ProviderRejected, RatingChanged
from gigsta_notifications.models import MailPlan, Notice

SUBJECTS = {
    "verify_email": "Confirm your email address",
    "already_registered": "You already have a GigSta account",
}
"""The kinds of mail that auth may ask for: each has templates of that name."""

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
    body = f"{author} gave you {stars} for {event.service_title}."
    details = [("Service", event.service_title), ("Stars", "★" * event.stars + "☆" * (5 - event.stars))]
    if event.comment:
        body += f" “{event.comment}”"
        details.append(("Comment", event.comment))
    data = {"rating_id": event.rating_id, "booking_id": event.booking_id, "service_id": event.service_id}
    mail = MailPlan("rating", details, "See the booking")
    return [Notice(event.rated_user_id, f"{author} rated you", body, f"/bookings/{event.booking_id}", data, mail)]
