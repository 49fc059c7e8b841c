"""Whether people do what they have agreed to: kept, cancelled or not turned up, from how bookings ended. No I/O."""

from typing import Literal, TypedDict

from gigsta_common.events import BookingChanged
from gigsta_ratings.models import Role

Outcome = Literal["kept", "cancelled", "no_show"]

COUNTED = ("completed", "cancelled", "no_show")
"""The statuses in which a booking says something of its parties."""


class Ending(TypedDict):
    """How a booking stands for each of its parties; None where it says nothing of them. `_id` is the booking's id."""

    _id: str
    customer_id: str
    provider_id: str
    customer: Outcome | None
    provider: Outcome | None
    sequence: int


class Reliability(TypedDict):
    kept: int
    cancelled: int
    no_shows: int
    reliability: float | None


def ending_after(event: BookingChanged, sequence: int, *, known: bool) -> Ending | None:
    """The ending as it stands after a later event than those known; None where there is nothing to keep.

    An event that leads out of a counted status is kept even where nothing is known yet, so that the older one, when it
    comes, is seen to be older.
    """
    counted = event.to_status in COUNTED or event.from_status in COUNTED or event.completed_at is not None
    if not known and not counted:
        return None
    return {
        "_id": event.booking_id,
        "customer_id": event.customer_id,
        "provider_id": event.provider_id,
        "customer": outcome(event, "customer"),
        "provider": outcome(event, "provider"),
        "sequence": sequence,
    }


def outcome(event: BookingChanged, role: Role) -> Outcome | None:
    """What a booking says of one of its parties.

    Only what was agreed counts: to withdraw a request is no cancellation. What an administrator ended says nothing of
    anybody, and the side that was let down is neither better nor worse for it.
    """
    if event.to_status == "completed":
        return "kept"
    # Events of before there was `cancelled_by` say it of the transition that they tell of.
    by = event.cancelled_by or (event.actor if event.from_status == "confirmed" else None)
    if event.to_status == "cancelled" and by == role:
        return "cancelled"
    if event.to_status == "no_show" and event.absent == role:
        return "no_show"
    return None


def summarise(counts: dict[Outcome, int]) -> Reliability:
    """The share of agreed bookings that somebody kept; none while there are none."""
    total = sum(counts.values())
    kept = counts.get("kept", 0)
    return {
        "kept": kept,
        "cancelled": counts.get("cancelled", 0),
        "no_shows": counts.get("no_show", 0),
        "reliability": kept / total if total else None,
    }
