"""What one side of an old booking says against the other. Which side, is in no status: only the old audit log knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gigsta_bookings.models import Actor, Dispute, NoShow, Status
from gigsta_cli.legacy.made import Broken, Made
from gigsta_cli.legacy.shapes import OldAuditEntry, OldBooking, OldService

OPEN = frozenset({Status.DISPUTED, Status.NO_SHOW_REPORTED})
WHOSE = "dispute: the old audit log does not say which side began it; decide it in the older GigSta first"

_BEGINS: Mapping[Status, frozenset[str]] = {
    Status.DISPUTED: frozenset({"dispute", "open_dispute", "raise_dispute", "contest_no_show"}),
    Status.NO_SHOW_REPORTED: frozenset({"report_no_show"}),
}
"""Names of actions that begin it, for lines that do not say where they led."""
_OTHER = {Actor.CUSTOMER: Actor.PROVIDER, Actor.PROVIDER: Actor.CUSTOMER}
_BEFORE = frozenset({Status.IN_PROGRESS, Status.AWAITING_CONFIRMATION, Status.COMPLETED, Status.NO_SHOW_REPORTED})


def is_open(booking: Made) -> bool:
    """Whether somebody still has to decide it, or the clock has to."""
    return booking.main["status"] in OPEN


def sides(
    status: Status, old: OldBooking, service: OldService, ends_at: datetime, statuses: Mapping[str, Status]
) -> dict[str, Any]:
    """The fields of a booking that say who began what, and from where; none where nothing is contested.

    Raises:
        Broken: nothing says who.
    """
    if status not in OPEN:
        return {}
    line, before = _beginning(status, old, statuses)
    if line is None or line.actor not in (old.customer, service.provider):
        raise Broken(WHOSE)
    actor = Actor.CUSTOMER if line.actor == old.customer else Actor.PROVIDER
    at = line.at or old.changed
    if status == Status.NO_SHOW_REPORTED:
        return {"no_show": NoShow(reporter=actor, reported_at=at)}
    came_from = before if before in _BEFORE else Status.COMPLETED if old.completed_at else Status.AWAITING_CONFIRMATION
    found: dict[str, Any] = {"dispute": Dispute(opened_by=actor, from_status=came_from, opened_at=at)}
    # What the clock goes on from, should the dispute be withdrawn.
    if came_from == Status.NO_SHOW_REPORTED:
        found["no_show"] = NoShow(reporter=_OTHER[actor], reported_at=at)
    elif came_from == Status.AWAITING_CONFIRMATION:
        found["marked_complete_at"] = min(ends_at, at)
    elif came_from == Status.COMPLETED:
        found["completed_at"] = old.completed_at or ends_at
    return found


def _beginning(
    wanted: Status, old: OldBooking, statuses: Mapping[str, Status]
) -> tuple[OldAuditEntry | None, Status | None]:
    """The last line that brought the booking there, and where it was before."""
    found: OldAuditEntry | None = None
    before: Status | None = None
    now: Status | None = None
    for line in old.audit_log:
        to = statuses.get((line.status or "").lower())
        if (to == wanted != now) or (to is None and line.action_name in _BEGINS[wanted]):
            found, before = line, now
        now = to or now
    return found, before
