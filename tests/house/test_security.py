"""`docs/security.md` and `docs/faults.md` name files and tests that are there, and no requirement is left out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text()
SECTIONS = {
    "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3,
}  # fmt: skip
"""How many requirements each section of ASVS 5.0.0 has."""
NUMBER = r"(\d+\.\d+)\.(\d+)"
RANGE = re.compile(rf"\b{NUMBER}\s+to\s+{NUMBER}\b")
NAMED = re.compile(r"`([a-z][\w.-]*(?:/[\w.-]+)+)(?:::(\w+))?`")


@pytest.mark.parametrize(("page", "at_least"), [("security", 50), ("faults", 25)])
def test_every_file_and_test_named_is_there(page: str, at_least: int) -> None:
    named = NAMED.findall((ROOT / f"docs/{page}.md").read_text())
    assert len(named) >= at_least
    missing = [f"{path}::{test}" for path, test in named if not is_there(ROOT / path, test)]
    assert missing == []


def is_there(path: Path, test: str) -> bool:
    return path.exists() and (not test or f"def {test}(" in path.read_text())


def test_every_requirement_of_the_chapters_is_spoken_of() -> None:
    spoken_of = {(section, int(number)) for section, number in re.findall(rf"\b{NUMBER}\b", PAGE)}
    for section, first, _, last in RANGE.findall(PAGE):
        spoken_of |= {(section, number) for number in range(int(first), int(last) + 1)}
    for section in ("6.6", "10.6", "10.7"):  # not applicable as a whole
        assert re.search(rf"\b{re.escape(section)}\b(?!\.\d)", PAGE), section
        spoken_of |= {(section, number) for number in range(1, SECTIONS[section] + 1)}
    wanted = {(section, number) for section, count in SECTIONS.items() for number in range(1, count + 1)}
    assert wanted - spoken_of == set()
    assert {one for one in spoken_of if one[0] in SECTIONS} - wanted == set(), "there is no such requirement"


def test_every_row_names_where_and_by_what() -> None:
    """But for what is documentation itself."""
    rows = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    assert len(rows) > 50
    assert [row[0] for row in rows if len(row) != 3 or not (NAMED.search(row[1]) or "this page" in row[1])] == []
    untested = [row[0].split()[0] for row in rows if not NAMED.search(row[2])]
    assert untested == ["6.1.1", "6.1.3", "7.1.1"]
