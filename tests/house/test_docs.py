"""What the documents point at is there."""

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\(([^)#]+)")


def test_every_relative_link_leads_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    assert pages
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text())
        if not target.startswith(("http://", "https://", "mailto:")) and not (page.parent / target).exists()
    ]
    assert broken == []


def test_decision_records_are_numbered_without_gaps_and_each_number_is_given_once() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert numbers == list(range(1, len(records) + 1))
    headed = [int(path.read_text().removeprefix("# ").partition(".")[0]) for path in records]
    assert headed == numbers


def test_the_table_of_events_is_what_asyncapi_says() -> None:
    document = json.loads((ROOT / "docs/events.asyncapi.json").read_text())
    names = {channel: about["address"].replace("{what}", "*") for channel, about in document["channels"].items()}
    said: dict[tuple[str, str], set[str]] = {}
    for key, operation in document["operations"].items():
        about = (key.partition(".")[0], operation["action"])
        said.setdefault(about, set()).add(names[operation["channel"]["$ref"].removeprefix("#/channels/")])
    table = (ROOT / "docs/architecture.md").read_text().partition("| context | publishes | listens to |")[2]
    rows = re.findall(r"^\| (\w+) \|(.*?)\|(.*?)\|$", table.partition("\n\n")[0], re.MULTILINE)
    assert len(rows) == 6
    for service, *cells in rows:
        for action, cell in zip(("send", "receive"), cells, strict=True):
            assert _named(cell, set(names.values())) == said.get((service, action), set()), (service, action)


def _named(cell: str, events: set[str]) -> set[str]:
    """Of `user.*` but `user.closed` all but that one; `booking.verified` is one of `booking.*`."""
    there, _, but = cell.partition(" but ")
    meant = [set(re.findall(r"`([\w.*]+)`", part)) for part in (there, but)]
    first, without = (
        {event for event in events for name in part if fnmatchcase(event, name) or fnmatchcase(name, event)}
        for part in meant
    )
    return first - without
