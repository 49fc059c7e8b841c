"""What becomes of somebody's bookings when they close their account: pure functions.

What has not begun ends in the way that is theirs in the lifecycle table. What has begun or is over goes on and stays,
without their name: it is the other side's as well, and its audit history is nobody's to rewrite.
"""

from datetime import datetime
from typing import Any

from gigsta_bookings import transitions
from gigsta_bookings.lifecycle import BY_NAME
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.rows import Transition

FORMER_PROVIDER = "A former provider"
REASON = "The account was closed."

WAYS_OUT: dict[Actor, tuple[str, ...]] = {
    Actor.CUSTOMER: ("withdraw", "cancel"),
    Actor.PROVIDER: ("decline", "cancel"),
}
ENDED_BY_THEM = tuple(
    sorted({source.value for names in WAYS_OUT.values() for name in names for source in BY_NAME[name].sources})
)
"""The states in which bookings are that may have to be ended."""
WAITED_FOR = (Status.AWAITING_VERIFICATION.value,)
"""A guest may still ask somebody who has left: then that is ended, too."""

NAMED: dict[Actor, dict[str, Any]] = {
    Actor.CUSTOMER: {
        "$or": [
            *({name: {"$ne": None}} for name in ("customer_name", "note", "address", "location")),
            {"guest.email": {"$gt": ""}},
        ]
    },
    Actor.PROVIDER: {"provider_name": {"$ne": FORMER_PROVIDER}},
}
"""Which of their bookings still say who they were."""


def way_out(booking: Booking, actor: Actor, now: datetime) -> Transition | None:
    """How somebody on this side leaves the booking; None where it is over, or for the clock to end."""
    rows = (BY_NAME[name] for name in WAYS_OUT[actor])
    return next((row for row in rows if transitions.refusal(row, booking, actor, now) is None), None)


def nameless(booking: Booking, actor: Actor) -> Booking:
    """Without what says who was on this side of it. Version and history are as they were."""
    if actor == Actor.PROVIDER:
        return booking.model_copy(update={"provider_name": FORMER_PROVIDER})
    nobody = booking.model_copy(update=booking.without_customer())
    keyless = nobody.guest.model_copy(update={"secret_hash": ""}) if nobody.guest else None
    return nobody.model_copy(update={"guest": keyless})
