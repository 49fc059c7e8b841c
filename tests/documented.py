"""What the documentation says is to be typed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from gigsta_cli.main import app

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "web/README.md"]
TOUR = ROOT / "docs/tour.md"
"""`tests/e2e/test_tour.py` types all of it."""
_PROGRAMS = "gigsta|make|docker|npm|npx|node|terraform|rabbitmqctl|rabbitmq-diagnostics|openssl"


def blocks(page: Path) -> Iterator[str]:
    """The lines of what is to be typed, without comments."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            if words := shlex.split(line, comments=True):
                yield shlex.join(words)


def inline() -> Iterator[str]:
    """Commands within the text, without what stands for something else (`ID...`, `[--service geo]`).

    Of `gigsta backup|restore` there are two, and of `gigsta replay [--service geo]` there are two as well.
    """
    for page in PAGES:
        for said in re.findall(rf"`((?:[A-Z_]+=\S+ )*(?:{_PROGRAMS}) [^`]+)`", " ".join(page.read_text().split())):
            line = re.sub(r" (\.\.\.|DIRECTORY.*)$", "", said)
            yield re.sub(r" \[.*?\]", "", line)
            if "[" in line:
                yield re.sub(r"[\[\]]", "", line)


def lines() -> list[str]:
    """Every command but those of the tour, each once."""
    found = [line for page in PAGES if page != TOUR for line in blocks(page)]
    return list(dict.fromkeys([*found, *inline()]))


def plain(line: str) -> list[str]:
    """The words of a command, without the variables before it and with the program's bare name."""
    words = shlex.split(line)
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    return [words[0].rpartition("/")[2], *words[1:]] if words else []


def of_gigsta() -> list[list[str]]:
    """What is to be typed after `gigsta`, here or in a container of its own."""
    found = []
    for line in lines():
        words = plain(line)
        if words[:3] == ["docker", "compose", "run"] and "gigsta" in words:
            words = words[words.index("gigsta") :]
        if words[:1] == ["gigsta"] and len(words) > 1:
            found.append(words[1:])
    return [list(one) for one in dict.fromkeys(map(tuple, found))]


def is_whole(words: list[str]) -> bool:
    """Whether it can be typed like that; `gigsta backup` within a sentence only names the command."""
    command, _, rest = command_of(words)
    required = [one for one in command.params if one.param_type_name == "argument" and one.required]
    return len([word for word in rest if not word.startswith("-")]) >= len(required)


def command_of(words: list[str]) -> tuple[Any, list[str], list[str]]:
    """The command that these words name, its name, and what comes after it.

    Raises:
        LookupError: there is none.
    """
    command: Any = typer.main.get_command(app)
    name: list[str] = []
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            raise LookupError(f"gigsta has no {words[0]}")
        command, name, words = command.commands[words[0]], [*name, words[0]], words[1:]
    return command, name, words
