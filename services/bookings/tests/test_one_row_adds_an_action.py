"""Adding a booking action is one row of the lifecycle table: here it is added, to a copy, and nothing else is touched.

What the other party is told of it without an entry in notifications is tested there
(`test_an_action_nobody_has_heard_of_is_told_all_the_same`).
"""

import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import gigsta_bookings

REPOSITORY = Path(__file__).parents[3]
BEGINS = "TRANSITIONS: tuple[Transition, ...] = (\n"
ACTION = "mark_on_the_way"
ROW = """\
    Transition(
        action_name="mark_on_the_way",
        sources=(S.CONFIRMED,),
        target=S.CONFIRMED,
        actors=(A.PROVIDER,),
        button_label="I am on my way",
        note="On the way: {actor}",
        event="on_the_way",
    ),
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with one row more."""
    original = Path(gigsta_bookings.__file__).parent
    copy = tmp_path_factory.mktemp("one_row") / original.name
    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
    table = copy / "lifecycle.py"
    text = table.read_text()
    assert text.count(BEGINS) == 1
    table.write_text(text.replace(BEGINS, BEGINS + ROW))
    return copy


@pytest.fixture(scope="module")
def seen(copy: Path, mongod_url: str) -> dict[str, Any]:
    """What a process with that copy had to say."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(copy.parent), *sys.path])}
    argv = [sys.executable, "-W", "error", "-m", "services.bookings.tests.one_row_run", mongod_url, ACTION]
    options: dict[str, Any] = {"env": environment, "cwd": REPOSITORY, "capture_output": True, "text": True}
    run = subprocess.run(argv, check=False, timeout=120, **options)
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    assert seen["package"] == str(copy)
    return seen


def test_the_copy_differs_by_the_row_alone(copy: Path) -> None:
    original = Path(gigsta_bookings.__file__).parent
    names = sorted(path.relative_to(original) for path in original.rglob("*") if "__pycache__" not in path.parts)
    assert names == sorted(path.relative_to(copy) for path in copy.rglob("*") if "__pycache__" not in path.parts)
    files = [name for name in names if (original / name).is_file()]
    changed = [name for name in files if (original / name).read_bytes() != (copy / name).read_bytes()]
    assert changed == [Path("lifecycle.py")]
    before, after = ((package / "lifecycle.py").read_text().splitlines() for package in (original, copy))
    changes = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
    assert changes == [f"+ {line}" for line in ROW.splitlines()]


def test_it_is_offered_to_whom_and_when_the_row_says(seen: dict[str, Any]) -> None:
    [action] = [action for action in seen["offered"]["provider"] if action["action_name"] == ACTION]
    assert action == {
        "action_name": ACTION,
        "button_label": "I am on my way",
        "note": "On the way: provider",
        "is_critical": False,
        "enabled": True,
        "disabled_reason": None,
        "requires_reason": False,
        "requires_time": False,
        "about_proposal": False,
        "available_until": None,
        "consequence": None,
    }
    assert ACTION not in {action["action_name"] for action in seen["offered"]["customer"]}
    assert seen["refused"] == [
        [409, f"A booking that is pending cannot take '{ACTION}'."],
        [409, f"'{ACTION}' is not for the customer of a booking."],
    ]


def test_it_is_taken_and_leaves_its_line_in_the_sealed_history(seen: dict[str, Any]) -> None:
    before, after = seen["before"], seen["after"]
    assert (after["status"], after["version"]) == ("confirmed", before["version"] + 1)
    assert after["history"][:-1] == before["history"]
    entry = after["history"][-1]
    assert (entry["action"], entry["actor"], entry["note"]) == (ACTION, "provider", "On the way: provider")
    assert (entry["from_status"], entry["to_status"]) == ("confirmed", "confirmed")
    assert seen["verified"]["intact"]
    assert seen["verified"]["entries"] == 3


def test_it_publishes_its_event(seen: dict[str, Any]) -> None:
    names = [name for name, _, _ in seen["published"]]
    assert names == ["booking.requested", "booking.confirmed", "booking.on_the_way"]
    _, sequence, data = seen["published"][-1]
    assert sequence == 3
    assert (data["action_name"], data["actor"], data["note"]) == (ACTION, "provider", "On the way: provider")
    assert data["history_hash"] == seen["after"]["history"][-1]["hash"]


def test_it_stands_in_the_openapi_document_the_data_and_the_diagram(seen: dict[str, Any]) -> None:
    assert ACTION in seen["openapi"]
    [row] = [row for row in seen["state_machine"]["transitions"] if row["action_name"] == ACTION]
    assert row == {
        "action_name": ACTION,
        "from_status": "confirmed",
        "to_status": "confirmed",
        "actors": ["provider"],
        "button_label": "I am on my way",
        "note": "On the way: {actor}",
        "is_critical": False,
        "event": "booking.on_the_way",
    }
    assert f"    confirmed --> confirmed: {ACTION} (provider)\n" in seen["diagram"]
