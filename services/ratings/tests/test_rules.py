"""The rules, without I/O."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from gigsta_ratings import models
from gigsta_ratings.models import Invitation, Tally

from .conftest import booking_event

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)


def after(*events: tuple[int, str, str]) -> Invitation | None:
    """What is left of an invitation after (sequence, from, to) events, each a day after the one before."""
    known: Invitation | None = None
    for sequence, from_status, to_status in events:
        event = booking_event(NOW + timedelta(days=sequence), from_status=from_status, to_status=to_status)
        known = models.invitation_after(known, event, sequence) or known
    return known


def test_a_booking_that_never_was_completed_invites_nobody() -> None:
    assert after((1, "pending", "confirmed"), (2, "confirmed", "cancelled")) is None


def test_completion_opens_a_window_of_fourteen_days() -> None:
    invitation = after((4, "awaiting_confirmation", "completed"))
    assert invitation is not None
    assert invitation["status"] == "open"
    assert invitation["closes_at"] - invitation["completed_at"] == timedelta(days=14)
    assert invitation["open_to"] == ["cleo", "pat"]


def test_a_dispute_withdraws_and_its_resolution_opens_a_new_window() -> None:
    invitation = after((4, "in_progress", "completed"), (5, "completed", "disputed"))
    assert invitation is not None
    assert invitation["status"] == "withdrawn"
    invitation = after((4, "in_progress", "completed"), (5, "completed", "disputed"), (6, "disputed", "completed"))
    assert invitation is not None
    assert invitation["status"] == "open"
    assert invitation["completed_at"] == NOW + timedelta(days=6)


def test_an_event_that_stays_in_completed_moves_no_window() -> None:
    invitation = after((4, "in_progress", "completed"), (5, "completed", "completed"))
    assert invitation is not None
    assert invitation["completed_at"] == NOW + timedelta(days=4)


def test_a_closed_invitation_stays_closed() -> None:
    known = after((4, "in_progress", "completed"))
    assert known is not None
    known["status"] = "closed"
    again = models.invitation_after(known, booking_event(NOW, from_status="disputed"), 9)
    assert again is not None
    assert again["status"] == "closed"


HISTORIES = [
    [(4, "in_progress", "completed"), (5, "completed", "disputed"), (6, "disputed", "completed")],
    [(4, "in_progress", "completed"), (5, "completed", "disputed"), (6, "disputed", "cancelled")],
    [(3, "confirmed", "in_progress"), (4, "in_progress", "completed"), (5, "completed", "disputed")],
]


@pytest.mark.parametrize("history", HISTORIES)
def test_any_order_of_arrival_comes_to_the_same_status(history: list[tuple[int, str, str]]) -> None:
    expected = after(*history)
    assert expected is not None
    for order in itertools.permutations(history):
        invitation = after(*order, *order)
        assert invitation is not None
        assert invitation["status"] == expected["status"], order


def test_a_subject_without_ratings_has_no_average() -> None:
    summary = models.summarise(None)
    assert (summary.average, summary.weighted, summary.count) == (None, None, 0)
    assert summary.histogram == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 0}


def test_a_summary_counts_what_is_in_the_tally() -> None:
    tally: Tally = {"_id": "service:x", "count": 3, "sum": 11, "histogram": {"5": 1, "3": 2}, "version": 3}
    summary = models.summarise(tally)
    assert summary.average == pytest.approx(11 / 3)
    assert summary.weighted == pytest.approx((5 * 4.0 + 11) / (5 + 3))
    assert summary.histogram == {"1": 0, "2": 0, "3": 2, "4": 0, "5": 1}


def test_long_good_work_outranks_a_few_kind_words() -> None:
    assert models.weighted_score(2, 10) < models.weighted_score(100, 480)


def test_the_weighted_score_lies_between_the_prior_and_the_average_and_nears_the_latter() -> None:
    scores = [models.weighted_score(count, 5 * count) for count in (1, 10, 100, 1000)]
    assert scores == sorted(scores)
    assert 4.0 < scores[0] < scores[-1] < 5.0
    assert scores[-1] == pytest.approx(5.0, abs=0.01)
