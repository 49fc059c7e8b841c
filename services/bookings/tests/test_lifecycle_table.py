"""The lifecycle table against a second writing of it, state by action by actor, without I/O."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gigsta_bookings import diagram, lifecycle, transitions
from gigsta_bookings.actions import get_available_booking_actions
from gigsta_bookings.callers import Caller
from gigsta_bookings.lifecycle import BY_NAME, TERMINAL, TRANSITIONS
from gigsta_bookings.models import Actor, Booking, Dispute, Money, NoShow, Policy, Proposal, Status, claims_of
from gigsta_bookings.models.policy import refund_percent
from gigsta_bookings.rules import Command
from gigsta_bookings.schemas import ActionName
from gigsta_common.security import Principal

NOW = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

# action: (from, to, who), word for word from the design; C customer, P provider, A admin, S system, G guest
EXPECTED: dict[str, tuple[str, str, str]] = {
    "verify_guest": ("awaiting_verification", "pending", "G"),
    "accept": ("pending", "confirmed", "PA"),
    "decline": ("pending", "declined", "PA"),
    "withdraw": ("pending", "cancelled", "C"),
    "change_time": ("pending", "pending", "C"),
    "cancel": ("confirmed", "cancelled", "CPA"),
    "propose_reschedule": ("confirmed", "confirmed", "CP"),
    "accept_reschedule": ("confirmed", "confirmed", "CP"),
    "decline_reschedule": ("confirmed", "confirmed", "CP"),
    "withdraw_reschedule": ("confirmed", "confirmed", "CP"),
    "start": ("confirmed", "in_progress", "P"),
    "complete": ("in_progress", "awaiting_confirmation", "P"),
    "unable_to_complete": ("in_progress", "failed", "P"),
    "confirm_completion": ("awaiting_confirmation", "completed", "C"),
    "report_no_show": ("confirmed", "no_show_reported", "CP"),
    "retract_no_show": ("no_show_reported", "confirmed", "CP"),
    "contest_no_show": ("no_show_reported", "disputed", "CP"),
    "open_dispute": ("in_progress awaiting_confirmation completed", "disputed", "CP"),
    "respond_to_dispute": ("disputed", "disputed", "CP"),  # not in the design: the other side has its say
    "withdraw_dispute": ("disputed", "in_progress", "CP"),
    "resolve_completed": ("disputed", "completed", "A"),
    "resolve_cancelled": ("disputed", "cancelled", "A"),
    "resolve_failed": ("disputed", "failed", "A"),
    "expire_verification": ("awaiting_verification", "expired", "S"),
    "expire_request": ("pending", "expired", "S"),
    "expire_reschedule": ("confirmed", "confirmed", "S"),
    "auto_confirm": ("awaiting_confirmation", "completed", "S"),
    "auto_complete": ("confirmed in_progress", "completed", "S"),
    "finalise_no_show": ("no_show_reported", "no_show", "S"),
}
CRITICAL = {
    "decline", "withdraw", "cancel", "unable_to_complete", "report_no_show", "open_dispute",
    "resolve_completed", "resolve_cancelled", "resolve_failed",
}  # fmt: skip
LETTERS = {"C": Actor.CUSTOMER, "P": Actor.PROVIDER, "A": Actor.ADMIN, "S": Actor.SYSTEM, "G": Actor.GUEST}
PROPOSAL = Proposal(by=Actor.CUSTOMER, starts_at=NOW + 99 * HOUR, ends_at=NOW + 100 * HOUR, proposed_at=NOW, version=3)


def booking(status: Status | str = Status.PENDING, **changes: Any) -> Booking:
    """A booking made a minute ago for tomorrow."""
    facts: dict[str, Any] = {
        "_id": "b1", "version": 3, "status": status, "customer_id": "c", "customer_name": "Cee", "provider_id": "p",
        "provider_name": "Pea", "service_id": "s", "service_title": "Service", "duration_minutes": 60,
        "price": Money(amount=10_001, currency="NZD"), "buffer_before_minutes": 0, "buffer_after_minutes": 15,
        "instant_book": False, "policy": Policy(), "timezone": "Pacific/Auckland",
        "starts_at": NOW + 24 * HOUR, "ends_at": NOW + 25 * HOUR, "note": None, "address": None,
        "created_at": NOW, "requested_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return Booking.model_validate(facts | changes)


def ripe(action: str, status: Status, actor: Actor) -> tuple[Booking, datetime]:
    """A booking of that state in which nothing but state and actor could stand in the action's way, and the time."""
    row = BY_NAME[action]
    other = Actor.PROVIDER if actor == Actor.CUSTOMER else Actor.CUSTOMER
    by = other if action in ("accept_reschedule", "decline_reschedule") else actor
    reporter = other if action == "contest_no_show" else actor
    subject = booking(
        status,
        proposal=PROPOSAL.model_copy(update={"by": by}) if "_reschedule" in action and action[:3] != "pro" else None,
        no_show=NoShow(
            reporter=reporter if reporter in (Actor.CUSTOMER, Actor.PROVIDER) else Actor.CUSTOMER,
            reported_at=NOW + 25 * HOUR,
        ),
        dispute=Dispute(
            opened_by=other if action == "respond_to_dispute" else actor, from_status=Status.IN_PROGRESS, opened_at=NOW
        ),
        marked_complete_at=NOW,
    )
    now = NOW + timedelta(minutes=1)
    if row.opens is not None:
        now = row.opens(subject) or now
    if row.due is not None:
        now = row.due(subject) or now
    return subject, now


@pytest.mark.parametrize("action", list(EXPECTED))
@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("actor", list(Actor))
def test_every_action_in_every_state_by_every_actor(action: str, status: Status, actor: Actor) -> None:
    sources, target, who = EXPECTED[action]
    subject, now = ripe(action, status, actor)
    refusal = transitions.refusal(BY_NAME[action], subject, actor, now)
    allowed = status.value in sources.split() and actor in {LETTERS[letter] for letter in who}
    assert (refusal is None) == allowed, refusal
    if allowed:
        command = Command(reason="because", starts_at=NOW + 50 * HOUR)
        after = transitions.apply(BY_NAME[action], subject, actor, "x", now, command)
        assert after.status == target
        assert after.version == subject.version + 1
        assert after.history[-1].action == action
        assert "{" not in after.history[-1].note
        assert (after.history[-1].from_status, after.history[-1].to_status) == (status, after.status)


@pytest.mark.parametrize("user", ["c", "p", "a"])
@pytest.mark.parametrize("status", list(Status))
def test_an_administrator_who_is_on_a_side_of_a_booking_may_what_that_side_may(status: Status, user: str) -> None:
    """Every action: for a side of it as if they were no administrator, for others what the table gives to `admin`."""
    for action, (_, _, who) in EXPECTED.items():
        by = {"c": Actor.CUSTOMER, "p": Actor.PROVIDER, "a": Actor.ADMIN}[user]
        subject, now = ripe(action, status, by)
        acting = Caller(Principal(user, frozenset({"user", "admin"}), "s")).actors(subject)
        allowed = [actor for actor in acting if transitions.refusal(BY_NAME[action], subject, actor, now) is None]
        possible = status.value in EXPECTED[action][0].split() and by in {LETTERS[letter] for letter in who}
        assert allowed == ([by] if possible else []), action


def test_the_table_has_exactly_the_rows_of_the_design() -> None:
    assert set(BY_NAME) == set(EXPECTED)
    assert len(TRANSITIONS) == len(BY_NAME)
    assert {row.action_name for row in TRANSITIONS if row.is_critical} == CRITICAL
    assert {name.value for name in ActionName} == set(EXPECTED)
    assert {Status.DECLINED, Status.CANCELLED, Status.EXPIRED, Status.FAILED, Status.NO_SHOW} == TERMINAL


@pytest.mark.parametrize("status", list(Status))
def test_only_holding_states_hold_the_time(status: Status) -> None:
    held = claims_of(booking(status))
    assert bool(held) == (
        status.value in ("awaiting_verification", "pending", "confirmed", "in_progress", "no_show_reported")
    )


def test_a_claim_covers_buffers_and_the_open_proposal() -> None:
    spans = {(c.kind, c.starts_at, c.ends_at) for c in claims_of(booking("confirmed", proposal=PROPOSAL))}
    quarter = timedelta(minutes=15)
    assert spans == {
        ("slot", NOW + 24 * HOUR, NOW + 25 * HOUR + quarter),
        ("proposal", NOW + 99 * HOUR, NOW + 100 * HOUR + quarter),
    }


@pytest.mark.parametrize("action", ["cancel", "start", "report_no_show", "auto_complete"])
def test_leaving_confirmed_closes_an_open_proposal(action: str) -> None:
    row = BY_NAME[action]
    after = transitions.apply(row, booking("confirmed", proposal=PROPOSAL), row.actors[0], "x", NOW, Command("why"))
    assert after.proposal is None


@pytest.mark.parametrize(
    ("notice", "deadline"),
    [(72 * HOUR, 24 * HOUR), (10 * HOUR, 9 * HOUR), (HOUR / 4, HOUR / 4), (HOUR + HOUR / 6, HOUR / 6)],
)
def test_the_time_to_answer(notice: timedelta, deadline: timedelta) -> None:
    subject = booking(starts_at=NOW + notice, ends_at=NOW + notice + HOUR)
    assert lifecycle.next_automatic(subject) == ("expire_request", NOW + deadline)
    accept = BY_NAME["accept"]
    assert transitions.refusal(accept, subject, Actor.PROVIDER, NOW + deadline - timedelta(seconds=1)) is None
    assert transitions.refusal(accept, subject, Actor.PROVIDER, NOW + deadline)


@pytest.mark.parametrize(
    ("status", "changes", "expected"),
    [
        ("awaiting_verification", {}, ("expire_verification", NOW + HOUR / 2)),
        ("confirmed", {}, ("auto_complete", NOW + 73 * HOUR)),
        ("confirmed", {"proposal": PROPOSAL}, ("expire_reschedule", NOW + 22 * HOUR)),
        ("in_progress", {}, ("auto_complete", NOW + 73 * HOUR)),
        ("awaiting_confirmation", {"marked_complete_at": NOW}, ("auto_confirm", NOW + 72 * HOUR)),
        (
            "no_show_reported",
            {"no_show": NoShow(reporter=Actor.CUSTOMER, reported_at=NOW)},
            ("finalise_no_show", NOW + 48 * HOUR),
        ),
        ("completed", {}, None),
        ("disputed", {}, None),
    ],
)  # fmt: skip
def test_what_happens_next_by_itself(status: str, changes: dict[str, Any], expected: object) -> None:
    assert lifecycle.next_automatic(booking(status, **changes)) == expected


def test_an_action_out_of_time_is_shown_disabled_with_the_reason() -> None:
    actions = get_available_booking_actions(booking("confirmed"), [Actor.PROVIDER], NOW)
    start = next(action for action in actions if action.action_name == "start")
    assert not start.enabled
    assert start.disabled_reason == "Possible from Wed 4 Mar 2026, 12:30 pm NZDT."
    assert start.available_until == NOW + 25 * HOUR


@pytest.mark.parametrize(
    ("action", "actor", "note"),
    [
        ("cancel", Actor.PROVIDER, "Cancelled by provider"),
        ("report_no_show", Actor.CUSTOMER, "Provider reported absent"),
        ("propose_reschedule", Actor.CUSTOMER, "New time proposed by customer: another time"),
    ],
)
def test_an_action_tells_the_line_that_it_would_write(action: str, actor: Actor, note: str) -> None:
    actions = get_available_booking_actions(booking("confirmed"), [actor], NOW)
    assert next(found.note for found in actions if found.action_name == action) == note


@pytest.mark.parametrize(("hours", "percent"), [(30, 100), (24, 100), (23.9, 50), (2, 50), (1.9, 0)])
def test_what_a_cancellation_costs(hours: float, percent: int) -> None:
    now = NOW + 24 * HOUR - hours * HOUR
    subject = booking("confirmed")
    assert refund_percent(subject.policy, subject.starts_at - now) == percent
    (cancel,) = [a for a in get_available_booking_actions(subject, [Actor.CUSTOMER], now) if a.action_name == "cancel"]
    assert cancel.consequence is not None
    assert cancel.consequence.fee.amount == 10_001 * (100 - percent) // 100
    (by_provider,) = [
        a for a in get_available_booking_actions(subject, [Actor.PROVIDER], now) if a.action_name == "cancel"
    ]
    assert by_provider.consequence is not None
    assert (by_provider.consequence.refund_percent, by_provider.requires_reason) == (100, True)


def test_the_diagram_shows_every_row() -> None:
    mermaid = diagram.as_mermaid()
    assert all(f": {name} (" in mermaid for name in EXPECTED)
    back = [line.split()[2].rstrip(":") for line in mermaid.splitlines() if "withdraw_dispute" in line]
    assert back == ["awaiting_confirmation", "completed", "in_progress", "no_show_reported"]
    rows = diagram.as_data().transitions
    assert {row.action_name for row in rows} == set(EXPECTED) | {"create", "create_instant", "create_guest"}
