"""`get_available_booking_actions()`: what one caller may do with one booking, now.

The product's contract is `action_name`, `button_label`, `note` and `is_critical`; the other fields let a client say
why, until when and at what price.
"""

from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from gigsta_bookings import transitions
from gigsta_bookings.lifecycle import TRANSITIONS
from gigsta_bookings.models import Actor, Booking, Money
from gigsta_bookings.rows import Transition


class Consequence(BaseModel):
    """What an action costs the customer under the policy that the booking carries."""

    refund_percent: int
    fee: Money
    summary: str


class BookingAction(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)

    action_name: str
    button_label: str
    note: str
    is_critical: bool
    enabled: bool
    disabled_reason: str | None
    requires_reason: bool
    requires_time: bool
    """The payload must carry `starts_at`: one of the times that `/bookings/availability?booking_id=` lists."""
    about_proposal: bool
    """The payload carries as `proposal_version` the `proposal.version` of the booking that the caller saw, so that they
    answer that proposal and no later one. `accept_reschedule` needs it."""
    available_until: datetime | None
    consequence: Consequence | None


def get_available_booking_actions(booking: Booking, actors: Iterable[Actor], now: datetime) -> list[BookingAction]:
    """Every action of the booking's present state that is `actors`' to take, the ones out of time disabled."""
    taken: dict[str, BookingAction] = {}
    for actor in actors:
        for row in TRANSITIONS:
            if row.action_name not in taken and transitions.is_for(row, booking, actor):
                taken[row.action_name] = _action(row, booking, actor, now)
    return list(taken.values())


def _action(row: Transition, booking: Booking, actor: Actor, now: datetime) -> BookingAction:
    refusal = transitions.refusal(row, booking, actor, now)
    return BookingAction(
        action_name=row.action_name,
        button_label=row.button_label,
        note=transitions.note_of(row, booking, actor, None),
        is_critical=row.is_critical,
        enabled=refusal is None,
        disabled_reason=refusal,
        requires_reason=actor in row.reason_from,
        requires_time=row.needs_time,
        about_proposal=row.about_proposal,
        available_until=transitions.closes_at(row, booking),
        consequence=_consequence(row, booking, actor, now),
    )


def _consequence(row: Transition, booking: Booking, actor: Actor, now: datetime) -> Consequence | None:
    if row.cost is None:
        return None
    cost = row.cost(booking, actor, now)
    refund = _said(cost.refund_percent, actor)
    summary = f"{row.means} {refund}" if row.means else refund
    return Consequence(refund_percent=cost.refund_percent, fee=cost.fee, summary=summary)


def _said(percent: int, to: Actor) -> str:
    """Who is refunded, to whoever reads it."""
    who = "You are" if to == Actor.CUSTOMER else "The customer is"
    if percent == 100:
        return f"{who} refunded in full."
    return f"{who} refunded {percent} % of the price." if percent else f"{who} refunded nothing."
