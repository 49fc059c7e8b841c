"""What people are reminded of before a deadline passes: one table, like the lifecycle's.

Adding a reminder is one row here and, if the general words will not do, one in notifications.
"""

from datetime import datetime

from gigsta_bookings import rules
from gigsta_bookings.lifecycle import next_automatic
from gigsta_bookings.models import Booking, Status
from gigsta_bookings.rows import Reminder

S = Status

REMINDERS: tuple[Reminder, ...] = (
    Reminder(
        name="answer_request",
        sources=(S.PENDING,),
        to=rules.the_provider,
        at=rules.halfway_to_response,
        deadline=rules.respond_by,
        once=True,
    ),
    Reminder(
        name="answer_proposal",
        sources=(S.CONFIRMED,),
        to=rules.whoever_answers,
        at=rules.halfway_to_lapse,
        deadline=rules.proposal_lapses,
    ),
    Reminder(name="day_before", sources=(S.CONFIRMED,), to=rules.both, at=rules.day_before, deadline=rules.starts),
    Reminder(
        name="two_hours_before",
        sources=(S.CONFIRMED,),
        to=rules.both,
        at=rules.two_hours_before,
        deadline=rules.starts,
    ),
    Reminder(
        name="confirm_completion",
        sources=(S.AWAITING_CONFIRMATION,),
        to=rules.the_customer,
        at=rules.halfway_to_auto_confirm,
        deadline=rules.auto_confirm_at,
    ),
    Reminder(
        name="contest_no_show",
        sources=(S.NO_SHOW_REPORTED,),
        to=rules.the_accused,
        at=rules.halfway_to_final_no_show,
        deadline=rules.contest_closes,
    ),
)


def reminders_left(booking: Booking) -> list[tuple[datetime, Reminder]]:
    """The reminders of the booking's present state that have not gone out, each with when it is due."""
    return [
        (at, row)
        for row in REMINDERS
        if booking.status in row.sources
        and (at := row.at(booking)) is not None
        and (booking.reminded.get(row.name) != at if not row.once else row.name not in booking.reminded)
    ]


def wakes_at(booking: Booking) -> datetime | None:
    """When the clock has to look at the booking next."""
    upcoming = next_automatic(booking)
    moments = [at for at, _ in reminders_left(booking)] + ([upcoming[1]] if upcoming else [])
    return min(moments, default=None)
