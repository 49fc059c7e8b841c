"""The site is built without a warning, and every command in the documentation is one that a test runs.

What docs/tour.md says is typed by tests/e2e/test_tour.py, and what tells of a running marketplace by
tests/e2e/test_operator.py. Of every other command of `gigsta` it is checked here that some test, or a job of
docker-compose.yml, has it, and that there are such options; of `make` and `npm run` that there is such a target, which
`make --dry-run` goes through. The rest is in a table, each with what runs it.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from tests.documented import ROOT, command_of, lines, of_gigsta, plain

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
SCRIPTS = set(json.loads((ROOT / "web/package.json").read_text())["scripts"])
TESTS = [path for path in ROOT.glob("*/**/test_*.py") if "tests" in path.parts and path != Path(__file__)]
KNOWN = {
    "uv pip compile": "bin/bootstrap runs uv; the locks are compared by pip's hashes at every install",
    "pre-commit install": "a person's choice",
    "export LEGACY_MONGODB_URL": "cli/tests/test_import_legacy.py",
    "cd deploy/cloudflare": "below it:",
    "terraform init": "the job `terraform` of .github/workflows/ci.yml",
    "terraform apply": "never run by us: it needs a zone",
    "terraform plan": "never run by us: it needs a zone",
    "docker compose up --build --wait": "bin/e2e-compose",
    "docker compose down": "bin/e2e-compose",
    "docker compose ps": "tests/e2e/test_operator.py, in containers",
    "docker build --build-arg SERVICE": "the job `images` of .github/workflows/ci.yml",
    "docker compose --profile mail up": "only by hand: its image cannot be had where the tests run",
    "docker compose exec rabbitmq ": "tests/e2e/test_operator.py, in containers",
    "openssl rand -hex 32": "makes up a secret; nothing of ours",
    "openssl rand -base64 32": "tests/house/test_render.py",
    "sed -i 's/gigsta": "tests/house/test_render.py",
    "npm ci": "`gigsta web check` and the Dockerfile",
}
"""How other programs' commands begin."""


def problem(line: str) -> str | None:
    """Why a command is none that there is, or none that anything runs."""
    words = plain(line)
    match words:
        case ["make", *targets]:
            return None if set(targets[:1]) <= TARGETS else f"make has no {targets[:1]}"
        case ["gigsta", *rest]:
            return _gigsta(rest)
        case ["npm", "run", script] | ["npm", "test" as script]:
            return None if script in SCRIPTS else f"npm has no {script}"
        case ["node", script, *_]:
            return None if (ROOT / "web" / script).is_file() else f"web has no {script}"
        case ["docker", "compose", "stop", *names]:
            strangers = set(names) - COMPOSE["services"].keys()
            return f"compose has no {', '.join(strangers)}" if strangers else None
        case ["docker", "compose", "run", *rest]:
            service = next(place for place, word in enumerate(rest) if not word.startswith("-"))
            if rest[service] not in COMPOSE["services"]:
                return f"compose has no {rest[service]}"
            return _gigsta(rest[service + 1 :]) if rest[service] == "gigsta" else None
    return None if shlex.join(words).startswith(tuple(KNOWN)) else f"nobody knows whether this works: {line}"


def _gigsta(words: list[str]) -> str | None:
    try:
        command, _, rest = command_of(words)
    except LookupError as error:
        return str(error)
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word not in {*options, "--help"}]
    return f"{' '.join(words)}: there is no {unknown[0]}" if unknown else None


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "POST" in (tmp_path / "site/services/bookings.html").read_text()
    # Where the theme finds no script of ours, it loads one from a public address as soon as there is a diagram.
    scripted = (tmp_path / "site/assets/mermaid.min.js").exists()
    drawn = (tmp_path / "site/booking-lifecycle.html").read_text()
    assert ('src="assets/mermaid.min.js"' in drawn, 'class="mermaid"' in drawn) == (scripted, scripted)
    shown = "".join(path.read_text() for path in (tmp_path / "site").rglob("*.html"))
    assert not re.findall(r'<(?:script|link)[^>]+(?:src|href)="https?://(?!gigsta)', shown), "fetched from elsewhere"


def test_every_command_in_the_documentation_is_one_that_there_is() -> None:
    assert len(lines()) > 50
    assert [(line, why) for line in lines() if (why := problem(line))] == []


@cache
def _tests() -> list[str]:
    return [path.read_text() for path in [*TESTS, ROOT / "tests/conftest.py"]]


def is_run(words: list[str]) -> bool:
    """Whether a test has these words one after the other, or a job of docker-compose.yml."""
    quoted = ", ".join(f'"{word}"' for word in words)
    jobs = (container.get("command", []) for container in COMPOSE["services"].values())
    return any(quoted in text for text in _tests()) or any(job[: len(words)] == words for job in jobs)


def test_every_command_of_ours_in_the_documentation_is_run_by_a_test() -> None:
    commands = {tuple(command_of(words)[1]) for words in of_gigsta()} - {()}
    assert len(commands) > 15
    assert [" ".join(name) for name in sorted(commands) if not is_run(list(name))] == []
    assert not is_run(["events", "forget"])


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_can_do_what_is_documented() -> None:
    targets = {words[1] for line in lines() if (words := plain(line))[:1] == ["make"]}
    for target in sorted(targets):
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("gigsta bakcup /b", "no bakcup"),
        ("gigsta backup /b --servcie geo", "no --servcie"),
        ("make tset", "make has no"),
        ("docker compose run --rm gigsta migrate stauts", "no stauts"),
        ("npm run tets", "npm has no tets"),
        ("rm -rf /", "nobody knows"),
    ],
)
def test_what_is_not_there_is_seen(line: str, says: str) -> None:
    assert says in str(problem(line))
