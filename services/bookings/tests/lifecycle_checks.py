"""Whether what the database holds is what the second writing of the lifecycle says, and the rules that always hold."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from itertools import combinations
from typing import Any

from gigsta_bookings import lifecycle
from gigsta_bookings.actions import get_available_booking_actions
from gigsta_bookings.callers import Caller
from gigsta_bookings.models import Booking

from .lifecycle_facts import Kept
from .lifecycle_market import MOST_HOLDS_A_DAY, Market
from .lifecycle_model import CLOSES, FINAL, HERE, TABLE, enabled, next_automatic, shown, wakes
from .lifecycle_world import Document, Seen

Facts = dict[str, Any]


def expected(kept: Kept) -> Facts:
    service, terms, proposal = kept.service, kept.terms, kept.proposal
    return {
        "status": kept.status,
        "version": kept.version,
        "parties": (kept.customer, service.provider, kept.mailbox, kept.verified),
        "service": (service.id, service.title, service.price, service.minutes, service.instant),
        "buffers": (kept.before, kept.after),
        "policy": (terms.version, terms.tiers, terms.response_hours, terms.instant, terms.notice),
        "timezone": kept.zone,
        "times": (kept.starts, kept.ends, kept.created, kept.requested),
        "milestones": (kept.confirmed, kept.marked, kept.completed),
        "proposal": proposal and (proposal.by, proposal.starts, proposal.at, proposal.version),
        "no_show": kept.no_show,
        "dispute": kept.dispute,
        "cancellation": kept.cancellation,
        "reminded": kept.reminded,
        "wake_at": wakes(kept),
        "history": [(e.action, e.actor, e.actor_id, e.at, e.reason, e.source, e.target) for e in kept.history],
        "events": list(kept.events),
    }


def found(document: Document, events: list[Document]) -> Facts:
    """The same facts as the database holds them."""
    price, guest, policy = document["price"], document["guest"], document["policy"]
    tiers = tuple((tier["hours_before"], tier["refund_percent"]) for tier in policy["cancellation"])
    cancelled = document["cancellation"]
    return {
        "status": document["status"],
        "version": document["version"],
        "parties": (
            *(document[name] for name in ("customer_id", "provider_id")),
            *(guest[name] if guest else None for name in ("email", "verified_at")),
        ),
        "service": (
            *(document[name] for name in ("service_id", "service_title")),
            price["amount"],
            *(document[name] for name in ("duration_minutes", "instant_book")),
        ),
        "buffers": (document["buffer_before_minutes"], document["buffer_after_minutes"]),
        "policy": (
            policy["version"],
            tiers,
            *(policy[name] for name in ("response_hours", "instant_booking", "minimum_notice_minutes")),
        ),
        "timezone": document["timezone"],
        "times": tuple(document[name] for name in ("starts_at", "ends_at", "created_at", "requested_at")),
        "milestones": tuple(document[name] for name in ("confirmed_at", "marked_complete_at", "completed_at")),
        "proposal": _some(document["proposal"], "by", "starts_at", "proposed_at", "version"),
        "no_show": _some(document["no_show"], "reporter", "reported_at"),
        "dispute": _some(document["dispute"], "opened_by", "from_status", "opened_at"),
        "cancellation": cancelled and (cancelled["refund_percent"], cancelled["fee"]["amount"]),
        "reminded": document["reminded"],
        "wake_at": document["wake_at"],
        "history": [
            tuple(entry[name] for name in ("action", "actor", "actor_id", "at", "reason", "from_status", "to_status"))
            for entry in document["history"]
        ],
        "events": [(_name(event), event["sequence"]) for event in events],
    }


def _some(document: Document | None, *names: str) -> tuple[Any, ...] | None:
    return tuple(document[name] for name in names) if document else None


def _name(event: Document) -> str:
    name: str = event["type"].removeprefix("nz.gigsta.").removesuffix(".v1")
    return name


def differences(market: Market, seen: Seen) -> list[str]:
    """What is not as it must be, a line each; nothing where all is well."""
    lines = [f"{name}: {there}" for name, there in _unlike(market.bookings.keys(), seen.bookings.keys())]
    for booking_id in market.bookings.keys() & seen.bookings.keys():
        must, has = expected(market.bookings[booking_id]), found(seen.bookings[booking_id], seen.events[booking_id])
        lines += [
            f"{booking_id} {name}: must be {must[name]}, is {has[name]}" for name in must if must[name] != has[name]
        ]
    must_claim = {
        (f"{kept.service.provider}:{day}", kept.id, claim.kind, claim.begins, claim.ends, claim.slot)
        for kept in market.bookings.values()
        for claim in kept.claims()
        for day in claim.utc_days()
    }
    names = ("booking_id", "kind", "starts_at", "ends_at", "slot_starts_at")
    has_claim = [(day["_id"], *(claim[name] for name in names)) for day in seen.days for claim in day["claims"]]
    lines += [f"calendar: {claim} is {there}" for claim, there in _unlike(must_claim, set(has_claim))]
    return lines if len(has_claim) == len(set(has_claim)) else [*lines, f"calendar: twice in {has_claim}"]


def _unlike(must: Any, has: Any) -> list[tuple[Any, str]]:
    return [(one, "missing") for one in must - has] + [(one, "too much") for one in has - must]


# -- what holds whatever happens, read from the database alone


def check_calendar(market: Market, seen: Seen) -> None:
    """No time is sold twice; no day holds too much for guests."""
    claims = [(kept, claim) for kept in market.bookings.values() for claim in kept.claims()]
    for (one, its), (other, that) in combinations(claims, 2):
        if one.id != other.id and one.service.provider == other.service.provider:
            assert its.ends <= that.begins or that.ends <= its.begins, f"{one.id} and {other.id} overlap"
    for day in seen.days:
        assert sum(claim["kind"] == "hold" for claim in day["claims"]) <= MOST_HOLDS_A_DAY, day


def check_document(document: Document, events: list[Document], kept: Kept, before: list[Document]) -> None:
    """The history only grows and is chained; each entry has its one event; what is over is left alone."""
    history: list[Document] = document["history"]
    assert history[: len(before)] == before, "the history was changed"
    assert [entry["version"] for entry in history] == list(range(1, document["version"] + 1))
    assert history[-1]["to_status"] == document["status"]
    previous = "0" * 64
    for entry, line in zip(history, kept.history, strict=True):
        assert entry["previous_hash"] == previous
        assert entry["hash"] == _hash(entry)
        previous = entry["hash"]
        assert entry["note"].startswith(line.note)
    told = [event for event in events if _name(event).startswith("booking.")]
    assert len({event["id"] for event in events}) == len(events)
    for event, entry in zip(told, history, strict=True):
        _check_event(event, entry)
    assert document["proposal"] is None or document["status"] == "confirmed"
    assert document["status"] not in FINAL or document["wake_at"] is None


def _check_event(event: Document, entry: Document) -> None:
    data = event["data"]
    assert event["sequence"] == entry["version"]
    for name, of_entry in (("action_name", "action"), ("history_hash", "hash")):
        assert data[name] == entry[of_entry]
    for name in ("from_status", "to_status", "actor", "actor_id", "reason", "note"):
        assert data[name] == entry[name]
    assert datetime.fromisoformat(data["at"]) == entry["at"]
    assert data["is_final"] == (data["to_status"] in FINAL)


def _hash(entry: Document) -> str:
    at = entry["at"].astimezone(UTC).isoformat(timespec="milliseconds")
    said = [entry["action"], entry["actor"], entry["actor_id"], at, entry["note"], entry["reason"]]
    said += [entry[name] for name in ("from_status", "to_status", "version", "previous_hash")]
    return sha256(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def check_actions(caller: Caller, roles: str, kept: Kept, booking: Booking, now: datetime) -> None:
    """What a party is told that they may do is what the table says; and so is what will happen by itself."""
    assert lifecycle.next_automatic(booking) == next_automatic(kept)
    told = get_available_booking_actions(booking, caller.actors(booking), now) if roles else []
    has = {action.action_name: (action.enabled, action.requires_reason, action.available_until) for action in told}
    here = [name for name in HERE.get(kept.status, ()) if any(shown(kept, name, role) for role in roles)]
    must = {name: _told(kept, name, roles, now) for name in here}
    assert has == must, f"what {roles} is told of {kept.id}"


def _told(kept: Kept, action: str, roles: str, now: datetime) -> tuple[bool, bool, datetime | None]:
    letter = next(letter for letter in roles if shown(kept, action, letter))
    closes = CLOSES[action](kept) if action in CLOSES else None
    return enabled(kept, action, letter, now), letter in TABLE[action].reason, closes
