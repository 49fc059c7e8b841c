"""What is told about bookings: a table, a row for each transition and side, and general words for what is not in it.

Of each row the mail shows the title, what has happened, and what happens next; the inbox shows all in a line. Besides
the words of `telling`, the texts know {actor} (who did it), {reason} and {rate} (a sentence of its own, or nothing),
{note} (the line of the audit log) and {by}: `by Tuesday 3 March 2026, 9:00 am NZDT`, when the clock acts unless
somebody does.
"""

from gigsta_notifications.models.telling import Told, to_both, to_customer, to_provider

NOBODY: Told = {}

KEEP_THIS_MAIL = (
    "Please keep this mail: its link leads back to your booking. There you can also choose a password, to keep all "
    "your bookings in one place."
)
COMING = "If you cannot make it, please propose another time or cancel before then."
ANSWER = "Please accept or decline the request {by}; after that it lapses."
FREE_AGAIN = "The time is free again."
BOOK_AGAIN = "You can book another time, or somebody else, on GigSta."
CLOSED = "The booking is closed."
UNDECIDED = "GigSta looks at what both sides say, and decides. Nothing is final until then."
AS_BEFORE = "The booking goes on as before."

REQUESTED = to_provider(
    "New request from {customer}", "{customer} would like {service} on {when}, for {price}.", ANSWER
)
BOOKED = to_provider(
    "New booking from {customer}", "{customer} booked {service} on {when}, for {price}.", COMING, calendar="add"
)

NOTIFICATION_MAP: dict[str, Told] = {
    "create": REQUESTED,
    "create_instant": to_customer(
        "Your booking is confirmed",
        "{provider} will see you for {service} on {when}, for {price}.",
        COMING,
        receipt=True,
        calendar="add",
    )
    | BOOKED,
    "create_guest": NOBODY,  # but for the mail that asks them to confirm their address
    "verify_guest": to_customer(
        "Your request is with {provider}",
        "{provider} has been asked for {service} on {when}, for {price}.",
        "You will get a mail with the answer, which is due {by}. " + KEEP_THIS_MAIL,
        receipt=True,
    )
    | REQUESTED,
    "link_account": NOBODY,  # the guest turns out to have an account: nothing about the booking has changed
    "accept": to_customer(
        "Your booking is confirmed", "{provider} will see you for {service} on {when}.", COMING, calendar="add"
    )
    | to_provider(
        "Booked: {service} for {customer}",
        "The request was accepted: you will see {customer} for {service} on {when}.",
        COMING,
        receipt=True,
        calendar="add",
    ),
    "decline": to_customer("Your request was declined", "{provider} cannot do {service} on {when}.{reason}", BOOK_AGAIN)
    | to_provider("A request was declined for you", "{service} for {customer} on {when} was declined.{reason}"),
    "withdraw": to_provider(
        "{customer} withdrew a request", "{service} on {when} is no longer wanted.{reason}", FREE_AGAIN
    ),
    "change_time": to_provider(
        "{customer} changed the time of a request", "{customer} would now like {service} on {when}.", ANSWER
    ),
    "cancel": to_customer(
        "Your booking was cancelled",
        "{service} on {when} will not take place: {actor} cancelled it.{reason}",
        BOOK_AGAIN,
        receipt=True,
        calendar="remove",
    )
    | to_provider(
        "Your booking was cancelled",
        "{service} on {when} will not take place: {actor} cancelled it.{reason}",
        FREE_AGAIN,
        receipt=True,
        calendar="remove",
    ),
    "propose_reschedule": to_both(
        "{actor} proposes a new time",
        "{service} is booked for {when}. {actor} proposes {new_when} instead.",
        "Please accept or decline the new time {by}; after that the original time is kept.",
    ),
    "accept_reschedule": to_both(
        "The new time is agreed", "{service} with {other} is now on {when}.", COMING, receipt=True, calendar="add"
    ),
    "decline_reschedule": to_both(
        "The original time is kept", "{actor} declined the new time: {service} stays on {when}.", COMING
    ),
    "withdraw_reschedule": to_both(
        "The original time is kept", "{actor} withdrew the new time: {service} stays on {when}.", COMING
    ),
    "expire_reschedule": to_both(
        "The original time is kept", "Nobody answered the new time: {service} with {other} stays on {when}.", COMING
    ),
    "start": to_customer("{provider} has started", "{provider} has started work on {service}.", mail=False),
    "complete": to_customer(
        "{provider} has finished",
        "{provider} marked {service} as complete.",
        "Please confirm {by}, or open a dispute if something is wrong; after that it is confirmed automatically.",
    ),
    "unable_to_complete": to_customer(
        "{provider} could not complete the work", "{service} on {when} could not be completed.{reason}", BOOK_AGAIN
    ),
    "confirm_completion": to_provider(
        "{customer} confirmed the work", "{service} on {when} is complete.", "{rate}", rates=True
    ),
    "auto_confirm": to_both(
        "Your booking is complete",
        "{service} on {when} is complete: it was confirmed automatically.",
        "{rate}",
        rates=True,
    ),
    "auto_complete": to_both(
        "Your booking is complete",
        "{service} on {when} is complete: it was closed automatically.",
        "{rate}",
        rates=True,
    ),
    "report_no_show": to_both(
        "{actor} reported that you were absent",
        "{actor} says that you did not come for {service} on {when}.{reason}",
        "If that is wrong, please contest the report {by}; after that it is final.",
    ),
    "retract_no_show": to_both(
        "The no-show report was retracted", "{actor} took the report about {service} back.", AS_BEFORE
    ),
    "contest_no_show": to_both(
        "The no-show report was contested", "{actor} contests the report about {service} on {when}.{reason}", UNDECIDED
    ),
    "finalise_no_show": to_both(
        "The no-show is final", "Nobody contested the no-show report about {service} on {when}.", CLOSED
    ),
    "open_dispute": to_both(
        "A dispute was opened", "{actor} opened a dispute about {service} on {when}.{reason}", UNDECIDED
    ),
    "respond_to_dispute": to_both(
        "{actor} answered the dispute", "{actor} answered the dispute about {service} on {when}.{reason}", UNDECIDED
    ),
    "withdraw_dispute": to_both(
        "The dispute was withdrawn", "{actor} withdrew the dispute about {service} on {when}.", AS_BEFORE
    ),
    "resolve_completed": to_both(
        "The dispute is resolved",
        "GigSta has decided: {service} on {when} counts as completed.{reason}",
        "{rate}",
        rates=True,
    ),
    "resolve_cancelled": to_both(
        "The dispute is resolved",
        "GigSta has decided: {service} on {when} counts as cancelled.{reason}",
        CLOSED,
        calendar="remove",
    ),
    "resolve_failed": to_both(
        "The dispute is resolved", "GigSta has decided: {service} on {when} counts as not completed.{reason}", CLOSED
    ),
    "expire_verification": NOBODY,  # the address may be a stranger's
    "expire_request": to_customer(
        "Your request has lapsed", "{provider} did not answer your request for {service} on {when} in time.", BOOK_AGAIN
    )
    | to_provider(
        "A request has lapsed", "{customer}'s request for {service} on {when} was not answered in time.", FREE_AGAIN
    ),
}
"""By action: who is told, and in which words."""

VERIFIED_AND_CONFIRMED = (
    to_customer(
        "Your booking is confirmed",
        "{provider} will see you for {service} on {when}, for {price}.",
        f"{COMING} {KEEP_THIS_MAIL}",
        receipt=True,
        calendar="add",
    )
    | BOOKED
)
"""What `verify_guest` tells where the service is booked at once."""

DEFAULT: Told = to_both("{service}: {note}", "{note}. {service} with {other}, {when}.{reason}")
"""For actions that are newer than this table."""
