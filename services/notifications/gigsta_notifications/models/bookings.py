"""Who is told what about bookings: a table, and a sensible text for whatever is not in it.

The texts know: {service}, {when}, {new_when}, {price}, {customer}, {provider}, {other} (the other party, as the reader
sees it), {actor} (who did it), {reason} (a sentence of its own, or nothing) and {note} (the line of the audit log).
"""

from dataclasses import dataclass
from typing import Literal

from gigsta_common.events import BookingChanged
from gigsta_notifications.models import MailPlan, Notice
from gigsta_notifications.models.formatting import money, one_line, when

Role = Literal["customer", "provider"]


@dataclass(frozen=True)
class Text:
    title: str
    body: str
    mail: bool = True
    """Whether it is worth a mail, or the inbox will do."""


Told = dict[Role, Text]


def _customer(title: str, body: str, *, mail: bool = True) -> Told:
    return {"customer": Text(title, body, mail)}


def _provider(title: str, body: str, *, mail: bool = True) -> Told:
    return {"provider": Text(title, body, mail)}


def _both(title: str, body: str, *, mail: bool = True) -> Told:
    return {"customer": Text(title, body, mail), "provider": Text(title, body, mail)}


NOBODY: Told = {}

NOTIFICATION_MAP: dict[str, Told] = {
    "create": _provider(
        "New request from {customer}",
        "{customer} would like {service} on {when}, for {price}. Please accept or decline the request.",
    ),
    "create_instant": _provider("New booking from {customer}", "{customer} booked {service} on {when}, for {price}."),
    "create_guest": NOBODY,
    "verify_guest": _provider("New booking from {customer}", "{customer} would like {service} on {when}, for {price}."),
    "accept": _customer("Your booking is confirmed", "{provider} will see you for {service} on {when}.")
    | _provider("A request was accepted for you", "{service} for {customer} on {when} is confirmed."),
    "decline": _customer("Your request was declined", "{provider} cannot do {service} on {when}.{reason}")
    | _provider("A request was declined for you", "{service} for {customer} on {when} was declined.{reason}"),
    "withdraw": _provider("{customer} withdrew a request", "{service} on {when} is no longer wanted."),
    "change_time": _provider(
        "{customer} changed the time of a request",
        "{customer} would now like {service} on {when}. Please accept or decline the request.",
    ),
    "cancel": _both("Your booking was cancelled", "{actor} cancelled {service} on {when}.{reason}"),
    "propose_reschedule": _both(
        "{actor} proposes a new time",
        "{service} is booked for {when}. {actor} proposes {new_when} instead. Please accept or decline the new time.",
    ),
    "accept_reschedule": _both("The new time is agreed", "{service} with {other} is now on {when}."),
    "decline_reschedule": _both("The original time is kept", "{actor} declined the new time: {service} stays {when}."),
    "withdraw_reschedule": _both("The original time is kept", "{actor} withdrew the new time: {service} stays {when}."),
    "expire_reschedule": _both(
        "The original time is kept", "Nobody answered the new time: {service} with {other} stays {when}."
    ),
    "start": _customer("{provider} has started", "{provider} has started work on {service}.", mail=False),
    "complete": _customer(
        "{provider} has finished",
        "{provider} marked {service} as complete. Please confirm; after three days it is confirmed automatically.",
    ),
    "unable_to_complete": _customer(
        "{provider} could not complete the work", "{service} on {when} could not be completed.{reason}"
    ),
    "confirm_completion": _provider(
        "{customer} confirmed the work", "{service} on {when} is complete. You can now rate {customer}."
    ),
    "auto_confirm": _both(
        "Your booking is complete", "{service} on {when} was confirmed automatically. You can now rate {other}."
    ),
    "auto_complete": _both(
        "Your booking is complete", "{service} on {when} was completed automatically. You can now rate {other}."
    ),
    "report_no_show": _both(
        "{actor} reported that you were absent",
        "{actor} says that you did not come for {service} on {when}. You have 48 hours to contest this.{reason}",
    ),
    "retract_no_show": _both("The no-show report was retracted", "{actor} took the report about {service} back."),
    "contest_no_show": _both(
        "The no-show report was contested", "{actor} contests the report about {service} on {when}.{reason}"
    ),
    "finalise_no_show": _both("The no-show is final", "Nobody contested the no-show report about {service} on {when}."),
    "open_dispute": _both("A dispute was opened", "{actor} opened a dispute about {service} on {when}.{reason}"),
    "withdraw_dispute": _both("The dispute was withdrawn", "{actor} withdrew the dispute about {service} on {when}."),
    "resolve_completed": _both("The dispute is resolved", "GigSta resolved {service} on {when} as completed.{reason}"),
    "resolve_cancelled": _both("The dispute is resolved", "GigSta resolved {service} on {when} as cancelled.{reason}"),
    "resolve_failed": _both("The dispute is resolved", "GigSta resolved {service} on {when} as failed.{reason}"),
    "expire_verification": _customer(
        "Your request has lapsed",
        "Your email address was not verified in time for {service} on {when}.",
    ),
    "expire_request": _customer("Your request has lapsed", "{provider} did not answer in time: {service} on {when}.")
    | _provider("A request has lapsed", "{customer}'s request for {service} on {when} was not answered in time."),
}
"""By action: who is told, and in which words."""

DEFAULT: Told = _both("{service}: {note}", "{note}. {service} with {other}, {when}.{reason}")
"""For actions that are newer than this table."""


def notices_of_booking(event: BookingChanged) -> list[Notice]:
    """What each party is told, but for the one who did it."""
    told = NOTIFICATION_MAP.get(event.action_name, DEFAULT)
    return [_notice(event, role, text) for role, text in told.items() if not _did_it(event, role)]


def _did_it(event: BookingChanged, role: Role) -> bool:
    actor = "customer" if event.actor == "guest" else event.actor
    return actor == role or event.actor_id == _user_id(event, role)


def _user_id(event: BookingChanged, role: Role) -> str:
    return event.customer_id if role == "customer" else event.provider_id


def _notice(event: BookingChanged, role: Role, text: Text) -> Notice:
    words = _words(event, role)
    data = {"booking_id": event.booking_id, "service_id": event.service_id, "status": event.to_status}
    mail = MailPlan("booking", _details(event, role, words), "See the booking") if text.mail else None
    return Notice(
        user_id=_user_id(event, role),
        title=one_line(text.title.format_map(words)),
        body=text.body.format_map(words),
        link=f"/bookings/{event.booking_id}",
        data=data,
        mail=mail,
    )


def _words(event: BookingChanged, role: Role) -> dict[str, str]:
    customer, provider = event.customer_name or "The customer", event.provider_name
    actors = {"customer": customer, "guest": customer, "provider": provider}
    return {
        "service": event.service_title,
        "when": when(event.starts_at, event.timezone),
        "new_when": when(event.proposed_starts_at, event.timezone) if event.proposed_starts_at else "another time",
        "price": money(event.price.amount, event.price.currency),
        "customer": customer,
        "provider": provider,
        "other": provider if role == "customer" else customer,
        "actor": actors.get(event.actor, "GigSta"),
        "reason": f" Reason given: {event.reason}" if event.reason else "",
        "note": event.note,
    }


def _details(event: BookingChanged, role: Role, words: dict[str, str]) -> list[tuple[str, str]]:
    details = [
        ("Service", words["service"]),
        ("Provider" if role == "customer" else "Customer", words["other"]),
        ("When", words["when"]),
    ]
    if event.proposed_starts_at:
        details.append(("Proposed time", words["new_when"]))
    details.append(("Price", words["price"]))
    if event.reason:
        details.append(("Reason", event.reason))
    return details
