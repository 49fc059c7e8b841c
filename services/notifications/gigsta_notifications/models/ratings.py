"""Who is told what about ratings: what is said of them, what became of what they said, and of what they reported."""

from gigsta_common.events import RatingChanged, RatingReplied, RatingReportsDecided
from gigsta_notifications.models import MailPlan, Notice
from gigsta_notifications.models.formatting import quoted, unlinked


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


def notices_of_moderation(event: RatingChanged, *, hidden: bool, support: str) -> list[Notice]:
    """The author is told: whoever has reported it hears of that."""
    service = unlinked(event.service_title)
    if hidden:
        title, what = "Your rating was hidden", f"A moderator has hidden your rating of {service}: only you see it now."
        then = f"If you think that this is wrong, write to {support}."
    else:
        title, then = "Your rating is shown again", ""
        what = f"A moderator has looked at your rating of {service} again, and everybody sees it."
    data = {"rating_id": event.rating_id, "booking_id": event.booking_id, "service_id": event.service_id}
    mail = MailPlan("rating", what=what, next=then, action="See the booking")
    body = f"{what} {then}".strip()
    return [Notice(event.author_id, title, body, f"/bookings/{event.booking_id}", data, mail)]


def notices_of_reply(event: RatingReplied) -> list[Notice]:
    who = event.provider_name if event.author_role == "customer" else "The customer"
    what = f"{who} answered your rating of {unlinked(event.service_title)}."
    mail = MailPlan("rating", what=what, details=[("Answer", quoted(event.comment))], action="See the booking")
    data = {"rating_id": event.rating_id, "booking_id": event.booking_id, "service_id": event.service_id}
    body = f"{what} {quoted(event.comment)}"
    return [Notice(event.author_id, f"{who} answered your rating", body, f"/bookings/{event.booking_id}", data, mail)]


def notices_of_reports(event: RatingReportsDecided) -> list[Notice]:
    """In the inbox alone: nobody waits for it."""
    outcome = "it is hidden now" if event.verdict == "upheld" else "it stays"
    body = f"A moderator has looked at the rating of {unlinked(event.service_title)} that you reported: {outcome}."
    data = {"rating_id": event.rating_id, "service_id": event.service_id}
    link = f"/services/{event.service_id}"
    return [Notice(reporter, "Your report was decided", body, link, data, None) for reporter in event.reporter_ids]
