"""The site is built without a warning, and the commands in the documentation are ones that there are.

What docs/tour.md says is typed by tests/e2e/test_tour.py. Of everything else it is checked here that `gigsta` and
`make` have such a command with such options; other programs' commands are in a table, each with what runs it.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from gigsta_cli.main import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "web/README.md"]
TOUR = ROOT / "docs/tour.md"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
KNOWN = {
    "uv pip compile": "bin/bootstrap runs uv; the locks are compared by pip's hashes at every install",
    "pre-commit install": "a person's choice",
    "export LEGACY_MONGODB_URL": "cli/tests/test_import_legacy.py",
    "cd deploy/cloudflare": "below it:",
    "terraform init": "the job `terraform` of .github/workflows/ci.yml; never applied by us",
    "terraform apply": "never run by us: it needs a zone",
    "npm ": "web/package.json; `gigsta web check` and the image run them",
    "npx ": "web/README.md is for those who work there",
    "node ": "web/README.md is for those who work there",
}
"""How other programs' commands begin."""


def blocks(page: Path) -> Iterator[str]:
    """The lines of what is to be typed, without comments."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if words := shlex.split(line, comments=True):
                yield shlex.join(words)


def inline() -> Iterator[str]:
    """`gigsta ...` and `make ...` within the text; `gigsta backup|restore` are two."""
    for page in PAGES:
        yield from re.findall(r"`((?:gigsta|make) [^`]+)`", " ".join(page.read_text().split()))


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command that these words name, and what comes after its name.

    Raises:
        LookupError: there is none.
    """
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            raise LookupError(f"gigsta has no {words[0]}")
        command, words = command.commands[words[0]], words[1:]
    return command, words


def problem(line: str) -> str | None:
    """Why a command is none that there is."""
    words = shlex.split(line)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words:
        return None
    program = words[0].rpartition("/")[2]
    if program == "docker":
        return _docker(words)
    if program == "make":
        return None if set(words[1:2]) <= TARGETS else f"make has no {words[1:2]}"
    if program == "gigsta":
        return _gigsta(words[1:])
    rest = shlex.join([program, *words[1:]])
    return None if rest.startswith(tuple(KNOWN)) else f"nobody knows whether this works: {line}"


def _gigsta(words: list[str]) -> str | None:
    try:
        command, rest = command_of(words)
    except LookupError as error:
        return str(error)
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in {*options, "--help"}]
    return f"{' '.join(words)}: there is no {unknown[0]}" if unknown else None


def _docker(words: list[str]) -> str | None:
    if words[1] != "compose" or words[2] not in ("up", "run", "down", "--profile"):
        return f"no test runs {' '.join(words)}"
    if words[2] == "run":
        service = next(place for place, word in enumerate(words[3:], 3) if not word.startswith("-"))
        if words[service] not in COMPOSE["services"]:
            return f"compose has no {words[service]}"
        return _gigsta(words[service + 1 :])
    return None


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "POST" in (tmp_path / "site/services/bookings.html").read_text()
    assert 'class="mermaid"' in (tmp_path / "site/booking-lifecycle.html").read_text()
    shown = "".join(path.read_text() for path in (tmp_path / "site").rglob("*.html"))
    assert not re.findall(r'<(?:script|link)[^>]+(?:src|href)="https?://(?!gigsta)', shown), "fetched from elsewhere"


def test_every_command_in_the_documentation_is_one_that_there_is() -> None:
    found = [(page.name, line) for page in PAGES if page != TOUR for line in blocks(page)]
    assert len(found) > 15
    assert [(name, line, why) for name, line in found if (why := problem(line))] == []


def test_so_are_those_within_the_text() -> None:
    wrong = []
    for line in inline():
        plain = re.sub(r" (\.\.\.|[A-Z]+\b.*|\[.*|DIRECTORY.*)$", "", line)
        for one in plain.split("|") if "|" in plain else [plain]:
            words = one if one.startswith(("gigsta", "make")) else f"{plain.split('|')[0].rpartition(' ')[0]} {one}"
            if why := problem(words):
                wrong.append((line, why))
    assert wrong == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gigsta bakcup /b", "no bakcup"),
        ("gigsta backup /b --servcie geo", "no --servcie"),
        ("make tset", "make has no"),
        ("docker compose run --rm gigsta migrate stauts", "no stauts"),
        ("rm -rf /", "nobody knows"),
    ],
)
def test_what_is_not_there_is_seen(line: str, says: str) -> None:
    assert says in str(problem(line))
