"""What is stored, and the rules: who may rate what and until when, and how ratings sum up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict, cast

from gigsta_common.events import BookingChanged, RatingSummary

RATING_WINDOW = timedelta(days=14)
"""How long after a booking's completion its parties may rate each other."""

PRIOR_MEAN = 4.0
"""What a subject is taken to deserve before anybody has rated it (`m`): a little under what good work earns."""
PRIOR_WEIGHT = 5
"""How many ratings that assumption counts for (`C`): after five real ones they weigh the same."""

FORMER_PROVIDER = "A former provider"

STARS = (1, 2, 3, 4, 5)

Role = Literal["customer", "provider"]
SubjectKind = Literal["service", "provider", "customer"]
Subject = tuple[SubjectKind, str]


class Invitation(TypedDict):
    """One completed booking, whose two parties are invited to rate each other. `_id` is the booking's id."""

    _id: str
    customer_id: str
    customer_name: str | None
    provider_id: str
    provider_name: str
    service_id: str
    service_title: str
    completed_at: datetime
    closes_at: datetime
    status: Literal["open", "withdrawn", "closed"]
    """`withdrawn` while the booking is not completed (any more); `closed` once the ratings are out."""
    open_to: list[str]
    """The users who have not rated yet."""
    sequence: int
    """Of the latest booking event."""
    version: int


class Reply(TypedDict):
    """What the rated party answers in public."""

    comment: str
    created_at: datetime


class Rating(TypedDict):
    """One side's rating. It waits, unseen by the other, until both have rated or the window closes."""

    _id: str
    booking_id: str
    service_id: str
    service_title: str
    provider_id: str
    provider_name: str
    author_id: str
    author_name: str | None
    author_role: Role
    rated_user_id: str
    stars: int
    comment: str | None
    status: Literal["waiting", "published", "hidden"]
    """`hidden` is what a moderator has taken out: nobody but its author sees it, and no summary counts it."""
    created_at: datetime
    published_at: datetime | None
    version: int
    edited_at: NotRequired[datetime]
    reply: NotRequired[Reply]
    open_reports: NotRequired[int]
    """Reports that no moderator has answered yet."""
    reported_at: NotRequired[datetime]
    """When the first of these came."""
    history: NotRequired[list[dict[str, object]]]
    """Edits, the reply and what moderators decided: action, actor_id, at, and their reason."""
    outbox: NotRequired[list[dict[str, object]]]


class Tally(TypedDict):
    """The published ratings of one subject, counted: `_id` is "service:<id>", "provider:<id>" or "customer:<id>"."""

    _id: str
    count: int
    sum: int
    histogram: dict[str, int]
    version: int


def invitation_after(known: Invitation | None, event: BookingChanged, sequence: int) -> Invitation | None:
    """The invitation as it stands after a booking event; None where the event changes nothing.

    A booking that leaves `completed` withdraws its invitation, and one that returns there opens it again, with a
    window of its own. A departure that arrives before the completion leaves a withdrawn invitation, so that the older
    event, when it comes, is seen to be older.
    """
    completed = event.to_status == "completed"
    if known is None and not completed and event.from_status != "completed" and event.completed_at is None:
        return None
    if known is not None and sequence <= known["sequence"]:
        return None
    after: Invitation = {
        "_id": event.booking_id,
        "customer_id": event.customer_id,
        "customer_name": event.customer_name,
        "provider_id": event.provider_id,
        "provider_name": event.provider_name,
        "service_id": event.service_id,
        "service_title": event.service_title,
        "completed_at": event.at,
        "closes_at": event.at + RATING_WINDOW,
        "status": "open" if completed else "withdrawn",
        "open_to": [event.customer_id, event.provider_id],
        "sequence": sequence,
        "version": 1,
    }
    if known is not None:
        # The customer is another where a guest has turned out to have an account.
        others = {known["customer_id"]: event.customer_id}
        after["open_to"] = [others.get(user_id, user_id) for user_id in known["open_to"]]
        after["version"] = known["version"] + 1
        if known["status"] == "closed":
            after["status"] = "closed"
        if known["status"] != "withdrawn" or not completed:
            after["completed_at"], after["closes_at"] = known["completed_at"], known["closes_at"]
    if event.completed_at is not None:
        after["completed_at"], after["closes_at"] = event.completed_at, event.completed_at + RATING_WINDOW
    return after


def as_rated(invitation: Invitation, ratings: Iterable[Rating], now: datetime) -> Invitation:
    """An invitation made anew, as the ratings that there are have left it."""
    parties = {"customer": invitation["customer_id"], "provider": invitation["provider_id"]}
    answered = {parties[rating["author_role"]]: rating["status"] for rating in ratings}
    after = cast("Invitation", {**invitation, "open_to": [u for u in invitation["open_to"] if u not in answered]})
    lapsed = invitation["status"] == "open" and invitation["closes_at"] <= now and not answered
    if lapsed or set(answered.values()) - {"waiting"}:
        after["status"] = "closed"
    return after


def without(invitation: Invitation, user_id: str) -> Invitation:
    """An invitation once one of its parties has closed their account: nameless, and they are not waited for."""
    left = cast("Invitation", {**invitation, "open_to": [user for user in invitation["open_to"] if user != user_id]})
    if invitation["customer_id"] == user_id:
        left["customer_name"] = None
    if invitation["provider_id"] == user_id:
        left["provider_name"] = FORMER_PROVIDER
    return left


def role_of(invitation: Invitation, user_id: str) -> Role:
    """Which party of the booking a user is; the user must be one."""
    return "customer" if user_id == invitation["customer_id"] else "provider"


def other_party(invitation: Invitation, role: Role) -> tuple[str, str | None]:
    """Id and name of whom the `role` rates."""
    if role == "customer":
        return invitation["provider_id"], invitation["provider_name"]
    return invitation["customer_id"], invitation["customer_name"]


def author_name(invitation: Invitation, role: Role) -> str | None:
    return invitation["customer_name"] if role == "customer" else invitation["provider_name"]


def rated_subjects(rating: Rating) -> list[Subject]:
    """Whose summaries a rating counts for: a customer's, the service's and the provider's; a provider's, the
    customer's alone."""
    if rating["author_role"] == "customer":
        return [("service", rating["service_id"]), ("provider", rating["provider_id"])]
    return [("customer", rating["rated_user_id"])]


def tally_id(subject: Subject) -> str:
    kind, subject_id = subject
    return f"{kind}:{subject_id}"


def summarise(tally: Tally | None) -> RatingSummary:
    """A tally as the world sees it; that of a subject nobody has rated has neither average nor weighted score."""
    histogram = tally["histogram"] if tally else {}
    count = tally["count"] if tally else 0
    total = tally["sum"] if tally else 0
    return RatingSummary(
        average=total / count if count else None,
        weighted=weighted_score(count, total) if count else None,
        count=count,
        histogram={str(stars): histogram.get(str(stars), 0) for stars in STARS},
        version=tally["version"] if tally else 0,
    )


def weighted_score(count: int, total: int) -> float:
    """The Bayesian average: as if `PRIOR_WEIGHT` ratings of `PRIOR_MEAN` had come before the real ones.

    One rating of 5 so gives 4.17, a hundred of them 4.95: a few kind words do not outrank long good work.
    """
    return (PRIOR_WEIGHT * PRIOR_MEAN + total) / (PRIOR_WEIGHT + count)
