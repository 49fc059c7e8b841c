"""What a transition does to a booking: pure functions over the table."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gigsta_bookings.models import Actor, Answer, Booking, HistoryEntry, Status
from gigsta_bookings.models.history import sealed
from gigsta_bookings.rows import Creation, Transition
from gigsta_bookings.rules import Command

MOST_CHANGES = 40
"""From then on nothing that leads back can be done: each change is kept for ever, and mailed to somebody."""
BY_MAIL = ", by the link in a mail"
ACTOR_NAMES = {Actor.SYSTEM: "the system"}


def is_for(row: Transition, booking: Booking, actor: Actor) -> bool:
    """Whether the row is this actor's at all in the booking's present state; if not, it is not even shown."""
    return booking.status in row.sources and actor in row.actors and _not_theirs(row, booking, actor) is None


def _not_theirs(row: Transition, booking: Booking, actor: Actor) -> str | None:
    return row.who(booking, actor) if row.who else None


def opens_at(row: Transition, booking: Booking) -> datetime | None:
    return row.opens(booking) if row.opens else None


def closes_at(row: Transition, booking: Booking) -> datetime | None:
    return row.closes(booking) if row.closes else None


def refusal(row: Transition, booking: Booking, actor: Actor, now: datetime) -> str | None:
    """Why the actor may not do this now, in a sentence; None where they may."""
    if booking.status not in row.sources:
        return f"A booking that is {_words(booking.status)} cannot take '{row.action_name}'."
    if actor not in row.actors:
        return f"'{row.action_name}' is not for the {actor} of a booking."
    if why := _not_theirs(row, booking, actor) or (row.guard(booking, actor) if row.guard else None):
        return why
    if row.leads_back and booking.version >= MOST_CHANGES:
        return "This booking has been changed too often: cancel it and book anew."
    opens, closes = opens_at(row, booking), closes_at(row, booking)
    if opens is not None and now < opens:
        return f"Possible from {say_time(opens, booking.timezone)}."
    if closes is not None and now >= closes:
        return f"Was possible until {say_time(closes, booking.timezone)}."
    if row.due is not None and ((due := row.due(booking)) is None or now < due):
        return "Not due yet."
    return None


def apply(
    row: Transition, booking: Booking, actor: Actor, actor_id: str | None, now: datetime, command: Command
) -> Booking:
    """The booking after the transition, its audit entry included. Whether it is allowed has been asked before."""
    target = row.target if isinstance(row.target, Status) else row.target(booking)
    changes: dict[str, Any] = {"status": target, "version": booking.version + 1, "updated_at": now}
    if row.effect is not None:
        changes |= row.effect(booking, actor, now, command)
    if target != Status.CONFIRMED:
        changes["proposal"] = None
    if target == Status.COMPLETED and booking.completed_at is None:
        changes["completed_at"] = now
    if booking.status == Status.DISPUTED != target:
        changes["dispute"] = None
    if booking.status == Status.PENDING and target != Status.PENDING:
        changes["answer"] = Answer(action=row.action_name, at=now)
    if target == Status.CONFIRMED and (booking.status != target or "starts_at" in changes):
        changes["confirmed_at"] = now
    entry = HistoryEntry(
        action=row.action_name,
        actor=actor,
        actor_id=actor_id,
        at=now,
        note=note_of(row, booking, actor, command.starts_at) + (BY_MAIL if command.by_mail else ""),
        reason=command.reason,
        from_status=booking.status,
        to_status=target,
        version=booking.version + 1,
    )
    history = (*booking.history, sealed(entry, booking.history))
    return booking.model_copy(update={**changes, "history": history})


def first_entry(creation: Creation, actor_id: str | None, now: datetime) -> HistoryEntry:
    entry = HistoryEntry(
        action=creation.action_name,
        actor=creation.actor,
        actor_id=actor_id,
        at=now,
        note=creation.note,
        reason=None,
        from_status=None,
        to_status=creation.target,
        version=1,
    )
    return sealed(entry, ())


def note_of(row: Transition, booking: Booking, actor: Actor, new_time: datetime | None) -> str:
    """The line of the audit log that this action by this actor makes."""
    new = new_time or (booking.proposal.starts_at if booking.proposal and not row.needs_time else None)
    accused = Actor.PROVIDER if actor == Actor.CUSTOMER else Actor.CUSTOMER
    return row.note.format(
        actor=ACTOR_NAMES.get(actor, actor.value),
        accused=accused.value.capitalize(),
        old=say_time(booking.starts_at, booking.timezone),
        new=say_time(new, booking.timezone) if new else "another time",
    )


def say_time(moment: datetime, zone: str) -> str:
    """A time for people, in the provider's zone: `Tue 3 Mar 2026, 9:00 am NZDT`."""
    local = moment.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%a} {local.day} {local:%b %Y}, {hour}:{local:%M} {half} {local:%Z}"


def _words(status: Status) -> str:
    return status.value.replace("_", " ")
