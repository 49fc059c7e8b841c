"""The audit history: appended only, each entry sealed with a hash that covers it and the entry before."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from gigsta_bookings.models.base import Stored
from gigsta_bookings.models.states import Actor, Status

GENESIS = "0" * 64
"""What the first entry names as the hash before it."""


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


def broken_at(history: Sequence[HistoryEntry], version: int) -> int | None:
    """The version of the first entry that is not as it was written, or that is missing; None where all is well."""
    previous = GENESIS
    for expected, entry in enumerate(history, 1):
        if entry.version != expected or entry.previous_hash != previous or entry.hash != hash_of(entry):
            return expected
        previous = entry.hash
    return None if len(history) == version else len(history) + 1
