"""Old bookings and ratings."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from gigsta_bookings import search
from gigsta_bookings.availability import timezone_at
from gigsta_bookings.lifecycle import CREATIONS
from gigsta_bookings.models import Actor, Answer, Booking, HistoryEntry, Money, Policy, Status, stored
from gigsta_bookings.models.history import sealed
from gigsta_bookings.reminders import wakes_at
from gigsta_bookings.transitions import first_entry
from gigsta_cli.legacy import contested, texts
from gigsta_cli.legacy.made import Broken, Made, Target, new_id
from gigsta_cli.legacy.offers import cents, currency_of, point_of
from gigsta_cli.legacy.people import name_of, trading_name_of
from gigsta_cli.legacy.shapes import OldAuditEntry, OldBooking, OldRating, OldService, OldUser
from gigsta_common.clock import to_millisecond
from gigsta_ratings.models import Rating

STATUSES: Mapping[str, Status] = {
    "pending": Status.PENDING,
    "requested": Status.PENDING,
    "confirmed": Status.CONFIRMED,
    "accepted": Status.CONFIRMED,
    "in_progress": Status.IN_PROGRESS,
    "awaiting_confirmation": Status.AWAITING_CONFIRMATION,
    "completed": Status.COMPLETED,
    "declined": Status.DECLINED,
    "rejected": Status.DECLINED,
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
    "expired": Status.EXPIRED,
    "failed": Status.FAILED,
    "no_show": Status.NO_SHOW,
    "no_show_reported": Status.NO_SHOW_REPORTED,
    "disputed": Status.DISPUTED,
    "in_dispute": Status.DISPUTED,
}
MOVED = "import"
MINUTES = (5, 24 * 60)
"""How long a service here may take."""
_LAPSES_AFTER = timedelta(hours=48)
_CONFIRMED_AFTER = timedelta(hours=72)
_FIELDS_OF_THE_CLOCK = frozenset({"outbox", "wake_at", "reminded"})


def booking_of(old: OldBooking, customer: OldUser, service: OldService, provider: OldUser, as_of: datetime) -> Booking:
    """
    Raises:
        Broken: says what is wrong with it.
    """
    status = STATUSES.get(old.status.lower())
    if status is None:
        raise Broken(f"status: {old.status!r} has no counterpart; bring the booking to another one before it is moved")
    if old.customer == service.provider:
        raise Broken("customer: is the provider")
    ends_at = old.ends_at or old.starts_at + timedelta(minutes=service.duration_minutes)
    minutes = round((ends_at - old.starts_at).total_seconds() / 60)
    if not MINUTES[0] <= minutes <= MINUTES[1]:
        raise Broken(f"ends_at: is not {MINUTES[0]} minutes to {MINUTES[1] // 60} hours after the start")
    lat, lng = point_of(service)
    created = to_millisecond(min(old.born, old.changed))
    draft = Booking(
        _id=new_id("bookings", old.id),
        version=1,
        status=Status.PENDING,
        customer_id=new_id("users", old.customer),
        customer_name=name_of(customer),
        provider_id=new_id("users", service.provider),
        provider_name=trading_name_of(provider),
        service_id=new_id("services", service.id),
        service_title=service.title.strip(),
        price=Money(amount=cents(service.price if old.price is None else old.price), currency=currency_of(service)),
        duration_minutes=minutes,
        buffer_before_minutes=0,
        buffer_after_minutes=0,
        instant_book=False,
        policy=Policy(version=0),
        timezone=timezone_at(lat, lng),
        starts_at=old.starts_at,
        ends_at=ends_at,
        note=texts.fitted(old.note, texts.NOTE, 2000),
        address=texts.one_line(old.address, texts.ADDRESS, 300),
        created_at=created,
        requested_at=created,
        updated_at=created,
        history=(first_entry(CREATIONS["create"], new_id("users", old.customer), created),),
    )
    for line in old.audit_log:
        draft = _retold(draft, line, old, service)
    if status == Status.AWAITING_CONFIRMATION:
        draft = draft.model_copy(update={"marked_complete_at": to_millisecond(old.changed)})
    draft = draft.model_copy(update=contested.sides(status, old, service, ends_at, STATUSES))
    return _moved(draft, *_settled(status, draft, old.completed_at, as_of), old.changed)


def _settled(
    status: Status, draft: Booking, completed_at: datetime | None, as_of: datetime
) -> tuple[Status, datetime | None]:
    """What the clock of this GigSta would long have done is done at once: nobody wants mails about it now."""
    if status == Status.PENDING and draft.starts_at <= as_of:
        return Status.EXPIRED, draft.starts_at
    if status in (Status.CONFIRMED, Status.IN_PROGRESS) and draft.ends_at + _LAPSES_AFTER <= as_of:
        return Status.COMPLETED, draft.ends_at + _LAPSES_AFTER
    marked = draft.marked_complete_at
    if status == Status.AWAITING_CONFIRMATION and marked and marked + _CONFIRMED_AFTER <= as_of:
        return Status.COMPLETED, marked + _CONFIRMED_AFTER
    if status == Status.NO_SHOW_REPORTED and draft.no_show and draft.no_show.reported_at + _LAPSES_AFTER <= as_of:
        return Status.NO_SHOW, draft.no_show.reported_at + _LAPSES_AFTER
    return status, (completed_at or draft.ends_at) if status == Status.COMPLETED else None


def _retold(booking: Booking, line: OldAuditEntry, old: OldBooking, service: OldService) -> Booking:
    """The booking with one line of the old audit log. One that does not say where it led leaves the status alone."""
    actors = {None: Actor.SYSTEM, old.customer: Actor.CUSTOMER, service.provider: Actor.PROVIDER}
    actor = actors.get(line.actor, Actor.ADMIN)
    to = STATUSES.get((line.status or "").lower(), booking.status)
    action = texts.fitted(line.action_name, texts.NOTE, 60) or "unknown"
    return _with_entry(
        booking,
        action=action,
        actor=actor,
        actor_id=new_id("users", line.actor) if line.actor is not None else None,
        at=line.at or booking.updated_at,
        note=texts.fitted(line.note, texts.NOTE, 2000) or action,
        to=to,
    )


def _moved(booking: Booking, status: Status, settled_at: datetime | None, changed: datetime) -> Booking:
    """The booking as it arrives here, which is a line of its own: who did what before is said by the lines above."""
    at = settled_at or max(changed, booking.updated_at)
    after = _with_entry(
        booking,
        action=MOVED,
        actor=Actor.SYSTEM,
        actor_id=None,
        at=at,
        note=f"Brought over from the older GigSta as {status.value.replace('_', ' ')}",
        to=status,
    )
    changes: dict[str, Any] = {}
    if status != Status.PENDING:
        changes["answer"] = Answer(action=MOVED, at=at)
    if status == Status.CONFIRMED:
        changes["confirmed_at"] = at
    if status == Status.COMPLETED:
        changes["completed_at"] = at
    return after.model_copy(update=changes)


def _with_entry(
    booking: Booking, *, action: str, actor: Actor, actor_id: str | None, at: datetime, note: str, to: Status
) -> Booking:
    entry = HistoryEntry(
        action=action,
        actor=actor,
        actor_id=actor_id,
        at=to_millisecond(at),
        note=note,
        reason=None,
        from_status=booking.status,
        to_status=to,
        version=booking.version + 1,
    )
    changes = {
        "status": to,
        "version": booking.version + 1,
        "updated_at": entry.at,
        "history": (*booking.history, sealed(entry, booking.history)),
    }
    return booking.model_copy(update=changes)


def booking(old: OldBooking, made: Booking) -> Made:
    document = stored(made) | {"outbox": [], "words": search.words_of(made), "wake_at": wakes_at(made)}
    remarks = texts.remarks(note=(old.note, made.note), address=(old.address, made.address))
    kept = Target("bookings", "bookings", document, changes=_FIELDS_OF_THE_CLOCK)
    return Made(old.id, (kept,), remarks=tuple(remarks))


def rating(old: OldRating, booked: Booking) -> Made:
    """Raises Broken."""
    author_id = new_id("users", old.author)
    if booked.completed_at is None:
        raise Broken("booking: was not completed")
    if author_id not in (booked.customer_id, booked.provider_id):
        raise Broken("author: had no part in the booking")
    if not 1 <= old.stars <= 5:
        raise Broken("stars: not between 1 and 5")
    comment = texts.fitted(old.comment, texts.COMMENT, 2000)
    by_customer = author_id == booked.customer_id
    document = Rating(
        _id=new_id("ratings", old.id),
        booking_id=booked.id,
        service_id=booked.service_id,
        service_title=booked.service_title,
        provider_id=booked.provider_id,
        provider_name=booked.provider_name,
        author_id=author_id,
        author_name=booked.customer_name if by_customer else booked.provider_name,
        author_role="customer" if by_customer else "provider",
        rated_user_id=booked.provider_id if by_customer else booked.customer_id,
        stars=old.stars,
        comment=comment,
        status="published",
        created_at=old.born,
        published_at=old.born,
        version=2,
    )
    kept = Target("ratings", "ratings", cast("dict[str, Any]", document))
    return Made(old.id, (kept,), remarks=tuple(texts.remarks(comment=(old.comment, comment))))
