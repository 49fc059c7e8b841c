"""What must hold for a provider's bookings whatever has happened, read from the documents.

Written a second time, without the service's own claims: what holds a time, and on which days that stands.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from gigsta_bookings.models.history import checked
from gigsta_common.mongo import Database

LIVE = ("awaiting_verification", "pending", "confirmed", "in_progress", "no_show_reported")


@dataclass(frozen=True)
class Held:
    """A stretch of time that a booking keeps from being sold, buffers included."""

    booking_id: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    work_starts_at: datetime

    def meets(self, other: "Held") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def held_by(booking: dict[str, Any]) -> list[Held]:
    """What a booking's document holds."""
    assert booking["status"] != "disputed", "then it depends on where it came from: not thought of here"
    if booking["status"] not in LIVE:
        assert booking["proposal"] is None
        return []
    kind = "hold" if booking["status"] == "awaiting_verification" else "slot"
    proposal = booking["proposal"]
    return [_held(booking, kind, booking)] + ([_held(booking, "proposal", proposal)] if proposal else [])


def _held(booking: dict[str, Any], kind: str, times: dict[str, Any]) -> Held:
    before, after = (timedelta(minutes=booking[f"buffer_{side}_minutes"]) for side in ("before", "after"))
    return Held(booking["_id"], kind, times["starts_at"] - before, times["ends_at"] + after, times["starts_at"])


async def sound(db: Database, provider_id: str) -> list[dict[str, Any]]:
    """The provider's bookings, after it is made sure that nothing is wrong with them.

    Raises:
        AssertionError: times overlap, claims and bookings do not match, holds are not counted as they are, or a history
            or an outbox is not as it should be.
    """
    bookings = await db["bookings"].find({"provider_id": provider_id}).to_list()
    held = [held for booking in bookings for held in held_by(booking)]
    check_apart(held)
    days = await db["calendar_days"].find({"provider_id": provider_id}).to_list()
    claimed = Counter((day["_id"], _claim(claim)) for day in days for claim in day["claims"])
    wanted = Counter((f"{provider_id}:{day}", one) for one in held for day in _days(one))
    assert claimed - wanted == Counter(), "claims without a live booking"
    assert wanted - claimed == Counter(), "live bookings without a claim"
    unverified = sorted(booking["_id"] for booking in bookings if booking["status"] == "awaiting_verification")
    counted = await db["quotas"].find_one({"_id": f"holds of provider {provider_id}"})
    assert sorted(counted["holders"] if counted else []) == unverified
    for booking in bookings:
        check_told(booking)
    return bookings


def check_apart(held: Iterable[Held]) -> None:
    """No two bookings meet; the two times of one booking may."""
    ordered = sorted(held, key=lambda one: one.starts_at)
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            assert one.booking_id == other.booking_id or not one.meets(other), (one, other)


def check_told(booking: dict[str, Any]) -> None:
    """One entry in the history and one event for each version, in order, and of the same steps."""
    history, events, version = booking["history"], booking["outbox"], booking["version"]
    assert [entry["version"] for entry in history] == list(range(1, version + 1))
    assert [event["sequence"] for event in events] == list(range(1, version + 1)), "not one event for each transition"
    assert [event["data"]["action_name"] for event in events] == [entry["action"] for entry in history]
    assert [event["data"]["history_hash"] for event in events] == [entry["hash"] for entry in history]
    assert len({event["id"] for event in events}) == version
    assert all(earlier["to_status"] == later["from_status"] for earlier, later in pairwise(history))
    assert history[-1]["to_status"] == booking["status"]
    assert checked(booking).broken_at is None


def _claim(claim: dict[str, Any]) -> Held:
    return Held(claim["booking_id"], claim["kind"], claim["starts_at"], claim["ends_at"], claim["slot_starts_at"])


def _days(held: Held) -> list[str]:
    """The dates in UTC on which some of it lies."""
    moments = [held.starts_at, held.ends_at - timedelta(milliseconds=1)]
    first, last = (moment.date() for moment in moments)
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
