"""Who is reminded in which words: a table, and general words for whatever is not in it.

Besides the words of `telling`, the texts know {by}: `by Tuesday 3 March 2026, 9:00 am NZDT`, or `soon` where nothing
ends. As in `booking_texts`, a row says what is the matter and what happens next. A reminder may be read long after it
was sent, so none says "tomorrow".
"""

from collections.abc import Mapping

from gigsta_common.events import BookingReminder
from gigsta_notifications.models import Notice
from gigsta_notifications.models.telling import ROLES, Reader, Text, Told, notice, to_both, to_customer, to_provider

REMINDERS: dict[str, Told] = {
    "answer_request": to_provider(
        "{customer} is waiting for your answer",
        "{customer} would like {service} on {when}, for {price}.",
        "Please accept or decline {by}; after that the request lapses.",
    ),
    "answer_proposal": to_both(
        "{other} is waiting for your answer",
        "{service} is booked for {when}. {other} proposes {new_when} instead.",
        "Please accept or decline {by}; after that the original time is kept.",
    ),
    "day_before": to_customer(
        "Coming up: {service} on {when}",
        "{provider} will see you for {service} on {when}.",
        "If you cannot make it, please propose another time or cancel now.",
    )
    | to_provider(
        "Coming up: {service} on {when}",
        "You will see {customer} for {service} on {when}.",
        "If you cannot make it, please propose another time or cancel now.",
    ),
    "two_hours_before": to_customer(
        "Starting soon: {service} on {when}", "{provider} will see you for {service} on {when}."
    )
    | to_provider("Starting soon: {service} on {when}", "You will see {customer} for {service} on {when}."),
    "confirm_completion": to_customer(
        "Is {service} done?",
        "{provider} marked {service} as complete.",
        "Please confirm {by}, or open a dispute if something is wrong; after that it is confirmed automatically.",
    ),
    "contest_no_show": to_both(
        "{other} reported that you were absent",
        "{other} says that you did not come for {service} on {when}.",
        "If that is wrong, please contest the report {by}; after that it is final.",
    ),
}
"""By reminder: which party can be reminded, and in which words."""

DEFAULT: Told = to_both(
    "A reminder about {service}", "{service} with {other}, {when}.", "Please look at the booking {by}."
)
"""For reminders, and readers of them, that are newer than this table."""


def notices_of_reminder(event: BookingReminder, zones: Mapping[str, str] | None = None) -> list[Notice]:
    told = DEFAULT | REMINDERS.get(event.reminder, {})
    return [_notice(event, Reader.of(event, role, zones or {}), told[role]) for role in ROLES if role in event.to]


def _notice(event: BookingReminder, reader: Reader, text: Text) -> Notice:
    by = reader.by(event.deadline)
    return notice(event, reader, text, event.status, {"by": by}, not_after=event.deadline)
