"""`gigsta snapshots`: what is derived from the code and committed beside it, so that a change shows in review.

The services' OpenAPI documents, the schemas of the events, and the pages of `docs/` that are drawn from tables.
"""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gigsta_cli import services
from gigsta_cli.up.plan import SERVICES
from gigsta_common.events import snapshots as event_snapshots
from gigsta_common.settings import ServiceSettings

ROOT = Path(__file__).resolve().parents[2]

_NOWHERE = {
    "environment": "test",
    "mongodb_url": "mongodb://nowhere.invalid",
    "amqp_url": "amqp://nowhere.invalid",
    "jwks_url": "http://nowhere.invalid/jwks.json",
    "key_encryption_key": "A" * 43 + "=",
}


def generate() -> dict[Path, str]:
    """Every snapshot: where it belongs, and what it should say. Nothing is connected to or written."""
    files = {ROOT / "services" / name / "openapi.json": _json(openapi(name)) for name in SERVICES}
    schemas = ROOT / "libs/common/gigsta_common/events/schemas"
    files |= {schemas / name: text for name, text in event_snapshots.schemas().items()}
    hears = {name: services.handlers(name).bindings for name in SERVICES}
    files[ROOT / "docs/events.asyncapi.json"] = _json(event_snapshots.asyncapi(hears))
    files[ROOT / "docs/booking-lifecycle.md"] = _lifecycle()
    return files


def write() -> list[Path]:
    """Write what differs; return it, relative to the project."""
    changed = []
    for path, text in generate().items():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            changed.append(path.relative_to(ROOT))
    return changed


def openapi(service: str) -> dict[str, Any]:
    settings: type[ServiceSettings] = services.module(service, "settings").Settings
    document: dict[str, Any] = services.module(service, "main").create_app(settings.model_validate(_NOWHERE)).openapi()
    return document


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _lifecycle() -> str:
    diagram, table, reminders = (services.module("bookings", name) for name in ("diagram", "lifecycle", "reminders"))
    rows = diagram.as_data().transitions
    lines = [
        "# The booking lifecycle",
        "",
        "Drawn from the table in `services/bookings/gigsta_bookings/lifecycle.py` by `make snapshots`.",
        "",
        "```mermaid",
        diagram.as_mermaid().rstrip(),
        "```",
        "",
        "| action | from | to | who | when | event | note |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        name = f"{row.action_name} !" if row.is_critical else row.action_name
        target = row.to_status or "(depends)"
        when = _when(table.BY_NAME.get(row.action_name))
        lines.append(_row(name, row.from_status or "", target, ", ".join(row.actors), when, row.event, row.note))
    lines += [
        "",
        "`!` marks what cannot be undone.",
        "",
        "## Reminders",
        "",
        "From the table in `reminders.py` beside it. None comes after its deadline. Each comes once for its moment,",
        "and again where that moves, unless it says otherwise.",
        "",
        "| reminder | while | to | when | deadline |",
        "|---|---|---|---|---|",
    ]
    for reminder in reminders.REMINDERS:
        to = reminder.to.__name__.replace("_", " ")
        deadline = _said(reminder.deadline)
        once = " Once for the whole booking." if reminder.once else ""
        when = _said(reminder.at) + once
        lines.append(_row(f"reminder.{reminder.name}", ", ".join(reminder.sources), to, when, deadline))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _when(row: Any) -> str:
    """When a row of the lifecycle is possible, or when the clock takes it."""
    if row is None:
        return ""
    moments = (("From: ", row.opens), ("Until: ", row.closes), ("", row.due))
    return " ".join(word + _said(moment) for word, moment in moments if moment is not None)


def _said(moment: Callable[..., Any]) -> str:
    """What a rule of the lifecycle says of itself: the first paragraph of its docstring."""
    words = inspect.getdoc(moment)
    if not words:
        raise ValueError(f"{moment.__name__} does not say when it is: it needs a docstring")
    return " ".join(words.split("\n\n")[0].split())
