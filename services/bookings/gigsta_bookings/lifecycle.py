"""The booking lifecycle: one table, from which everything else about it is derived.

`get_available_booking_actions()`, the transition endpoint, the enums in OpenAPI, the diagram, the names of the events
and the exhaustive tests all read `TRANSITIONS`. Adding an action is one row here.
"""

from datetime import datetime

from gigsta_bookings import rules
from gigsta_bookings.models import Actor, Booking, Status
from gigsta_bookings.rows import Creation, Transition

S = Status
A = Actor

PARTIES = (A.CUSTOMER, A.PROVIDER)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        action_name="verify_guest",
        sources=(S.AWAITING_VERIFICATION,),
        target=rules.verified_to,
        actors=(A.GUEST,),
        button_label="Confirm my email",
        note="Email verified",
        event="verified",
        effect=rules.ask_provider,
        closes=rules.verify_by,
    ),
    Transition(
        action_name="accept",
        sources=(S.PENDING,),
        target=S.CONFIRMED,
        actors=(A.PROVIDER, A.ADMIN),
        button_label="Accept",
        note="Accepted by {actor}",
        event="confirmed",
        closes=rules.respond_by,
        by_mail=True,
    ),
    Transition(
        action_name="decline",
        sources=(S.PENDING,),
        target=S.DECLINED,
        actors=(A.PROVIDER, A.ADMIN),
        button_label="Decline",
        note="Declined by {actor}",
        event="declined",
        is_critical=True,
        reason_from=(A.PROVIDER, A.ADMIN),
        by_mail=True,
    ),
    Transition(
        action_name="withdraw",
        sources=(S.PENDING,),
        target=S.CANCELLED,
        actors=(A.CUSTOMER,),
        button_label="Withdraw request",
        note="Withdrawn by customer",
        event="withdrawn",
        is_critical=True,
    ),
    Transition(
        action_name="change_time",
        sources=(S.PENDING,),
        target=S.PENDING,
        actors=(A.CUSTOMER,),
        button_label="Change time",
        note="Requested time changed from {old} to {new}",
        event="time_changed",
        effect=rules.move,
        needs_time=True,
        leads_back=True,
    ),
    Transition(
        action_name="cancel",
        sources=(S.CONFIRMED,),
        target=S.CANCELLED,
        actors=(A.CUSTOMER, A.PROVIDER, A.ADMIN),
        button_label="Cancel booking",
        note="Cancelled by {actor}",
        event="cancelled",
        is_critical=True,
        reason_from=(A.PROVIDER, A.ADMIN),
        closes=rules.starts,
        effect=rules.note_cost,
        cost=rules.cost_of_cancelling,
    ),
    Transition(
        action_name="propose_reschedule",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=PARTIES,
        button_label="Propose a new time",
        note="New time proposed by {actor}: {new}",
        event="reschedule_proposed",
        effect=rules.propose,
        guard=rules.one_open_proposal,
        closes=rules.proposing_closes,
        needs_time=True,
        leads_back=True,
    ),
    Transition(
        action_name="accept_reschedule",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=PARTIES,
        button_label="Accept the new time",
        note="Rescheduled from {old} to {new}",
        event="rescheduled",
        effect=rules.move_to_proposal,
        who=rules.answers_proposal,
        closes=rules.proposal_lapses,
        about_proposal=True,
        needs_proposal=True,
        by_mail=True,
    ),
    Transition(
        action_name="decline_reschedule",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=PARTIES,
        button_label="Keep the original time",
        note="Original time kept: proposal declined by {actor}",
        event="reschedule_declined",
        effect=rules.drop_proposal,
        who=rules.answers_proposal,
        about_proposal=True,
        by_mail=True,
    ),
    Transition(
        action_name="withdraw_reschedule",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=PARTIES,
        button_label="Withdraw the proposal",
        note="Original time kept: proposal withdrawn by {actor}",
        event="reschedule_withdrawn",
        effect=rules.drop_proposal,
        who=rules.made_proposal,
        about_proposal=True,
    ),
    Transition(
        action_name="start",
        sources=(S.CONFIRMED,),
        target=S.IN_PROGRESS,
        actors=(A.PROVIDER,),
        button_label="Start work",
        note="Work started",
        event="started",
        opens=rules.start_opens,
        closes=rules.ends,
    ),
    Transition(
        action_name="complete",
        sources=(S.IN_PROGRESS,),
        target=S.AWAITING_CONFIRMATION,
        actors=(A.PROVIDER,),
        button_label="Mark complete",
        note="Marked complete by provider",
        event="marked_complete",
        effect=rules.mark_complete,
    ),
    Transition(
        action_name="unable_to_complete",
        sources=(S.IN_PROGRESS,),
        target=S.FAILED,
        actors=(A.PROVIDER,),
        button_label="Unable to complete",
        note="Could not be completed",
        event="failed",
        is_critical=True,
        reason_from=(A.PROVIDER,),
    ),
    Transition(
        action_name="confirm_completion",
        sources=(S.AWAITING_CONFIRMATION,),
        target=S.COMPLETED,
        actors=(A.CUSTOMER,),
        button_label="Confirm completion",
        note="Confirmed by customer",
        event="completed",
        by_mail=True,
    ),
    Transition(
        action_name="report_no_show",
        sources=(S.CONFIRMED,),
        target=S.NO_SHOW_REPORTED,
        actors=PARTIES,
        button_label="Report no-show",
        note="{accused} reported absent",
        event="no_show_reported",
        effect=rules.note_no_show,
        is_critical=True,
        opens=rules.no_show_opens,
        closes=rules.no_show_closes,
    ),
    Transition(
        action_name="retract_no_show",
        sources=(S.NO_SHOW_REPORTED,),
        target=S.CONFIRMED,
        actors=PARTIES,
        button_label="Retract the report",
        note="Report retracted",
        event="no_show_retracted",
        effect=rules.forget_no_show,
        who=rules.reported,
        leads_back=True,
    ),
    Transition(
        action_name="contest_no_show",
        sources=(S.NO_SHOW_REPORTED,),
        target=S.DISPUTED,
        actors=PARTIES,
        button_label="Contest the report",
        note="No-show contested",
        event="no_show_contested",
        effect=rules.note_dispute,
        who=rules.is_accused,
        closes=rules.contest_closes,
        by_mail=True,
    ),
    Transition(
        action_name="open_dispute",
        sources=(S.IN_PROGRESS, S.AWAITING_CONFIRMATION, S.COMPLETED),
        target=S.DISPUTED,
        actors=PARTIES,
        button_label="Open a dispute",
        note="Dispute opened by {actor}",
        event="disputed",
        effect=rules.note_dispute,
        is_critical=True,
        reason_from=PARTIES,
        closes=rules.dispute_closes,
    ),
    Transition(
        action_name="withdraw_dispute",
        sources=(S.DISPUTED,),
        target=rules.before_dispute,
        actors=PARTIES,
        button_label="Withdraw the dispute",
        note="Dispute withdrawn",
        event="dispute_withdrawn",
        who=rules.opened_dispute,
        leads_back=True,
    ),
    Transition(
        action_name="resolve_completed",
        sources=(S.DISPUTED,),
        target=S.COMPLETED,
        actors=(A.ADMIN,),
        button_label="Resolve as completed",
        note="Resolved by admin as completed",
        event="completed",
        is_critical=True,
        reason_from=(A.ADMIN,),
    ),
    Transition(
        action_name="resolve_cancelled",
        sources=(S.DISPUTED,),
        target=S.CANCELLED,
        actors=(A.ADMIN,),
        button_label="Resolve as cancelled",
        note="Resolved by admin as cancelled",
        event="cancelled",
        is_critical=True,
        reason_from=(A.ADMIN,),
    ),
    Transition(
        action_name="resolve_failed",
        sources=(S.DISPUTED,),
        target=S.FAILED,
        actors=(A.ADMIN,),
        button_label="Resolve as failed",
        note="Resolved by admin as failed",
        event="failed",
        is_critical=True,
        reason_from=(A.ADMIN,),
    ),
    # The clock's own
    Transition(
        action_name="expire_verification",
        sources=(S.AWAITING_VERIFICATION,),
        target=S.EXPIRED,
        actors=(A.SYSTEM,),
        button_label="Expire verification",
        note="Verification lapsed",
        event="expired",
        due=rules.verify_by,
        effect=rules.forget_guest,
    ),
    Transition(
        action_name="expire_request",
        sources=(S.PENDING,),
        target=S.EXPIRED,
        actors=(A.SYSTEM,),
        button_label="Expire request",
        note="No answer from provider",
        event="expired",
        due=rules.respond_by,
    ),
    Transition(
        action_name="expire_reschedule",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=(A.SYSTEM,),
        button_label="Expire proposal",
        note="Proposal lapsed",
        event="reschedule_expired",
        effect=rules.drop_proposal,
        due=rules.proposal_lapses,
    ),
    Transition(
        action_name="auto_confirm",
        sources=(S.AWAITING_CONFIRMATION,),
        target=S.COMPLETED,
        actors=(A.SYSTEM,),
        button_label="Confirm automatically",
        note="Confirmed automatically",
        event="completed",
        due=rules.auto_confirm_at,
    ),
    Transition(
        action_name="auto_complete",
        sources=(S.CONFIRMED, S.IN_PROGRESS),
        target=S.COMPLETED,
        actors=(A.SYSTEM,),
        button_label="Complete automatically",
        note="Completed automatically",
        event="completed",
        due=rules.auto_complete_at,
    ),
    Transition(
        action_name="finalise_no_show",
        sources=(S.NO_SHOW_REPORTED,),
        target=S.NO_SHOW,
        actors=(A.SYSTEM,),
        button_label="Finalise no-show",
        note="No-show final",
        event="no_show",
        due=rules.contest_closes,
    ),
)

BY_NAME: dict[str, Transition] = {row.action_name: row for row in TRANSITIONS}


CREATIONS: dict[str, Creation] = {
    row.action_name: row
    for row in (
        Creation("create", S.PENDING, A.CUSTOMER, "Booking requested", "requested"),
        Creation("create_instant", S.CONFIRMED, A.CUSTOMER, "Booked instantly", "confirmed"),
        Creation(
            "create_guest", S.AWAITING_VERIFICATION, A.GUEST, "Guest request, awaiting email verification", "held"
        ),
    )
}

TERMINAL: frozenset[Status] = frozenset(Status) - {source for row in TRANSITIONS for source in row.sources}
"""No row leads out of these."""


def next_automatic(booking: Booking) -> tuple[str, datetime] | None:
    """What the clock will do to the booking if nobody does anything, and when."""
    due = [
        (at, row.action_name)
        for row in TRANSITIONS
        if row.due is not None and booking.status in row.sources and (at := row.due(booking)) is not None
    ]
    if not due:
        return None
    at, action_name = min(due)
    return action_name, at
