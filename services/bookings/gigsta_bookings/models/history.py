"""The audit history: appended only, each entry sealed with a hash that covers it and the entry before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import orjson

from gigsta_bookings.models.base import Stored
from gigsta_bookings.models.states import Actor, Status

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""
LINKED = "link_account"
"""The action of the one entry that is of no transition: a guest's booking is an account's now (`linking.py`). It leaves
`updated_at` alone."""


class HistoryEntry(Stored):
    """A line of the audit history: appended with the change that it tells, never altered."""

    action: str
    actor: Actor
    actor_id: str | None
    at: datetime
    note: str
    reason: str | None
    from_status: Status | None
    to_status: Status
    version: int
    previous_hash: str = GENESIS
    hash: str = ""


def sealed(entry: HistoryEntry, before: Sequence[HistoryEntry]) -> HistoryEntry:
    """The entry as it is appended to those `before` it."""
    linked = entry.model_copy(update={"previous_hash": before[-1].hash if before else GENESIS})
    return linked.model_copy(update={"hash": hash_of(linked)})


def hash_of(entry: HistoryEntry) -> str:
    """SHA-256 over the JSON array of what an entry says: these fields in this order, for ever."""
    at = entry.at.astimezone(UTC).isoformat(timespec="milliseconds")
    said = [entry.action, entry.actor, entry.actor_id, at, entry.note, entry.reason, entry.from_status]
    return sha256(orjson.dumps([*said, entry.to_status, entry.version, entry.previous_hash])).hexdigest()


@dataclass(frozen=True)
class Check:
    """What became of a history."""

    entries: int
    broken_at: int | None
    """The version of the first entry that is not as it was written, or that is missing; None where all is well."""
    head: str


def checked(document: Mapping[str, Any]) -> Check:
    """Look through the history of a stored booking, which somebody may have made into anything at all.

    The booking itself is asked what the history has to lead to: an end that was cut off shows in its version, its state
    and the time of its last change. Who alters all of these alike, with every hash after them, is found out only by
    somebody who has kept a later `head`: each event tells it.
    """
    kept = document.get("history")
    written: list[Any] = kept if isinstance(kept, list) else []
    previous, changed_at = GENESIS, None
    for version, raw in enumerate(written, 1):
        entry = _read(raw)
        if entry is None or entry.version != version or entry.previous_hash != previous:
            return Check(len(written), version, _head(written))
        previous = entry.hash
        changed_at = changed_at if entry.action == LINKED else entry.at
    led_to = (len(written), written[-1]["to_status"], changed_at) if written else None
    is_whole = led_to == tuple(document.get(name) for name in ("version", "status", "updated_at"))
    return Check(len(written), None if is_whole else len(written) + 1, previous)


def _read(raw: Any) -> HistoryEntry | None:
    """An entry that says what it said when it was sealed; None of any other."""
    try:
        entry = HistoryEntry.model_validate(raw)
        return entry if entry.hash == hash_of(entry) else None
    except (ValueError, TypeError, OverflowError):
        return None


def _head(written: list[Any]) -> str:
    last = written[-1]
    named = last.get("hash") if isinstance(last, dict) else None
    return named if isinstance(named, str) else GENESIS
