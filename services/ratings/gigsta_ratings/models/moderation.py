"""Reports, and what a moderator may decide about a rating. No I/O."""

from datetime import datetime
from typing import Literal, TypedDict

from gigsta_ratings.models import Rating

Decision = Literal["hide", "restore", "dismiss"]
Verdict = Literal["open", "upheld", "dismissed"]


class Report(TypedDict):
    """One user's complaint about one rating. Its `_id` is made of both, so nobody reports the same rating twice."""

    _id: str
    rating_id: str
    reporter_id: str
    reason: str
    created_at: datetime
    status: Verdict


def report_id(rating_id: str, user_id: str) -> str:
    return f"{rating_id}:{user_id}"


def refusal(decision: Decision, rating: Rating) -> str | None:
    """Why this cannot be decided now; None where it can."""
    if decision == "hide" and rating["status"] != "published":
        return "Only a published rating can be hidden."
    if decision == "restore" and rating["status"] != "hidden":
        return "Only a hidden rating can be restored."
    if decision == "dismiss" and not rating.get("open_reports"):
        return "There is no open report about this rating."
    return None


def verdict(decision: Decision) -> Literal["upheld", "dismissed"] | None:
    """What a decision says of the reports that were open; restoring says nothing of them."""
    if decision == "hide":
        return "upheld"
    return "dismissed" if decision == "dismiss" else None
