"""Reminders: to whom they go, and what they say."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gigsta_notifications.models import reminders

from .conftest import House, reminder_event

NOW = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
STARTS = "Tuesday 3 March 2026, 9:00 am NZDT"
DEADLINE = "Wednesday 4 March 2026, 1:30 pm NZDT"


def told(name: str, *to: str, **given: Any) -> dict[str, tuple[str, str]]:
    notices = reminders.notices_of_reminder(reminder_event(NOW, name, *to, **given))
    return {notice.user_id: (notice.title, notice.body) for notice in notices}


def test_a_request_waits_for_its_provider() -> None:
    body = (
        f"Cleo would like Tap repair on {STARTS}, for NZ$85.00. Please accept or decline by {DEADLINE}; after that "
        "the request lapses."
    )
    assert told("answer_request", "provider") == {"pat": ("Cleo is waiting for your answer", body)}


@pytest.mark.parametrize(
    ("role", "reader", "other"), [("customer", "cleo", "Pat's Plumbing"), ("provider", "pat", "Cleo")]
)
def test_a_proposal_waits_for_the_other_side(role: str, reader: str, other: str) -> None:
    body = (
        f"Tap repair is booked for {STARTS}. {other} proposes Thursday 5 March 2026, 2:00 pm NZDT instead. "
        f"Please accept or decline by {DEADLINE}; after that the original time is kept."
    )
    said = told("answer_proposal", role, proposed_starts_at="2026-03-05T01:00:00Z")
    assert said == {reader: (f"{other} is waiting for your answer", body)}


@pytest.mark.parametrize("name", ["day_before", "two_hours_before"])
def test_an_appointment_comes_up_for_both(name: str) -> None:
    both = told(name, "customer", "provider")
    assert both["cleo"][1].startswith(f"Pat's Plumbing will see you for Tap repair on {STARTS}.")
    assert both["pat"][1].startswith(f"You will see Cleo for Tap repair on {STARTS}.")
    assert {title for title, _ in both.values()} == {
        f"{'Coming up' if name == 'day_before' else 'Starting soon'}: Tap repair on {STARTS}"
    }


def test_finished_work_waits_for_the_customer() -> None:
    body = (
        f"Pat's Plumbing marked Tap repair as complete. Please confirm by {DEADLINE}, or open a dispute if "
        "something is wrong; after that it is confirmed automatically."
    )
    assert told("confirm_completion", "customer") == {"cleo": ("Is Tap repair done?", body)}


@pytest.mark.parametrize(
    ("accused", "reader", "other"), [("customer", "cleo", "Pat's Plumbing"), ("provider", "pat", "Cleo")]
)
def test_a_no_show_report_waits_for_the_accused(accused: str, reader: str, other: str) -> None:
    body = (
        f"{other} says that you did not come for Tap repair on {STARTS}. If that is wrong, please contest the "
        f"report by {DEADLINE}; after that it is final."
    )
    assert told("contest_no_show", accused) == {reader: (f"{other} reported that you were absent", body)}


def test_an_unknown_reminder_is_told_in_general_words() -> None:
    assert told("bring_an_umbrella", "customer") == {
        "cleo": (
            "A reminder about Tap repair",
            f"Tap repair with Pat's Plumbing, {STARTS}. Please look at the booking by {DEADLINE}.",
        )
    }
    assert told("bring_an_umbrella", "provider", deadline=None)["pat"][1].endswith("Please look at the booking soon.")


def test_a_reader_that_the_table_does_not_expect_gets_the_general_words() -> None:
    assert told("answer_request", "customer")["cleo"][0] == "A reminder about Tap repair"


def test_parties_that_nobody_has_heard_of_are_left_out() -> None:
    assert told("day_before", "neighbour") == {}


@pytest.mark.parametrize("name", [*reminders.REMINDERS, "one_of_next_year"])
def test_every_text_can_be_filled(name: str) -> None:
    for given in ({}, {"deadline": None, "customer_name": None}):
        event = reminder_event(NOW, name, "customer", "provider", **given)
        for notice in reminders.notices_of_reminder(event):
            assert "{" not in notice.title + notice.body
            assert notice.link == "/bookings/booking-1"
            assert notice.data == {"booking_id": "booking-1", "service_id": "service-1", "status": "confirmed"}
            assert notice.mail is not None
            assert notice.mail.not_after == event.deadline


def test_the_table_knows_every_reminder_of_the_lifecycle_as_it_is_today() -> None:
    table = Path(__file__).parents[2] / "bookings" / "gigsta_bookings" / "reminders.py"
    words = {node.value for node in ast.walk(ast.parse(table.read_text())) if isinstance(node, ast.Constant)}
    assert set(reminders.REMINDERS) <= words


async def test_a_reminder_goes_into_the_inbox_and_out_by_mail_once(house: House) -> None:
    await house.registered("pat", "Pat")
    for _ in range(2):
        await house.reminder("answer_request", "provider", event_id="event-1", status="pending")
        await house.service.db["inbox_seen"].delete_many({})  # as after the thirty days for which events are remembered
    [item] = (await house.inbox("pat"))["items"]
    assert (item["kind"], item["title"]) == ("reminder.answer_request", "Cleo is waiting for your answer")
    assert item["link"] == "/bookings/booking-1"
    assert item["data"]["status"] == "pending"
    [mail] = await house.mails()
    assert (mail["to"], mail["subject"]) == ("pat@example.com", "Cleo is waiting for your answer")
    assert mail["links"][0] == "http://localhost:8000/bookings/booking-1"
    assert DEADLINE in mail["text"]
    assert (await house.inbox("cleo"))["items"] == []


async def test_an_unknown_reminder_is_told_all_the_same(house: House) -> None:
    await house.reminder("bring_an_umbrella", "customer")
    [item] = (await house.inbox("cleo"))["items"]
    assert (item["kind"], item["title"]) == ("reminder.bring_an_umbrella", "A reminder about Tap repair")


async def test_a_reminder_is_not_mailed_once_its_deadline_is_over(house: House) -> None:
    await house.registered("pat")
    await house.reminder("two_hours_before", "provider", deadline=house.clock.now())
    assert await house.mails() == []
    assert (await house.delivery())["error"] == "what it was about has expired"
