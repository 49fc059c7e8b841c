"""The booking lifecycle written a second time: from the design document, without I/O, plain before fast.

Nothing here is imported from the service. Where the document leaves something open, or a decision record departs from
its letter, a comment says so with "Here:".
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .lifecycle_facts import DAY, HOUR, MINUTE, Entry, Kept, Proposal


@dataclass(frozen=True)
class Row:
    """A line of the document's table. Actors are its letters; `reason` is who must give one."""

    sources: tuple[str, ...]
    target: str
    actors: str
    note: str
    event: str
    reason: str = ""


WHERE_IT_WAS = "where it was"
TABLE = {
    "verify_guest": Row(("awaiting_verification",), "pending or confirmed", "G", "Email verified", "verified"),
    "accept": Row(("pending",), "confirmed", "PA", "Accepted by {actor}", "confirmed"),
    "decline": Row(("pending",), "declined", "PA", "Declined by {actor}", "declined", "PA"),
    "withdraw": Row(("pending",), "cancelled", "C", "Withdrawn by customer", "withdrawn"),
    "change_time": Row(("pending",), "pending", "C", "Requested time changed", "time_changed"),
    "cancel": Row(("confirmed",), "cancelled", "CPA", "Cancelled by {actor}", "cancelled", "PA"),
    "propose_reschedule": Row(("confirmed",), "confirmed", "CP", "New time proposed", "reschedule_proposed"),
    "accept_reschedule": Row(("confirmed",), "confirmed", "CP", "Rescheduled", "rescheduled"),
    "decline_reschedule": Row(("confirmed",), "confirmed", "CP", "Original time kept", "reschedule_declined"),
    "withdraw_reschedule": Row(("confirmed",), "confirmed", "CP", "Original time kept", "reschedule_withdrawn"),
    "start": Row(("confirmed",), "in_progress", "P", "Work started", "started"),
    "complete": Row(("in_progress",), "awaiting_confirmation", "P", "Marked complete by provider", "marked_complete"),
    "unable_to_complete": Row(("in_progress",), "failed", "P", "Could not be completed", "failed", "P"),
    "confirm_completion": Row(("awaiting_confirmation",), "completed", "C", "Confirmed by customer", "completed"),
    "report_no_show": Row(("confirmed",), "no_show_reported", "CP", "{accused} reported absent", "no_show_reported"),
    "retract_no_show": Row(("no_show_reported",), "confirmed", "CP", "Report retracted", "no_show_retracted"),
    "contest_no_show": Row(("no_show_reported",), "disputed", "CP", "No-show contested", "no_show_contested"),
    "open_dispute": Row(
        ("in_progress", "awaiting_confirmation", "completed"), "disputed", "CP", "Dispute opened", "disputed", "CP"
    ),
    # Here: a row that the document does not have: the side that did not open the dispute has its say.
    "respond_to_dispute": Row(("disputed",), "disputed", "CP", "Dispute answered by {actor}", "dispute_answered", "CP"),
    "withdraw_dispute": Row(("disputed",), WHERE_IT_WAS, "CP", "Dispute withdrawn", "dispute_withdrawn"),
    "resolve_completed": Row(("disputed",), "completed", "A", "Resolved by admin", "completed", "A"),
    "resolve_cancelled": Row(("disputed",), "cancelled", "A", "Resolved by admin", "cancelled", "A"),
    "resolve_failed": Row(("disputed",), "failed", "A", "Resolved by admin", "failed", "A"),
    "expire_verification": Row(("awaiting_verification",), "expired", "S", "Verification lapsed", "expired"),
    "expire_request": Row(("pending",), "expired", "S", "No answer from provider", "expired"),
    "expire_reschedule": Row(("confirmed",), "confirmed", "S", "Proposal lapsed", "reschedule_expired"),
    "auto_confirm": Row(("awaiting_confirmation",), "completed", "S", "Confirmed automatically", "completed"),
    "auto_complete": Row(("confirmed", "in_progress"), "completed", "S", "Completed automatically", "completed"),
    "finalise_no_show": Row(("no_show_reported",), "no_show", "S", "No-show final", "no_show"),
}
CREATED = {
    "create": ("pending", "customer", "Booking requested", "requested"),
    "create_instant": ("confirmed", "customer", "Booked instantly", "confirmed"),
    "create_guest": ("awaiting_verification", "guest", "Guest request, awaiting email verification", "held"),
}
NAMES = {"C": "customer", "P": "provider", "A": "admin", "S": "system", "G": "guest"}
FINAL = {"declined", "cancelled", "expired", "failed", "no_show"}
TIMED = ("change_time", "propose_reschedule")
ABOUT_PROPOSAL = ("accept_reschedule", "decline_reschedule", "withdraw_reschedule")
LEADS_BACK = ("change_time", "propose_reschedule", "retract_no_show")
MOST_CHANGES = 40
"""Here: nothing that can be done over and over is done for ever."""
MOST_OF_DISPUTES = 3
"""Here: each side opens so many about a booking, and each is answered so often; ending one is always possible."""

HERE = {
    status: [name for name, row in TABLE.items() if status in row.sources]
    for row in TABLE.values()
    for status in row.sources
}
"""The actions of each state."""

# -- the guards of the table

Moment = Callable[[Kept], datetime | None]


def respond_by(kept: Kept) -> datetime:
    # Here (decision record 7): where an hour before the start leaves less than ten minutes, until the start.
    # Here: the policy's response hours instead of 24, counted from when a guest's address is verified.
    if kept.starts - HOUR < kept.asked + 10 * MINUTE:
        return kept.starts
    return min(kept.requested + kept.terms.response_hours * HOUR, kept.starts - HOUR)


def verify_by(kept: Kept) -> datetime:
    # Here: nobody confirms a time that has begun.
    return min(kept.created + 30 * MINUTE, kept.starts)


def lapses(kept: Kept) -> datetime | None:
    # Here: nor one that was proposed and has begun.
    proposal = kept.proposal
    return min(proposal.at + DAY, kept.starts - 2 * HOUR, proposal.starts) if proposal else None


def final_at(kept: Kept) -> datetime | None:
    return kept.no_show[1] + 48 * HOUR if kept.no_show else None


OPENS: dict[str, Moment] = {
    "start": lambda kept: kept.starts - 30 * MINUTE,
    "report_no_show": lambda kept: kept.starts + 15 * MINUTE,
}
CLOSES: dict[str, Moment] = {
    "verify_guest": verify_by,
    "accept": respond_by,
    "cancel": lambda kept: kept.starts,
    "propose_reschedule": lambda kept: kept.starts - 2 * HOUR,  # Here: or it would have lapsed when it is made
    "accept_reschedule": lapses,
    "start": lambda kept: kept.ends,
    "report_no_show": lambda kept: kept.ends + 48 * HOUR,
    "contest_no_show": final_at,
    "open_dispute": lambda kept: kept.completed + 7 * DAY if kept.completed else None,
}
DUE: dict[str, Moment] = {
    "expire_verification": verify_by,
    "expire_request": respond_by,
    "expire_reschedule": lapses,
    "auto_confirm": lambda kept: kept.marked + 72 * HOUR if kept.marked else None,
    "auto_complete": lambda kept: kept.ends + 48 * HOUR,
    "finalise_no_show": final_at,
}
FOR: dict[str, Callable[[Kept, str], bool]] = {
    "accept_reschedule": lambda kept, by: kept.proposal is not None and kept.proposal.by != by,
    "decline_reschedule": lambda kept, by: kept.proposal is not None and kept.proposal.by != by,
    "withdraw_reschedule": lambda kept, by: kept.proposal is not None and kept.proposal.by == by,
    "retract_no_show": lambda kept, by: kept.no_show is not None and kept.no_show[0] == by,
    "contest_no_show": lambda kept, by: kept.no_show is not None and kept.no_show[0] != by,
    "respond_to_dispute": lambda kept, by: kept.dispute is not None and kept.dispute[0] != by,
    "withdraw_dispute": lambda kept, by: kept.dispute is not None and kept.dispute[0] == by,
}


def shown(kept: Kept, action: str, letter: str) -> bool:
    """Whether an action is this actor's at all in the booking's present state."""
    row = TABLE[action]
    if letter not in row.actors or kept.status not in row.sources:
        return False
    return action not in FOR or FOR[action](kept, NAMES[letter])


def enabled(kept: Kept, action: str, letter: str, now: datetime) -> bool:
    if not shown(kept, action, letter) or letter == "S":
        return False
    if action == "propose_reschedule" and kept.proposal is not None:  # one open proposal
        return False
    if action in LEADS_BACK and kept.version >= MOST_CHANGES:
        return False
    entries = kept.history
    if action in ("open_dispute", "contest_no_show"):
        by_them = [entry for entry in entries if entry.actor == NAMES[letter]]
        if sum(entry.action in ("open_dispute", "contest_no_show") for entry in by_them) >= MOST_OF_DISPUTES:
            return False
    # Here: every resolution is final. In the document two of the three are, as nothing leads out of where they lead.
    if action == "open_dispute" and any(entry.action.startswith("resolve_") for entry in entries):
        return False
    if action == "respond_to_dispute":
        latest = [entry.action for entry in entries[-MOST_OF_DISPUTES:]]
        if latest == ["respond_to_dispute"] * MOST_OF_DISPUTES:
            return False
    opens, closes = (table[action](kept) if action in table else None for table in (OPENS, CLOSES))
    return (opens is None or now >= opens) and (closes is None or now < closes)


def next_automatic(kept: Kept) -> tuple[str, datetime] | None:
    here = [name for name in HERE.get(kept.status, ()) if name in DUE and shown(kept, name, "S")]
    due = [(at, name) for name in here if (at := DUE[name](kept)) is not None]
    return (min(due)[1], min(due)[0]) if due else None


# -- the reminders: they are not in the document; this is what the reminders' own table promises


def halfway(begins: datetime, ends: datetime) -> datetime:
    at = begins + (ends - begins) / 2
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def reminders(kept: Kept) -> Iterator[tuple[str, datetime, datetime]]:
    """Name, when it is due, and from when on it is of no use; whether or not it has gone out."""
    closes = lapses(kept)
    if kept.status == "pending":
        yield "answer_request", halfway(kept.requested, respond_by(kept)), respond_by(kept)
    if kept.status == "confirmed" and kept.proposal and closes:
        yield "answer_proposal", halfway(kept.proposal.at, closes), closes
    if kept.status == "confirmed":
        for name, ahead in (("day_before", 24 * HOUR), ("two_hours_before", 2 * HOUR)):
            if kept.confirmed is None or kept.starts - ahead > kept.confirmed + HOUR:
                yield name, kept.starts - ahead, kept.starts
    if kept.status == "awaiting_confirmation" and kept.marked:
        yield "confirm_completion", kept.marked + 36 * HOUR, kept.marked + 72 * HOUR
    if kept.status == "no_show_reported" and kept.no_show:
        yield "contest_no_show", kept.no_show[1] + 24 * HOUR, kept.no_show[1] + 48 * HOUR


def reminders_left(kept: Kept) -> list[tuple[str, datetime, datetime]]:
    """Again when the moment has moved, but for requests: those would be moved to and fro to have it sent again."""
    return [
        row
        for row in reminders(kept)
        if (row[0] not in kept.reminded if row[0] == "answer_request" else kept.reminded.get(row[0]) != row[1])
    ]


def wakes(kept: Kept) -> datetime | None:
    upcoming = next_automatic(kept)
    moments = [at for _, at, _ in reminders_left(kept)]
    return min([*moments, *([upcoming[1]] if upcoming else [])], default=None)


# -- what an action changes


def moved_on(kept: Kept, action: str, letter: str, actor_id: str | None, now: datetime, **given: Any) -> Kept:
    """The booking after an action that is allowed; `given` are reason and time."""
    row, actor = TABLE[action], NAMES[letter]
    target = row.target
    if target == WHERE_IT_WAS:
        target = kept.dispute[1] if kept.dispute else "?"
    elif action == "verify_guest":
        target = "confirmed" if kept.service.instant else "pending"
    accused = "Provider" if letter == "C" else "Customer"
    note = row.note.format(actor=actor, accused=accused)
    entry = Entry(action, actor, actor_id, now, note, given["reason"], kept.status, target)
    changes = _effect(kept, action, actor, now, given["starts"])
    if target != "confirmed":
        changes["proposal"] = None
    if kept.status == "disputed" != target:
        changes["dispute"] = None
    if target == "completed" and kept.completed is None:
        changes["completed"] = now
    if target == "confirmed" and (kept.status != target or "starts" in changes):
        changes["confirmed"] = now
    events = (*kept.events, (f"booking.{row.event}", kept.version + 1))
    return replace(kept, status=target, history=(*kept.history, entry), events=events, **changes)


def _effect(kept: Kept, action: str, actor: str, now: datetime, starts: datetime | None) -> dict[str, Any]:
    proposal = kept.proposal
    effects: dict[str, Callable[[], dict[str, Any]]] = {
        "verify_guest": lambda: {"requested": now, "asked": now, "verified": now},
        "expire_verification": lambda: {"mailbox": ""},  # Here: nothing is kept of who was never verified
        "change_time": lambda: {"starts": starts, "asked": now},
        "cancel": lambda: {"cancellation": cost(kept, actor, now)},
        "resolve_cancelled": lambda: {"cancellation": cost(kept, actor, now)},  # Here: as whatever is cancelled
        "propose_reschedule": lambda: {"proposal": Proposal(actor, starts or now, now, kept.version + 1)},
        "accept_reschedule": lambda: {"starts": proposal.starts if proposal else None, "proposal": None},
        "decline_reschedule": lambda: {"proposal": None},
        "withdraw_reschedule": lambda: {"proposal": None},
        "expire_reschedule": lambda: {"proposal": None},
        "complete": lambda: {"marked": now},
        "report_no_show": lambda: {"no_show": (actor, now)},
        "retract_no_show": lambda: {"no_show": None},
        "contest_no_show": lambda: {"dispute": (actor, kept.status, now)},
        "open_dispute": lambda: {"dispute": (actor, kept.status, now)},
    }
    return effects[action]() if action in effects else {}


def cost(kept: Kept, actor: str, now: datetime) -> tuple[int, int]:
    """What is refunded, in percent, and what the customer pays, in cents. Nobody pays for what others cancel."""
    met = [percent for hours, percent in kept.terms.tiers if kept.starts - now >= hours * HOUR]
    percent = max(met, default=0) if actor == "customer" else 100
    return percent, kept.service.price * (100 - percent) // 100
