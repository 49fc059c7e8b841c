"""Pages of the site that are made while it is built: of the readme, of the services' openapi.json and of the events."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("auth", "catalog", "bookings", "ratings", "geo", "notifications")
METHODS = ("get", "post", "put", "patch", "delete")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for uri, text in pages().items():
        files.append(File.generated(config, uri, content=text))
    return files


def pages() -> dict[str, str]:
    made = {f"services/{name}.md": service(name) for name in SERVICES}
    made |= {"events.md": events(), "api.md": api(), "decisions/index.md": decisions()}
    made["index.md"] = moved((ROOT / "README.md").read_text())
    made["contributing.md"] = moved((ROOT / "CONTRIBUTING.md").read_text())
    return made


def moved(text: str) -> str:
    """A page of the project's root, with its links as they are from docs/."""
    text = re.sub(r"\]\(docs/decisions/\)", "](decisions/index.md)", text)
    text = text.replace("](CONTRIBUTING.md)", "](contributing.md)")
    return re.sub(r"\]\(docs/", "](", text)


def openapi(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "services" / name / "openapi.json").read_text())
    return document


def operations(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in openapi(name)["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method.upper(), path, methods[method]


def service(name: str) -> str:
    package = ROOT / "services" / name / f"gigsta_{name}" / "main.py"
    about = re.findall(r'^"""(.*?)"""', package.read_text(), re.DOTALL)[0].strip()
    sent, received = said_and_heard(name)
    lines = [
        f"# {name}",
        "",
        about,
        "",
        f"Code and tests: `services/{name}`. Clients write `/api/v1` before these paths.",
        "",
    ]
    lines += ["## Operations", "", "| method | path | what it does |", "|---|---|---|"]
    for method, path, operation in operations(name):
        words = operation["summary"] + ". " + operation.get("description", "").split("\n\n")[0]
        who = "" if operation.get("security") else "Open to all. "
        breakable = path.replace("/", "/<wbr>")  # not in the middle of a word
        lines.append(f"| {method} | <code>{breakable}</code> | {who}{cell(words)} |")
    lines += ["", "## Events", "", "Sends: " + listed(sent), "", "Listens to: " + listed(received), ""]
    return "\n".join(lines)


def asyncapi() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "docs/events.asyncapi.json").read_text())
    return document


def said_and_heard(name: str) -> tuple[list[str], list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, operation in asyncapi()["operations"].items():
        if key.startswith(f"{name}."):
            found[operation["action"]].append(operation["channel"]["$ref"].removeprefix("#/channels/"))
    return sorted(set(found["send"])), sorted(set(found["receive"]))


def events() -> str:
    document = asyncapi()
    sides: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"send": [], "receive": []})
    for key, operation in document["operations"].items():
        channel = operation["channel"]["$ref"].removeprefix("#/channels/")
        sides[channel][operation["action"]].append(key.partition(".")[0])
    lines = [EVENTS_HEAD, "", "| event | sent by | heard by | carries |", "|---|---|---|---|"]
    for channel, about in document["channels"].items():
        shape = next(iter(about["messages"]))
        side = sides[channel]
        lines.append(
            f"| `{channel}` | {', '.join(side['send'])} | {', '.join(side['receive'])} | [{shape}](#{shape.lower()}) |"
        )
    lines += ["", "## What they carry", ""]
    for shape in sorted({name for about in document["channels"].values() for name in about["messages"]}):
        schema = document["components"]["schemas"][shape]
        lines += [f"### {shape}", "", cell(schema.get("description", "").split("\n\n")[0]), ""]
        lines += ["| field | always | what it is |", "|---|---|---|"]
        required = set(schema.get("required", ()))
        for field, facts in schema["properties"].items():
            lines.append(f"| `{field}` | {'yes' if field in required else ''} | {cell(facts.get('description', ''))} |")
        lines.append("")
    return "\n".join(lines)


def api() -> str:
    count = {name: sum(1 for _ in operations(name)) for name in SERVICES}
    lines = [API_HEAD, "", "| service | operations |", "|---|---|"]
    lines += [f"| [{name}](services/{name}.md) | {number} |" for name, number in count.items()]
    return "\n".join(lines) + "\n\n" + API_RULES


EVENTS_HEAD = """# Events

CloudEvents 1.0 in JSON, on the topic exchange `gigsta.events`. This page is made of `docs/events.asyncapi.json`, which
is made of the classes in `gigsta_common/events`."""

API_HEAD = """# The API

REST over HTTPS, below `/api/v1`; JSON in and out. A running gateway shows all of it at `/api/docs`, to try out, and
gives the whole description at `/api/openapi.json`. Each service's own is committed beside it."""

API_RULES = """## What holds everywhere

- **Who asks**: `Authorization: Bearer` with an access token of `/auth/login`, good for ten minutes; `/auth/refresh`
  gets the next. What is marked *open to all* needs none.
- **What is wrong** comes as `application/problem+json`: `code` is for programs, `detail` for people, `errors` names
  fields, `request_id` is what to tell us.
- **Lists** are `items` and `next_cursor`; ask again with `cursor`.
- **Trying again**: send `Idempotency-Key` with what makes something; the same key and body make it once.
  With another body the key is refused for a day.
- **Versions**: send the `version` that you have seen; 409 says that it has changed since.
- **Too fast**: 429 with `Retry-After`.
"""


def decisions() -> str:
    lines = ["# Decisions", "", "What we chose, and why: one page each.", ""]
    for path in sorted((ROOT / "docs/decisions").glob("[0-9]*.md")):
        title = path.read_text().partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join(lines) + "\n"


def listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) + "." if names else "nothing."


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
