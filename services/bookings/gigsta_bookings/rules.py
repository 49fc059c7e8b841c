"""The rules that rows of the lifecycle table name: when an action is open, for whom, where it leads, what it changes.

Each is a pure function of the booking. They know nothing of the table.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from gigsta_bookings.models import Actor, Booking, Cancellation, Dispute, Money, NoShow, Proposal, Status
from gigsta_bookings.models.policy import refund_percent
from gigsta_common.clock import to_millisecond

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Command:
    """What a caller asks for, beyond the name of the action."""

    reason: str | None = None
    starts_at: datetime | None = None
    by_mail: bool = False
    """It comes by the link of a mail, which the audit history says."""


# -- when


def starts(booking: Booking) -> datetime:
    """The start."""
    return booking.starts_at


def ends(booking: Booking) -> datetime:
    """The end."""
    return booking.ends_at


def respond_by(booking: Booking) -> datetime:
    """As the policy gives; at the latest an hour before the start, or the start where that leaves under ten minutes.

    Where a provider takes requests at such short notice the request would have lapsed before anybody could see it
    (decision record 7). The same holds where the customer has moved it to such a time; a pending request was last
    updated when its provider was last asked.
    """
    hour_before = booking.starts_at - HOUR
    if hour_before < booking.updated_at + 10 * MINUTE:
        return booking.starts_at
    return min(booking.requested_at + booking.policy.response_hours * HOUR, hour_before)


def start_opens(booking: Booking) -> datetime:
    """30 minutes before the start."""
    return booking.starts_at - 30 * MINUTE


def no_show_opens(booking: Booking) -> datetime:
    """15 minutes after the start."""
    return booking.starts_at + 15 * MINUTE


def no_show_closes(booking: Booking) -> datetime:
    """48 hours after the end."""
    return booking.ends_at + 48 * HOUR


def dispute_closes(booking: Booking) -> datetime | None:
    """Seven days after the work was first completed; as long as it is not, any time."""
    return booking.completed_at + timedelta(days=7) if booking.completed_at else None


def contest_closes(booking: Booking) -> datetime | None:
    """48 hours after the report."""
    return booking.no_show.reported_at + 48 * HOUR if booking.no_show else None


def verify_by(booking: Booking) -> datetime:
    """Half an hour after the hold; but nobody confirms a time that has begun."""
    return min(booking.created_at + 30 * MINUTE, booking.starts_at)


def proposal_lapses(booking: Booking) -> datetime | None:
    """24 hours after the proposal, but two hours before the start at the latest, and before the new time begins."""
    proposal = booking.proposal
    if proposal is None:
        return None
    return min(proposal.proposed_at + 24 * HOUR, booking.starts_at - 2 * HOUR, proposal.starts_at)


def auto_confirm_at(booking: Booking) -> datetime | None:
    """72 hours after the provider marked it complete."""
    return booking.marked_complete_at + 72 * HOUR if booking.marked_complete_at else None


def proposing_closes(booking: Booking) -> datetime:
    """Two hours before the start."""
    return booking.starts_at - 2 * HOUR


def auto_complete_at(booking: Booking) -> datetime:
    """48 hours after the end."""
    return booking.ends_at + 48 * HOUR


# -- when to remind


def halfway(begins: datetime, ends: datetime) -> datetime:
    """To the millisecond, as it is stored: a finer moment would not be found again among those reminded of."""
    return to_millisecond(begins + (ends - begins) / 2)


def halfway_to_response(booking: Booking) -> datetime:
    """Halfway from the request to the end of the time to answer it."""
    return halfway(booking.requested_at, respond_by(booking))


def halfway_to_lapse(booking: Booking) -> datetime | None:
    """Halfway from the proposal to its lapse."""
    lapses = proposal_lapses(booking)
    return halfway(booking.proposal.proposed_at, lapses) if booking.proposal and lapses else None


def halfway_to_auto_confirm(booking: Booking) -> datetime | None:
    """Halfway from the work marked complete to its automatic confirmation."""
    ends = auto_confirm_at(booking)
    return halfway(booking.marked_complete_at, ends) if booking.marked_complete_at and ends else None


def halfway_to_final_no_show(booking: Booking) -> datetime | None:
    """Halfway from the report to the end of the time to contest it."""
    closes = contest_closes(booking)
    return halfway(booking.no_show.reported_at, closes) if booking.no_show and closes else None


def day_before(booking: Booking) -> datetime | None:
    """24 hours before the start, unless the time was agreed less than an hour before that."""
    return _before_start(booking, 24 * HOUR)


def two_hours_before(booking: Booking) -> datetime | None:
    """Two hours before the start, unless the time was agreed less than an hour before that."""
    return _before_start(booking, 2 * HOUR)


def _before_start(booking: Booking, ahead: timedelta) -> datetime | None:
    """None where the time was agreed so late that a reminder would follow on the heels of the confirmation."""
    at = booking.starts_at - ahead
    return None if booking.confirmed_at is not None and at <= booking.confirmed_at + HOUR else at


# -- whom to remind


def the_provider(booking: Booking) -> tuple[Actor, ...]:
    return (Actor.PROVIDER,)


def the_customer(booking: Booking) -> tuple[Actor, ...]:
    return (Actor.CUSTOMER,)


def both(booking: Booking) -> tuple[Actor, ...]:
    return (Actor.CUSTOMER, Actor.PROVIDER)


def whoever_answers(booking: Booking) -> tuple[Actor, ...]:
    proposer = booking.proposal.by if booking.proposal else None
    return tuple(actor for actor in both(booking) if actor != proposer)


def the_accused(booking: Booking) -> tuple[Actor, ...]:
    return (booking.no_show.accused,) if booking.no_show else ()


# -- who


_NO_PROPOSAL = "No other time is proposed."


def one_open_proposal(booking: Booking, actor: Actor) -> str | None:
    if booking.proposal is None:
        return None
    return "Another time is proposed already: that has to be answered or withdrawn first."


def answers_proposal(booking: Booking, actor: Actor) -> str | None:
    if booking.proposal is None:
        return _NO_PROPOSAL
    return f"The {actor} proposed that time: the other side answers." if booking.proposal.by == actor else None


def made_proposal(booking: Booking, actor: Actor) -> str | None:
    if booking.proposal is None:
        return _NO_PROPOSAL
    by = booking.proposal.by
    return f"Only the {by}, who proposed the time, can withdraw it." if by != actor else None


def reported(booking: Booking, actor: Actor) -> str | None:
    by = booking.no_show.reporter if booking.no_show else None
    return f"Only the {by}, who made the report, can retract it." if by != actor else None


def is_accused(booking: Booking, actor: Actor) -> str | None:
    by = booking.no_show.reporter if booking.no_show else None
    return f"The {by} made the report: it is for the other side to contest it." if by in (actor, None) else None


def opened_dispute(booking: Booking, actor: Actor) -> str | None:
    by = booking.dispute.opened_by if booking.dispute else None
    return f"Only the {by}, who opened the dispute, can withdraw it." if by != actor else None


def did_not_open_dispute(booking: Booking, actor: Actor) -> str | None:
    by = booking.dispute.opened_by if booking.dispute else None
    return f"The {by} opened the dispute: it is for the other side to answer." if by in (actor, None) else None


MOST_ANSWERS = 3
"""To one dispute."""
MOST_DISPUTES = 3
"""Opened by one side of one booking: each can be withdrawn, and the next opened."""


def has_an_answer_left(booking: Booking, actor: Actor) -> str | None:
    since_it_was_opened = takewhile(lambda entry: entry.from_status == Status.DISPUTED, reversed(booking.history))
    given = [entry for entry in since_it_was_opened if entry.action == "respond_to_dispute"]
    if len(given) < MOST_ANSWERS:
        return None
    return f"The dispute has been answered {MOST_ANSWERS} times: GigSta decides it, unless it is withdrawn."


def has_a_dispute_left(booking: Booking, actor: Actor) -> str | None:
    opened = [e for e in booking.history if e.actor == actor and e.to_status == Status.DISPUTED != e.from_status]
    if len(opened) < MOST_DISPUTES:
        return None
    return (
        f"The {actor} has opened {MOST_DISPUTES} disputes about this booking and withdrawn them: no other can follow."
    )


def can_be_disputed(booking: Booking, actor: Actor) -> str | None:
    """What GigSta has decided is final: that the work counts as completed no less than that it does not."""
    if any(e.actor == Actor.ADMIN and e.from_status == Status.DISPUTED != e.to_status for e in booking.history):
        return "GigSta has decided the dispute about this booking: that is final."
    return has_a_dispute_left(booking, actor)


# -- where to


def before_dispute(booking: Booking) -> Status:
    if booking.dispute is None:
        raise ValueError("a disputed booking knows where it came from")
    return booking.dispute.from_status


def verified_to(booking: Booking) -> Status:
    return Status.CONFIRMED if booking.instant_book else Status.PENDING


# -- what changes, besides the status


def cost_of_cancelling(booking: Booking, actor: Actor, now: datetime) -> Cancellation:
    """What it costs the customer if this actor cancels now: nothing, unless it is the customer."""
    percent = refund_percent(booking.policy, booking.starts_at - now) if actor == Actor.CUSTOMER else 100
    fee = booking.price.amount * (100 - percent) // 100
    return Cancellation(refund_percent=percent, fee=Money(amount=fee, currency=booking.price.currency))


def price_of_work_done(booking: Booking, actor: Actor, now: datetime) -> Cancellation:
    return Cancellation(refund_percent=0, fee=booking.price)


def price_of_work_not_done(booking: Booking, actor: Actor, now: datetime) -> Cancellation:
    return Cancellation(refund_percent=100, fee=Money(amount=0, currency=booking.price.currency))


def note_cost(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"cancellation": cost_of_cancelling(booking, actor, now)}


def ask_provider(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    guest = booking.guest.model_copy(update={"verified_at": now}) if booking.guest else None
    return {"requested_at": now, "guest": guest}


def forget_guest(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    """Whose address it is was never shown: nothing of them is kept."""
    return booking.without_customer()


def move(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    starts_at = _time(command)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=booking.duration_minutes)}


def propose(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    starts_at = _time(command)
    ends_at = starts_at + timedelta(minutes=booking.duration_minutes)
    version = booking.version + 1
    return {"proposal": Proposal(by=actor, starts_at=starts_at, ends_at=ends_at, proposed_at=now, version=version)}


def move_to_proposal(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    if booking.proposal is None:
        raise ValueError("there is no proposal to accept")
    return {"starts_at": booking.proposal.starts_at, "ends_at": booking.proposal.ends_at, "proposal": None}


def drop_proposal(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"proposal": None}


def mark_complete(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"marked_complete_at": now}


def note_no_show(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"no_show": NoShow(reporter=actor, reported_at=now)}


def forget_no_show(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"no_show": None}


def note_dispute(booking: Booking, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
    return {"dispute": Dispute(opened_by=actor, from_status=booking.status, opened_at=now)}


def _time(command: Command) -> datetime:
    if command.starts_at is None:
        raise ValueError("the action needs a time")
    return command.starts_at
