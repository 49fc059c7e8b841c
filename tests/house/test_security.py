"""`docs/security.md` and `docs/faults.md` name files and tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([a-z][\w.-]*(?:/[\w.-]+)+)(?:::(\w+))?`")


@pytest.mark.parametrize(("page", "at_least"), [("security", 50), ("faults", 25)])
def test_every_file_and_test_named_is_there(page: str, at_least: int) -> None:
    named = NAMED.findall((ROOT / f"docs/{page}.md").read_text())
    assert len(named) >= at_least
    missing = [f"{path}::{test}" for path, test in named if not is_there(ROOT / path, test)]
    assert missing == []


def is_there(path: Path, test: str) -> bool:
    return path.exists() and (not test or f"def {test}(" in path.read_text())
