"""Who is told what about bookings: a table, and a sensible text for whatever is not in it.

Besides the words of `telling`, the texts know: {actor} (who did it), {reason} and {rate} (a sentence of its own, or
nothing) and {note} (the line of the audit log).
"""

from gigsta_common.events import BookingChanged
from gigsta_notifications.models import Notice, guests
from gigsta_notifications.models.formatting import money
from gigsta_notifications.models.telling import (
    Role,
    Text,
    Told,
    customer_name,
    notice,
    other_party,
    to_both,
    to_customer,
    to_provider,
    user_id,
)

NOBODY: Told = {}

KEEP_THIS_MAIL = (
    "Please keep this mail: its link leads back to your booking. There you can also choose a password, to keep all "
    "your bookings in one place."
)

REQUESTED = to_provider(
    "New request from {customer}",
    "{customer} would like {service} on {when}, for {price}. Please accept or decline the request.",
)
BOOKED = to_provider("New booking from {customer}", "{customer} booked {service} on {when}, for {price}.")

NOTIFICATION_MAP: dict[str, Told] = {
    "create": REQUESTED,
    "create_instant": to_customer(
        "Your booking is confirmed", "{provider} will see you for {service} on {when}, for {price}.", receipt=True
    )
    | BOOKED,
    "create_guest": NOBODY,  # but for the mail that asks them to confirm their address
    "verify_guest": to_customer(
        "Your request is with {provider}",
        "{provider} has been asked for {service} on {when}, for {price}. You will get a mail with the answer. "
        + KEEP_THIS_MAIL,
        receipt=True,
    )
    | REQUESTED,
    "link_account": NOBODY,  # the guest turns out to have an account: nothing about the booking has changed
    "accept": to_customer("Your booking is confirmed", "{provider} will see you for {service} on {when}.")
    | to_provider("A request was accepted for you", "{service} for {customer} on {when} is confirmed."),
    "decline": to_customer("Your request was declined", "{provider} cannot do {service} on {when}.{reason}")
    | to_provider("A request was declined for you", "{service} for {customer} on {when} was declined.{reason}"),
    "withdraw": to_provider("{customer} withdrew a request", "{service} on {when} is no longer wanted."),
    "change_time": to_provider(
        "{customer} changed the time of a request",
        "{customer} would now like {service} on {when}. Please accept or decline the request.",
    ),
    "cancel": to_both(
        "Your booking was cancelled",
        "{service} on {when} will not take place: {actor} cancelled it.{reason}",
        receipt=True,
    ),
    "propose_reschedule": to_both(
        "{actor} proposes a new time",
        "{service} is booked for {when}. {actor} proposes {new_when} instead. Please accept or decline the new time.",
    ),
    "accept_reschedule": to_both("The new time is agreed", "{service} with {other} is now on {when}."),
    "decline_reschedule": to_both(
        "The original time is kept", "{actor} declined the new time: {service} stays on {when}."
    ),
    "withdraw_reschedule": to_both(
        "The original time is kept", "{actor} withdrew the new time: {service} stays on {when}."
    ),
    "expire_reschedule": to_both(
        "The original time is kept", "Nobody answered the new time: {service} with {other} stays on {when}."
    ),
    "start": to_customer("{provider} has started", "{provider} has started work on {service}.", mail=False),
    "complete": to_customer(
        "{provider} has finished",
        "{provider} marked {service} as complete. Please confirm, or open a dispute if something is wrong; after three "
        "days it is confirmed automatically.",
    ),
    "unable_to_complete": to_customer(
        "{provider} could not complete the work", "{service} on {when} could not be completed.{reason}"
    ),
    "confirm_completion": to_provider("{customer} confirmed the work", "{service} on {when} is complete.{rate}"),
    "auto_confirm": to_both(
        "Your booking is complete", "{service} on {when} is complete: it was confirmed automatically.{rate}"
    ),
    "auto_complete": to_both(
        "Your booking is complete", "{service} on {when} is complete: it was closed automatically.{rate}"
    ),
    "report_no_show": to_both(
        "{actor} reported that you were absent",
        "{actor} says that you did not come for {service} on {when}. You have 48 hours to contest this.{reason}",
    ),
    "retract_no_show": to_both("The no-show report was retracted", "{actor} took the report about {service} back."),
    "contest_no_show": to_both(
        "The no-show report was contested", "{actor} contests the report about {service} on {when}.{reason}"
    ),
    "finalise_no_show": to_both(
        "The no-show is final", "Nobody contested the no-show report about {service} on {when}."
    ),
    "open_dispute": to_both("A dispute was opened", "{actor} opened a dispute about {service} on {when}.{reason}"),
    "withdraw_dispute": to_both("The dispute was withdrawn", "{actor} withdrew the dispute about {service} on {when}."),
    "resolve_completed": to_both(
        "The dispute is resolved", "GigSta has decided: {service} on {when} counts as completed.{reason}"
    ),
    "resolve_cancelled": to_both(
        "The dispute is resolved", "GigSta has decided: {service} on {when} counts as cancelled.{reason}"
    ),
    "resolve_failed": to_both(
        "The dispute is resolved", "GigSta has decided: {service} on {when} counts as not completed.{reason}"
    ),
    "expire_verification": NOBODY,  # the address may be a stranger's
    "expire_request": to_customer(
        "Your request has lapsed", "{provider} did not answer your request for {service} on {when} in time."
    )
    | to_provider("A request has lapsed", "{customer}'s request for {service} on {when} was not answered in time."),
}
"""By action: who is told, and in which words."""

VERIFIED_AND_CONFIRMED = (
    to_customer(
        "Your booking is confirmed",
        "{provider} will see you for {service} on {when}, for {price}. " + KEEP_THIS_MAIL,
        receipt=True,
    )
    | BOOKED
)
"""What `verify_guest` tells where the service is booked at once."""

DEFAULT: Told = to_both("{service}: {note}", "{note}. {service} with {other}, {when}.{reason}")
"""For actions that are newer than this table."""


def notices_of_booking(event: BookingChanged) -> list[Notice]:
    """What each party is told; who did it only where they need a receipt."""
    told = _told(event).items()
    return [_notice(event, role, text) for role, text in told if text.receipt or not _did_it(event, role)]


def _told(event: BookingChanged) -> Told:
    if event.action_name == "verify_guest" and event.to_status == "confirmed":
        return VERIFIED_AND_CONFIRMED
    return NOTIFICATION_MAP.get(event.action_name, DEFAULT)


def _did_it(event: BookingChanged, role: Role) -> bool:
    actor = "customer" if event.actor == "guest" else event.actor
    return actor == role or event.actor_id == user_id(event, role)


def _notice(event: BookingChanged, role: Role, text: Text) -> Notice:
    details = [("Reason", event.reason)] if event.reason else []
    fee = event.cancellation_fee
    if fee is not None:
        details.append(("Cancellation fee", money(fee.amount, fee.currency)))
        details.append(("Refund to the customer", money(event.price.amount - fee.amount, fee.currency)))
    return notice(event, role, text, event.to_status, _words(event, role), details)


def _words(event: BookingChanged, role: Role) -> dict[str, str]:
    customer = customer_name(event)
    actors = {"customer": customer, "guest": customer, "provider": event.provider_name}
    can_rate = not guests.is_guest(user_id(event, role))
    return {
        "actor": actors.get(event.actor, "GigSta"),
        "reason": f" Reason given: {event.reason}" if event.reason else "",
        "rate": f" You can now rate {other_party(event, role)}." if can_rate else "",
        "note": event.note,
    }
