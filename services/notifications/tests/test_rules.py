"""The rules, without I/O."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gigsta_common.events import (
    ProviderApplied,
    ProviderApproved,
    ProviderRejected,
    RatingReplied,
    RatingReportsDecided,
)
from gigsta_notifications.models import (
    accounts,
    booking_texts,
    bookings,
    deterministic_id,
    formatting,
    mailing,
    ratings,
)

from .conftest import booking_event, rating_event

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
RECEIPTS = ("accept", "accept_reschedule", "cancel", "create_instant", "verify_guest")
"""What is told to the one who did it, too."""


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-03-02T20:00:00Z", "Pacific/Auckland", "Tuesday 3 March 2026, 9:00 am NZDT"),
        ("2026-07-01T00:05:00Z", "Pacific/Auckland", "Wednesday 1 July 2026, 12:05 pm NZST"),
        ("2026-07-01T14:30:00Z", "Australia/Sydney", "Thursday 2 July 2026, 12:30 am AEST"),
        ("2026-03-02T20:00:00Z", "Pacific/Chatham", "Tuesday 3 March 2026, 9:45 am UTC+13:45"),
        ("2026-07-01T00:00:00Z", "Australia/Lord_Howe", "Wednesday 1 July 2026, 10:30 am UTC+10:30"),
        ("2026-03-02T20:00:00Z", "Not/AZone", "Monday 2 March 2026, 8:00 pm UTC"),
        ("2026-03-02T20:00:00Z", "../../etc/passwd", "Monday 2 March 2026, 8:00 pm UTC"),
    ],
)
def test_times_read_as_people_say_them(moment: str, zone: str, expected: str) -> None:
    assert formatting.when(datetime.fromisoformat(moment), zone) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (8500, "NZD", "NZ$85.00"),
        (123456789, "AUD", "A$1,234,567.89"),
        (5, "NZD", "NZ$0.05"),
        (-150, "NZD", "-NZ$1.50"),
        (500, "JPY", "500 JPY"),
        (12345, "FJD", "123.45 FJD"),
    ],
)
def test_money_reads_as_people_write_it(amount: int, currency: str, expected: str) -> None:
    assert formatting.money(amount, currency) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(hours=24), "24 hours"),
        (timedelta(minutes=30), "30 minutes"),
        (timedelta(days=2), "2 days"),
        (timedelta(seconds=1), "1 minute"),
        (timedelta(hours=2), "2 hours"),
    ],
)
def test_durations_read_as_people_say_them(span: timedelta, expected: str) -> None:
    assert formatting.duration(span) == expected


def test_a_subject_is_one_line_and_not_endless() -> None:
    assert formatting.one_line("Hello\r\nBcc: everybody") == "Hello Bcc: everybody"
    assert len(formatting.one_line("x" * 500)) == 200


def test_what_somebody_wrote_cannot_be_taken_for_our_own_words() -> None:
    said = "Changed my mind.”\n\nYour payout is on hold:\nhttps://gigsta-payouts.example/confirm\n\n-- \nGigSta"
    told = "“Changed my mind.' Your payout is on hold: https gigsta-payouts. example/confirm -- GigSta”"
    assert formatting.quoted(said) == told
    event = booking_event(NOW, action_name="withdraw", actor="customer", actor_id="cleo", reason=said)
    [notice] = bookings.notices_of_booking(event)
    assert notice.body.endswith(f" Reason given: {told}. The time is free again.")
    event = booking_event(NOW, action_name="create", actor="customer", actor_id="cleo", reason=said)
    [notice] = bookings.notices_of_booking(event)
    assert notice.mail
    assert ("Reason", told) in notice.mail.details


def test_ids_are_the_same_for_the_same_event_and_user_and_no_others() -> None:
    assert deterministic_id("e1", "u1") == deterministic_id("e1", "u1")
    assert len({deterministic_id(*pair) for pair in (("e1", "u1"), ("e1", "u2"), ("e2", "u1"), ("e", "1u1"))}) == 4


def test_retries_come_ever_later_but_at_least_every_hour() -> None:
    delays = [mailing.retry_delay(attempts) for attempts in range(1, 101)]
    assert delays[0] == timedelta(seconds=5)
    assert delays == sorted(delays)
    assert delays[-1] == timedelta(hours=1)


def test_a_lease_outlasts_every_attempt() -> None:
    assert mailing.LEASE.total_seconds() > 2 * mailing.SEND_WITHIN


@pytest.mark.parametrize("action", [*booking_texts.NOTIFICATION_MAP, "an_action_of_next_year"])
@pytest.mark.parametrize("actor", ["customer", "provider", "admin", "system", "guest", "a_new_kind_of_actor"])
def test_every_text_can_be_filled_and_nobody_is_told_of_their_own_act(action: str, actor: str) -> None:
    ids = {"customer": "cleo", "guest": "cleo", "provider": "pat", "admin": "root"}
    for reason in (None, "Because of {rain}"):
        event = booking_event(NOW, action_name=action, actor=actor, actor_id=ids.get(actor), reason=reason)
        for notice in bookings.notices_of_booking(event):
            assert notice.user_id in {"cleo", "pat"} - ({ids.get(actor)} if action not in RECEIPTS else set())
            assert notice.title
            assert notice.body.strip()
            assert "{" not in notice.title + notice.body.replace("{rain}", "")
            assert notice.link == "/bookings/booking-1"
            assert notice.data == {"booking_id": "booking-1", "service_id": "service-1", "status": "pending"}


def test_the_table_knows_every_action_of_the_lifecycle_as_it_is_today() -> None:
    """The table may lag behind (the default text serves then), but must not name what does not exist."""
    package = Path(__file__).parents[2] / "bookings" / "gigsta_bookings"
    trees = [ast.parse((package / name).read_text()) for name in ("lifecycle.py", "models/history.py")]
    words = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert set(booking_texts.NOTIFICATION_MAP) <= words


def test_the_system_s_acts_are_told_to_both() -> None:
    event = booking_event(NOW, action_name="auto_confirm", actor="system", actor_id=None, to_status="completed")
    notices = {notice.user_id: notice for notice in bookings.notices_of_booking(event)}
    assert "rate Pat's Plumbing" in notices["cleo"].body
    assert "rate Cleo" in notices["pat"].body


def test_an_acceptance_is_told_to_both_whose_calendars_it_goes_into() -> None:
    by_admin = booking_event(NOW, action_name="accept", actor="admin", actor_id="root")
    by_provider = booking_event(NOW, action_name="accept", actor="provider", actor_id="pat")
    assert {n.user_id for n in bookings.notices_of_booking(by_admin)} == {"cleo", "pat"}
    assert {n.user_id for n in bookings.notices_of_booking(by_provider)} == {"cleo", "pat"}


def test_whoever_books_at_once_gets_it_confirmed() -> None:
    event = booking_event(NOW, action_name="create_instant", to_status="confirmed")
    notices = {notice.user_id: notice for notice in bookings.notices_of_booking(event)}
    assert notices["cleo"].title == "Your booking is confirmed"
    assert notices["pat"].title == "New booking from Cleo"


@pytest.mark.parametrize("actor", ["customer", "provider", "admin"])
def test_a_cancellation_tells_both_what_it_costs(actor: str) -> None:
    event = booking_event(
        NOW,
        action_name="cancel",
        actor=actor,
        to_status="cancelled",
        cancellation_fee={"amount": 900, "currency": "NZD"},
    )
    mails = {notice.user_id: notice.mail for notice in bookings.notices_of_booking(event)}
    assert mails.keys() == {"cleo", "pat"}
    for user, mail in mails.items():
        assert mail is not None
        told = dict(mail.details)
        assert told["Cancellation fee"] == "NZ$9.00"
        assert told["Your refund" if user == "cleo" else "Refund to the customer"] == formatting.money(
            event.price.amount - 900, "NZD"
        )


def test_an_unknown_action_is_told_by_its_line_of_the_audit_log() -> None:
    event = booking_event(NOW, action_name="on_the_way", actor="provider", actor_id="pat", note="On the way")
    [notice] = bookings.notices_of_booking(event)
    assert notice.title == "Tap repair: On the way"
    assert notice.body == "On the way. Tap repair with Pat's Plumbing, Tuesday 3 March 2026, 9:00 am NZDT."
    assert notice.mail is not None


def test_a_proposal_names_both_times() -> None:
    event = booking_event(
        NOW,
        action_name="propose_reschedule",
        actor="provider",
        actor_id="pat",
        proposed_starts_at="2026-03-04T01:30:00Z",
    )
    [notice] = bookings.notices_of_booking(event)
    assert "Tuesday 3 March 2026, 9:00 am NZDT" in notice.body
    assert "Wednesday 4 March 2026, 2:30 pm NZDT" in notice.body


def test_a_title_is_one_line_whatever_the_names_are() -> None:
    event = booking_event(NOW, customer_name="Cleo\r\nBcc: all@example.com")
    [notice] = bookings.notices_of_booking(event)
    assert "\n" not in notice.title


def test_names_are_never_taken_for_places_in_a_text() -> None:
    event = booking_event(NOW, customer_name="{provider} {0} {x.__class__}")
    [notice] = bookings.notices_of_booking(event)
    assert "{provider} {0} {x.__class__}" in notice.body


def test_the_rated_is_told_and_the_author_is_not() -> None:
    [notice] = ratings.notices_of_rating(rating_event(NOW))
    assert (notice.user_id, notice.title) == ("pat", "Cleo rated you")
    assert notice.body == "Cleo gave you 4 stars for Tap repair. “Quick <b>and</b> clean”"
    [notice] = ratings.notices_of_rating(rating_event(NOW, stars=1, comment=None, author_name=None))
    assert notice.body == "The customer gave you 1 star for Tap repair."


def test_the_author_hears_of_an_answer_and_of_what_a_moderator_did() -> None:
    replied = RatingReplied(
        rating_id="r", booking_id="b", service_id="s", service_title="Tap repair", provider_name="Pat's Plumbing",
        author_id="cleo", author_role="customer", rated_user_id="pat", comment="Thank you!", replied_at=NOW,
    )  # fmt: skip
    [notice] = ratings.notices_of_reply(replied)
    assert (notice.user_id, notice.title) == ("cleo", "Pat's Plumbing answered your rating")
    assert notice.body == "Pat's Plumbing answered your rating of Tap repair. “Thank you!”"
    [notice] = ratings.notices_of_reply(replied.model_copy(update={"author_role": "provider", "author_id": "pat"}))
    assert (notice.user_id, notice.title) == ("pat", "The customer answered your rating")
    for hidden, title in ((True, "Your rating was hidden"), (False, "Your rating is shown again")):
        [notice] = ratings.notices_of_moderation(rating_event(NOW), hidden=hidden, support="help@example.com")
        assert (notice.user_id, notice.title) == ("cleo", title)
        assert ("write to help@example.com" in notice.body) is hidden


def test_everybody_who_reported_hears_what_came_of_it() -> None:
    for verdict, outcome in (("upheld", "it is hidden now."), ("dismissed", "it stays.")):
        facts = {"rating_id": "r", "service_id": "s", "service_title": "Tap repair", "reporter_ids": ["zoe", "pat"]}
        decided = RatingReportsDecided.model_validate({**facts, "verdict": verdict, "decided_at": NOW})
        notices = ratings.notices_of_reports(decided)
        assert [(notice.user_id, notice.mail) for notice in notices] == [("zoe", None), ("pat", None)]
        assert {notice.body.endswith(outcome) for notice in notices} == {True}


@pytest.mark.parametrize(("reason", "told"), [("Ill", "“Ill”."), ("I am ill.", "“I am ill.”"), ("Why?", "“Why?”")])
def test_a_reason_ends_its_sentence(reason: str, told: str) -> None:
    assert formatting.reason_given(reason) == f"Reason given: {told}"


def test_of_an_application_only_the_decision_is_told() -> None:
    applied = ProviderApplied(provider_id="pat", trading_name="Pat's", applied_at=NOW)
    approved = ProviderApproved(provider_id="pat", trading_name="Pat's", approved_at=NOW)
    rejected = ProviderRejected(provider_id="pat", trading_name="Pat's", reason="No licence", rejected_at=NOW)
    assert accounts.notices_of_provider(applied) == []
    assert "approved" in accounts.notices_of_provider(approved)[0].body
    [notice] = accounts.notices_of_provider(rejected)
    assert notice.body.endswith("Reason given: “No licence”. You can change your application and send it again.")
