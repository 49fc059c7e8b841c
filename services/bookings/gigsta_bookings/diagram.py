"""The lifecycle as a picture and as data, from the same table that runs it."""

from pydantic import BaseModel

from gigsta_bookings.lifecycle import CREATIONS, TERMINAL, TRANSITIONS
from gigsta_bookings.models import Actor, Status
from gigsta_bookings.rows import Transition


class TransitionRow(BaseModel):
    action_name: str
    from_status: Status | None
    to_status: Status | None
    """Null: back to where a dispute began, or wherever a verified guest's booking goes."""
    actors: list[Actor]
    button_label: str
    note: str
    is_critical: bool
    event: str


class StateMachine(BaseModel):
    statuses: list[Status]
    final_statuses: list[Status]
    transitions: list[TransitionRow]


def as_data() -> StateMachine:
    created = [
        TransitionRow(
            action_name=row.action_name,
            from_status=None,
            to_status=row.target,
            actors=[row.actor],
            button_label="Book",
            note=row.note,
            is_critical=False,
            event=f"booking.{row.event}",
        )
        for row in CREATIONS.values()
    ]
    moved = [_row(row, source) for row in TRANSITIONS for source in row.sources]
    return StateMachine(
        statuses=list(Status),
        final_statuses=[status for status in Status if status in TERMINAL],
        transitions=created + moved,
    )


def _row(row: Transition, source: Status) -> TransitionRow:
    return TransitionRow(
        action_name=row.action_name,
        from_status=source,
        to_status=row.target if isinstance(row.target, Status) else None,
        actors=list(row.actors),
        button_label=row.button_label,
        note=row.note,
        is_critical=row.is_critical,
        event=f"booking.{row.event}",
    )


def as_mermaid() -> str:
    """A Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    lines += [f"    [*] --> {row.target}: {row.action_name}" for row in CREATIONS.values()]
    for row in TRANSITIONS:
        actors = ", ".join(row.actors)
        for source in row.sources:
            for target in _targets(row, source):
                lines.append(f"    {source} --> {target}: {row.action_name} ({actors})")
    lines += [f"    {status} --> [*]" for status in Status if status in TERMINAL]
    return "\n".join(lines) + "\n"


def _targets(row: Transition, source: Status) -> list[Status]:
    """Where a row can lead; one that goes back leads to every other state from which its source is reached."""
    if isinstance(row.target, Status):
        return [row.target]
    if source == Status.AWAITING_VERIFICATION:
        return [Status.PENDING, Status.CONFIRMED]
    ways_in = (row for row in TRANSITIONS if row.target == source)
    return sorted({origin for way in ways_in for origin in way.sources} - {source})
